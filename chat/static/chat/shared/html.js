/**
 * How does HTML made by the server get into the page? Through this one Trusted Types policy; the browser refuses every
 * other way. The server has made it from Markdown and cleaned it (chat/text.py); nothing a person typed comes here
 * unrendered. Imports nothing.
 */

/** @typedef {{createHTML: (html: string) => string}} Policy */
const factory = /** @type {{createPolicy: (name: string, rules: Policy) => Policy} | undefined} */ (
  /** @type {any} */ (globalThis).trustedTypes
);
const rules = { createHTML: (/** @type {string} */ html) => html };
const policy = factory?.createPolicy("chat", rules) ?? rules;

/** @param {Element} element @param {string} html of a message, as the server rendered it */
export function setHtml(element, html) {
  element.innerHTML = policy.createHTML(html);
  for (const code of element.querySelectorAll("pre")) code.tabIndex = 0;
}
