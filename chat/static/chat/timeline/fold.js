/**
 * How is what is very long shown? Its beginning, and a button for the rest: code after so many lines, a message after so
 * many. What was unfolded stays so until the room is left. Imports only words.
 */
import { t } from "../shared/i18n.js";

const CODE_LINES = 20;
const LINES = 24;
/** In the narrowest column a line holds so many characters at least. */
const SHORTEST_LINE = 16;

/** @param {HTMLElement} body @param {string} key of its message */
export function foldCode(body, key) {
  for (const code of body.querySelectorAll("pre")) {
    const lines = (code.textContent ?? "").trimEnd().split("\n").length;
    if (lines <= CODE_LINES) continue;
    code.classList.add("folded");
    code.after(button(t("fold.code", { n: lines }), key));
  }
}

/** It has to be measured where it stands, which costs a layout: so only what may be long. @param {string} text */
export const mayBeLong = (text) => text.length > LINES * SHORTEST_LINE || text.split("\n").length > LINES;

/** Of all that have come: all are measured before any is folded. @param {HTMLElement} root */
export function foldLong(root) {
  const long = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".body.long")]);
  const tall = long.filter((body) => body.offsetHeight > (LINES + 1) * lineOf(body));
  for (const body of long) body.classList.remove("long");
  for (const body of tall) {
    const key = /** @type {HTMLElement} */ (body.closest("[data-key]")).dataset.key ?? "";
    body.classList.add("folded");
    body.after(button(t("fold.message"), key));
  }
}

/** @param {string} words @param {string} key what it unfolds */
export function button(words, key) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "unfold";
  element.textContent = words;
  element.dataset.unfold = key;
  return element;
}

/** @param {HTMLElement} body */
const lineOf = (body) => Number.parseFloat(getComputedStyle(body).lineHeight);
