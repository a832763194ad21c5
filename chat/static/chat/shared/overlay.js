/**
 * Modal dialogs, one at a time. Escape, a close button or a click outside closes them.
 */

export const anyOpen = () => document.querySelector("dialog[open]") !== null;

/** @param {HTMLDialogElement} dialog */
export function openDialog(dialog) {
  if (dialog.open) return;
  const others = /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"));
  for (const other of others) other.close();
  dialog.showModal();
}

/** @param {HTMLDialogElement} dialog */
export function watchOverlay(dialog) {
  /** @type {EventTarget | null} */
  let pressed = null;
  dialog.addEventListener("pointerdown", (event) => {
    pressed = event.target;
  });
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    // A text selected as far as the outside is no click there.
    const isOutside = target === pressed && (target === dialog || target.matches(".axis"));
    if (isOutside || target.closest("[data-close]")) dialog.close();
  });
}
