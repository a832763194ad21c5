/**
 * Keyboard helpers that ignore keys of input methods.
 */

/** Safari fires compositionend before the keydown that caused it. */
const SAME_KEY = 100;

/** Returns a predicate for keys that do not belong to a composition. @param {HTMLElement} field @returns {(event: KeyboardEvent) => boolean} */
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

/** The keys that press a <button>. @param {KeyboardEvent} event */
export const isPress = (event) => !event.isComposing && (event.key === "Enter" || event.key === " ");

/** Touch devices: Enter inserts a line break there. */
export const softKeyboard = () =>
  globalThis.matchMedia?.("(hover: none) and (pointer: coarse)").matches ?? false;

/** Counts code points, as the server does. @param {string} text */
export const length = (text) => [...text].length;
