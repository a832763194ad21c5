/**
 * Brings what is typed or pasted while nothing has the focus into the composer.
 */

import { anyOpen } from "../shared/overlay.js";

/** Keys that act on the message that has the focus. */
const ACTS = ["e", "r", "+"];

/** To be called after everything else that listens to keys. @param {HTMLElement} field @param {HTMLElement} timeline */
export function watchStrayTyping(field, timeline) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || anyOpen()) return;
    if (writes(event) && isStray(event, timeline)) field.focus({ preventScroll: true });
  });
}

/** Not a space, which scrolls. @param {KeyboardEvent} event */
function writes(event) {
  const mod = event.ctrlKey || event.metaKey;
  if (mod && !event.altKey && event.key.toLowerCase() === "v") return true;
  // On Windows, AltGr is Ctrl and Alt.
  const plain = !(mod || event.altKey) || event.getModifierState("AltGraph");
  return plain && event.key !== " " && [...event.key].length === 1;
}

/** @param {KeyboardEvent} event @param {HTMLElement} timeline */
function isStray(event, timeline) {
  const target = /** @type {Element} */ (event.target);
  if (target === document.body || target === timeline) return true;
  const isMessage = timeline.contains(target) && target.matches(".message");
  return isMessage && !ACTS.includes(event.key.toLowerCase());
}
