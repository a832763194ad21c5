/**
 * Shortens message bodies: folds long messages and code blocks, cuts long links in the middle, and notes addresses for print.
 */
import { button } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const CODE_LINES = 20;
const LINES = 24;
/** Characters that fit on a line of the narrowest column. */
const SHORTEST_LINE = 16;

/** @param {HTMLElement} body @param {string} key of its message */
export function foldCode(body, key) {
  for (const code of body.querySelectorAll("pre")) {
    const lines = (code.textContent ?? "").trimEnd().split("\n").length;
    if (lines <= CODE_LINES) continue;
    code.classList.add("folded");
    code.after(unfoldButton(t("fold.code", { n: lines }), key));
  }
}

/** Measuring costs a layout, so only texts that may be long are measured. @param {string} text */
export const mayBeLong = (text) => text.length > LINES * SHORTEST_LINE || text.split("\n").length > LINES;

/** Measures all bodies before folding any, to cost one layout. @param {HTMLElement} root */
export function foldLong(root) {
  const long = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".body.long")]);
  const tall = long.filter((body) => body.offsetHeight > (LINES + 1) * lineOf(body));
  for (const body of long) body.classList.remove("long");
  for (const body of tall) {
    const key = /** @type {HTMLElement} */ (body.closest("[data-key]")).dataset.key ?? "";
    body.classList.add("folded");
    body.after(unfoldButton(t("fold.message"), key));
  }
}

/** @param {string} words @param {string} key what it unfolds */
export function unfoldButton(words, key) {
  const element = button(words, { unfold: key });
  element.className = "unfold";
  return element;
}

/** @param {HTMLElement} body */
const lineOf = (body) => Number.parseFloat(getComputedStyle(body).lineHeight);

/** Longer links keep their beginning and end: about three lines. */
const [LONGEST_LINK, LINK_START, LINK_END] = [180, 120, 50];

/** Only links whose text is their address. The full address stays in href and title. @param {Element} body */
export function shortenLinks(body) {
  for (const link of body.querySelectorAll("a")) {
    const text = link.textContent ?? "";
    // Half of a surrogate pair is no text: encodeURI would throw.
    const signs = [...text];
    if (signs.length <= LONGEST_LINK || link.childElementCount || /\s/.test(text)) continue;
    link.title = text;
    link.textContent = `${signs.slice(0, LINK_START).join("")}…${signs.slice(-LINK_END).join("")}`;
  }
}

/** Printed after a link whose text is another. @param {Element} body */
export function noteAddresses(body) {
  for (const link of body.querySelectorAll("a")) {
    const address = link.getAttribute("href") ?? "";
    const [end, text] = [address, link.textContent ?? ""].map((one) => one.replace(/\/$/, ""));
    if (![text, encodeURI(text)].some((shown) => end.endsWith(shown))) link.dataset.address = address;
  }
}
