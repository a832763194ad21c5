/**
 * Renders timeline lines that are not messages: days, the divider, notices and presence.
 *
 * @import {Block, Presence, Run} from "./blocks.js"
 * @import {Around} from "./message.js"
 * @import {Names} from "./notice_text.js"
 * @typedef {Exclude<Block, Run>} Line
 */

import { button } from "../shared/dom.js";
import { bdi, clock, day, list, sentence, t } from "../shared/i18n.js";
import { noticeSentences } from "./notice_text.js";

/** With more names, two are shown and the others counted. */
const NAMED = 3;

/** The line is redrawn only when this changes. @param {Line} line @param {Around} around @param {boolean} whole every name */
export const lineSignature = (line, around, whole) =>
  JSON.stringify([
    line,
    whole,
    line.kind === "day" && day(line.at),
    line.kind === "presence" && names(line, around),
    line.kind === "notices" && noticeSentences(line.rows, around).map((one) => one.textContent),
  ]);

/** @param {Line} line @param {Around} around @param {boolean} whole @returns {HTMLElement} */
export function drawLine(line, around, whole) {
  if (line.kind === "day") return row("day", tag("h2", day(line.at)));
  if (line.kind === "new") return row("divider", tag("b", t("new", { n: line.count })), tag("i", ""));
  const people = (/** @type {string[]} */ all) => (whole ? list(all.map(bdi)) : some(all, line.key));
  return line.kind === "notices" ? drawNotices(line, around, people) : drawPresence(line, around, people);
}

/** @param {import("./blocks.js").Notices} line @param {Around} around @param {Names} people */
function drawNotices({ rows }, around, people) {
  const element = row("notice", tag("time", clock(rows[0].created_at)));
  for (const sentence_ of noticeSentences(rows, around, people)) {
    const text = tag("p", "");
    text.append(sentence_);
    element.append(text);
  }
  element.dataset.message = String(rows.at(-1)?.id);
  return element;
}

/** @param {Presence} line @param {Around} around @param {Names} people */
function drawPresence(line, around, people) {
  const { came, left } = names(line, around);
  const key = came.length && left.length ? "moves" : came.length ? "came" : "left";
  const text = tag("p", "");
  text.append(sentence(`notice.${key}`, { came: people(came), left: people(left) }));
  const element = row("notice", tag("time", clock(line.line.at)), text);
  element.classList.toggle("unread", line.fresh);
  return element;
}

/** @param {Presence} line @param {Around} around */
const names = ({ line }, around) => ({
  came: line.came.map(around.nameOf),
  left: line.left.map(around.nameOf),
});

/** Two names and a button that shows the others. @param {string[]} all @param {string} key */
function some(all, key) {
  if (all.length <= NAMED) return list(all.map(bdi));
  const others = button(t("others", { n: all.length - 2 }), { unfold: key });
  return list([...all.slice(0, 2).map(bdi), others]);
}

/** @param {string} name @param {...Node} parts */
function row(name, ...parts) {
  const element = document.createElement("div");
  element.className = `timeline-line ${name}`;
  element.append(...parts);
  return element;
}

/** @param {string} name @param {string} text */
function tag(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
