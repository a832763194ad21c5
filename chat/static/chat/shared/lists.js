/**
 * What do all lists on the page need? Elements out of a template, and an order that moves only what has moved. Imports
 * nothing.
 */

/** Moving an element costs its focus and a layout: only where the order has changed. @param {Element} place @param {Element[]} items */
export function arrange(place, items) {
  const same =
    items.length === place.children.length && items.every((item, index) => place.children[index] === item);
  if (!same) place.replaceChildren(...items);
}

/** @param {string} id of a template */
export const copy = (id) =>
  /** @type {Element} */ (
    /** @type {HTMLTemplateElement} */ (document.getElementById(id)).content.firstElementChild
  ).cloneNode(true);
