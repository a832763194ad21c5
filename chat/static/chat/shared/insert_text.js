/**
 * Puts text into a field so that the browser's undo still works.
 */

/** Replaces what is between start and end, and fires `input`. @param {HTMLTextAreaElement | HTMLInputElement} field @param {string} text @param {number} start @param {number} end */
export function insertText(field, text, start, end) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  // Deprecated, but nothing else can be undone.
  if (document.execCommand?.("insertText", false, text)) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
