/**
 * Renders a message from its template (chat/templates/chat/_message.html).
 *
 * @import {MessageRow, Person} from "../net/protocol.js"
 * @import {Item} from "./blocks.js"
 * @typedef {object} Around what a message borrows from the room
 * @property {Person} me
 * @property {(person: Person | null) => string} nameOf
 * @property {(person: Person | null) => boolean} isOnline
 * @property {(person: Person | null) => boolean} isGuest
 * @property {(id: number | null) => MessageRow | undefined} rowOf
 * @property {boolean} connected
 * @property {boolean} moderates may see what was edited
 * @property {(person: Person | null) => boolean} blocked
 * @property {string | null} lock why nothing can be posted now
 * @typedef {object} Fold
 * @property {boolean} whole was unfolded
 * @property {boolean} fresh hangs from the ribbon: its text is never folded
 */

import { fewEmoji } from "../composer/emoji.js";
import { fillAvatar } from "../shared/avatar.js";
import { button, cloneTemplate, find } from "../shared/dom.js";
import { setHtml } from "../shared/html.js";
import { bdi, clock, fullTime, list as listOf, refusal, t } from "../shared/i18n.js";
import { markMentions } from "../shared/mentions.js";
import { opensCard } from "../shared/person_link.js";
import { oneLine } from "../shared/text.js";
import { drawFiles } from "./files.js";
import { foldCode, mayBeLong, noteAddresses, shortenLinks, unfoldButton } from "./message_body.js";

const NAMED = 12;
const KINDS = 12;
const PASSING_LOCKS = ["muted", "archived", "read_only"];

/** @type {Fold} */
const FOLDED = { whole: false, fresh: false };

/** The element is redrawn only when this changes. @param {Item} item @param {Around} around @param {Fold} [fold] */
export function signature({ row, entry, first }, around, fold = FOLDED) {
  const quoted = around.rowOf(row?.reply_to ?? entry?.reply_to ?? null);
  const author = row ? row.author : around.me;
  const shown = [
    row?.id,
    row?.seq,
    first,
    first && [around.nameOf(author), around.isGuest(author)],
    quoted?.seq,
  ];
  return JSON.stringify([
    ...shown,
    quoted && [around.nameOf(quoted.author), around.blocked(quoted.author)],
    around.blocked(author),
    row?.edited_at && around.moderates,
    fold,
    entry && [entry.state, failureText(entry, around), around.connected, entry.tried],
  ]);
}

/** @param {Item} item @param {Around} around @param {Fold} [fold] @returns {HTMLElement} */
export function drawMessage(item, around, fold = FOLDED) {
  const element = cloneTemplate("message-template");
  const { row, entry } = item;
  const author = row ? row.author : around.me;
  if (item.first) fillAuthor(element, author, row?.created_at ?? entry?.order ?? 0, around);
  else find(element, ".author-line").remove();
  fillQuote(element, row?.reply_to ?? entry?.reply_to ?? null, around);
  if (row) fillRow(element, row, around);
  if (row && !fold.whole && around.blocked(author)) foldBlocked(element, item.key);
  else if (row?.body) foldAll(element, item.key, row, fold);
  if (entry) fillEntry(element, entry, around);
  return element;
}

/** @param {Element} element @param {Person | null} author @param {string | number} at @param {Around} around */
function fillAuthor(element, author, at, around) {
  const [mine, name] = [author === around.me, around.nameOf(author)];
  fillAvatar(find(element, ".avatar"), author, name, around.isOnline(author));
  const shown = find(element, ".author-line .name");
  shown.textContent = mine ? t("you") : name;
  shown.classList.toggle("you", mine);
  // On paper there is no "you".
  if (mine) shown.dataset.name = name;
  opensCard(shown, author);
  if (mine || !around.isGuest(author)) find(element, ".author-line .role").remove();
  find(element, ".author-line .author-time").textContent = clock(at);
}

/** @param {Element} element @param {number | null} id @param {Around} around */
function fillQuote(element, id, around) {
  const quote = find(element, ".quote");
  const row = around.rowOf(id);
  if (!row) return quote.remove();
  quote.dataset.quote = String(row.id);
  quote.setAttribute("href", `#message-${row.id}`);
  find(quote, "b").textContent = row.author === around.me ? t("you") : around.nameOf(row.author);
  find(quote, "bdi").textContent = shortly(row, around);
}

/** Excerpt for quotes; hides text of blocked people. @param {MessageRow} row @param {Pick<Around, "blocked">} around */
export const shortly = (row, { blocked }) => (blocked(row.author) ? t("blocked.message") : gist(row));

/** One line: the text, the file names, or that it was deleted. @param {MessageRow} row */
export const gist = (row) => (row.deleted_at ? gone(row) : oneLine(row, 200));

/** @param {MessageRow} row */
const gone = ({ deleted_by }) => t(deleted_by === "moderator" ? "deleted.moderator" : "deleted");

/** @param {HTMLElement} element @param {MessageRow} row @param {Around} around */
function fillRow(element, row, around) {
  element.dataset.message = String(row.id);
  element.id = `message-${row.id}`;
  element.tabIndex = -1;
  fillTime(find(element, "time"), row.created_at);
  for (const part of [".state", ".failure"]) find(element, part).remove();
  const mine = isForMe(row, around);
  element.classList.toggle("for-me", mine);
  if (!mine) find(element, ".flag").remove();
  if (row.deleted_at) return fillGone(element, row);
  fillBody(find(element, ".body"), row.body ?? "", row.html);
  markMentions(find(element, ".body"), row.mentions, around.me);
  drawFiles(find(element, ".files"), row.attachments);
  fillMark(element, row, around.moderates);
  fillReactions(find(element, ".reactions"), row, around);
}

/** Mentions me or everybody, or replies to me. @param {MessageRow} row @param {Around} around */
const isForMe = (row, around) =>
  row.author !== around.me &&
  (around.rowOf(row.reply_to)?.author === around.me ||
    row.mentions.some(({ person }) => person === null || person === around.me));

/** @param {HTMLElement} time @param {string} at */
function fillTime(time, at) {
  time.textContent = clock(at);
  time.setAttribute("datetime", at);
  time.title = fullTime(at);
}

/** @param {HTMLElement} body @param {string} text @param {string | null} html */
function fillBody(body, text, html) {
  body.classList.add(html === null ? "plain" : "rich");
  body.classList.toggle("large", html === null && fewEmoji(text));
  if (html === null) {
    body.textContent = text;
    return;
  }
  setHtml(body, html);
  shortenLinks(body);
  noteAddresses(body);
}

/** @param {HTMLElement} element @param {string} key @param {MessageRow} row @param {Fold} fold */
function foldAll(element, key, row, { whole, fresh }) {
  if (whole) return;
  const body = find(element, ".body");
  foldCode(body, key);
  body.classList.toggle("long", !fresh && mayBeLong(row.body ?? ""));
  foldReactions(element, key);
}

/** Collapses a message of a blocked person. @param {HTMLElement} element @param {string} key */
function foldBlocked(element, key) {
  element.classList.remove("for-me");
  for (const part of [".quote", ".flag", ".edited-mark", ".files", ".reactions"])
    element.querySelector(part)?.remove();
  const body = find(element, ".body");
  body.className = "body placeholder";
  body.replaceChildren(t("blocked.message"), " ", unfoldButton(t("blocked.show"), key));
}

/** @param {HTMLElement} element @param {string} key */
function foldReactions(element, key) {
  const more = [...element.querySelectorAll(".reaction")].slice(KINDS);
  for (const reaction of more) reaction.remove();
  if (more.length)
    find(element, ".reactions").append(unfoldButton(t("fold.reactions", { n: more.length }), key));
}

/** Moderators can open earlier versions. @param {HTMLElement} element @param {MessageRow} row @param {boolean} moderates */
function fillMark(element, row, moderates) {
  const mark = find(element, ".edited-mark");
  if (!row.edited_at) return mark.remove();
  element.classList.add("edited");
  mark.title = fullTime(row.edited_at);
  if (!moderates) mark.textContent = t("edited");
  else mark.append(toVersions());
}

function toVersions() {
  const element = button(t("edited"), { act: "revisions" });
  element.setAttribute("aria-label", t("edited.show"));
  return element;
}

/** @param {Element} element @param {MessageRow} row */
function fillGone(element, row) {
  for (const part of [".edited-mark", ".reactions", ".quote", ".files"])
    element.querySelector(part)?.remove();
  find(element, ".body").classList.add("placeholder");
  find(element, ".body").textContent = gone(row);
}

/** @param {Element} list @param {MessageRow} row @param {Around} around */
function fillReactions(list, row, around) {
  const reactions = Object.entries(row.reactions).filter(([, people]) => people.length);
  if (!reactions.length) return list.remove();
  for (const [emoji, people] of reactions) {
    const button = cloneTemplate("reaction-template");
    const mine = people.includes(around.me);
    find(button, ".reaction-emoji").textContent = button.dataset.emoji = emoji;
    find(button, "b").textContent = String(people.length);
    button.setAttribute("aria-pressed", String(mine));
    const names = people.map((person) => (person === around.me ? t("you") : around.nameOf(person)));
    const who = find(button, ".reaction-people");
    who.append(listOf(few(names).map(bdi)));
    button.setAttribute("aria-label", `${emoji} ${people.length}: ${who.textContent}`);
    list.append(button);
  }
}

/** Limits the names to one line. @param {string[]} names */
const few = (names) =>
  names.length <= NAMED
    ? names
    : [...names.slice(0, NAMED - 1), t("others", { n: names.length - NAMED + 1 })];

/** A reason that is over is left out. @param {import("../net/outbox.js").Entry} entry @param {Around} around */
function failureText({ code }, { lock }) {
  const isOver = PASSING_LOCKS.includes(code ?? "") && lock !== code;
  return isOver ? t("failed") : `${t("failed")} ${refusal(code)}`.trim();
}

/** @param {HTMLElement} element @param {import("../net/outbox.js").Entry} entry @param {Around} around */
function fillEntry(element, entry, around) {
  const failed = entry.state === "failed";
  element.dataset.nonce = entry.nonce;
  element.classList.add(failed ? "failed" : "sending");
  for (const part of [":scope > time", ".flag", ".edited-mark", ".reactions"]) find(element, part).remove();
  fillBody(find(element, ".body"), entry.body, null);
  drawFiles(find(element, ".files"), entry.attachments ?? []);
  const word = failed ? t("failed") : t(around.connected ? "sending" : "waiting");
  find(element, ".state span").textContent = failed ? "" : word;
  find(element, ".state .icon").setAttribute("aria-label", word);
  find(element, ".state use").setAttribute("href", failed ? "#i-warning" : "#i-clock");
  // While connected it would only flicker, as messages wait for the one before them.
  const unsent = !around.connected && entry.state === "waiting" && !entry.tried;
  if (!failed && !unsent) return find(element, ".failure").remove();
  find(element, "[data-act=discard]").textContent = t("discard");
  find(element, "[data-act=retry]").textContent = t("retry");
  find(element, ".failure strong").textContent = failureText(entry, around);
  if (!failed) for (const part of [".failure strong", "[data-act=retry]"]) find(element, part).remove();
}
