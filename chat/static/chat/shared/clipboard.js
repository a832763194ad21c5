/**
 * Copies text to the clipboard.
 */

/** Falls back to execCommand on plain HTTP, where there is no clipboard API. @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const field = document.createElement("textarea");
    field.value = text;
    // Outside of an open dialog nothing takes the focus.
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.focus({ preventScroll: true });
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }
}
