/**
 * Was that Enter meant for us? During composition it belongs to the input method, in every field. Imports nothing.
 */

/** Safari ends the composition before it tells of the key that ended it. */
const SAME_KEY = 100;

/** Calls `then` for an Enter that is neither Shift+Enter nor part of a composition. @param {HTMLTextAreaElement} field @param {() => void} then */
export function onEnter(field, then) {
  let endedAt = Number.NEGATIVE_INFINITY;
  field.addEventListener("compositionend", (event) => {
    endedAt = event.timeStamp;
  });
  field.addEventListener("keyup", () => {
    endedAt = Number.NEGATIVE_INFINITY;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    if (event.isComposing || event.keyCode === 229 || event.timeStamp - endedAt < SAME_KEY) return;
    event.preventDefault();
    then();
  });
}

/** On a phone Enter breaks the line; there is a button to send. */
export const softKeyboard = () =>
  globalThis.matchMedia?.("(hover: none) and (pointer: coarse)").matches ?? false;

/** How the server counts: in code points. @param {string} text */
export const length = (text) => [...text].length;
