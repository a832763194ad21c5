/**
 * Moves the focus between messages. One of them at a time is a tab stop.
 */

/** @param {HTMLElement} message */
export function focusMessage(message) {
  const timeline = message.closest("#timeline");
  for (const other of timeline?.querySelectorAll(".message[tabindex='0']") ?? [])
    other.setAttribute("tabindex", "-1");
  message.tabIndex = 0;
  message.focus();
}

/** The next message that the server has, or else the one before. @param {HTMLElement} message */
export function messageBeside(message) {
  const all = /** @type {HTMLElement[]} */ ([
    ...(message.closest("#timeline")?.querySelectorAll(".message") ?? []),
  ]);
  const at = all.indexOf(message);
  return [...all.slice(at + 1), ...all.slice(0, at).reverse()].find((one) => one.dataset.message) ?? null;
}
