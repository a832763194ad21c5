/**
 * What lies over the page? One thing at a time, a dialog of the browser's: it keeps the focus, Escape ends it, and so does
 * a press beside it. Imports nothing.
 */

export const anyOpen = () => document.querySelector("dialog[open]") !== null;

/** @param {HTMLDialogElement} dialog */
export function openDialog(dialog) {
  if (dialog.open) return;
  const others = /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"));
  for (const other of others) other.close();
  dialog.showModal();
}

/** Closes by its buttons and by a press beside it. @param {HTMLDialogElement} dialog */
export function watchOverlay(dialog) {
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === dialog || target.matches(".axis") || target.closest("[data-close]")) dialog.close();
  });
}
