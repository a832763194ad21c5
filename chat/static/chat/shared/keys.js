/**
 * Keyboard helpers that ignore keys of input methods.
 */

/** Safari ends the composition before it tells of the key that ended it. */
const SAME_KEY = 100;

/** Tells keys that are neither part of a composition nor its end from those that are. @param {HTMLElement} field @returns {(event: KeyboardEvent) => boolean} */
export function isOurs(field) {
  let endedAt = Number.NEGATIVE_INFINITY;
  field.addEventListener("compositionend", (event) => {
    endedAt = event.timeStamp;
  });
  field.addEventListener("keyup", () => {
    endedAt = Number.NEGATIVE_INFINITY;
  });
  return (event) => !event.isComposing && event.keyCode !== 229 && event.timeStamp - endedAt >= SAME_KEY;
}

/** Calls `then` for an Enter that is neither Shift+Enter nor part of a composition. @param {HTMLTextAreaElement} field @param {() => void} then */
export function onEnter(field, then) {
  const ours = isOurs(field);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || !ours(event)) return;
    event.preventDefault();
    then();
  });
}

/** On a phone Enter breaks the line; there is a button to send. */
export const softKeyboard = () =>
  globalThis.matchMedia?.("(hover: none) and (pointer: coarse)").matches ?? false;

/** How the server counts: in code points. @param {string} text */
export const length = (text) => [...text].length;
