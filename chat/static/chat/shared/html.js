/**
 * Inserts HTML rendered by the server, through the page's only Trusted Types policy. The server has sanitised it
 * (chat/rendering); text typed by people must never be passed here.
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
  for (const wide of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("pre, .table")))
    wide.tabIndex = 0;
}
