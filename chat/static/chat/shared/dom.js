/**
 * Typed helpers for the document: lookups, templates, clicks and lists.
 */

/** @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id */
export const dialogById = (id) => /** @type {HTMLDialogElement} */ (byId(id));

/** @param {ParentNode} root @param {string} selector */
export const find = (root, selector) => /** @type {HTMLElement} */ (root.querySelector(selector));

/** The element an event happened in, or the nearest ancestor that matches. @param {Event} event @param {string} selector */
export const closest = (event, selector) =>
  /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(selector));

/** @param {string} id of a template with one root element */
export function cloneTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/** @param {string} text @param {Record<string, string>} [dataset] */
export function button(text, dataset = {}) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  Object.assign(element.dataset, dataset);
  return element;
}

/** Not a click that opens the link in another tab or window. @param {MouseEvent} event */
export const isPlainClick = (event) =>
  !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;

/** Leaves equal text alone: replacing it would cost a layout. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Moves elements only if the order has changed, which costs a layout. The focus stays where it is. @param {Element} container @param {Element[]} items */
export function arrange(container, items) {
  const { children } = container;
  const same = items.length === children.length && items.every((item, index) => children[index] === item);
  if (same) return;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  container.replaceChildren(...items);
  if (focused !== document.activeElement) focused?.focus({ preventScroll: true });
}
