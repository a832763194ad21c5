/**
 * The search dialog: field, filters and results. Going back from a result reopens it where it was.
 *
 * @import {MessageRow, Result} from "../net/protocol.js"
 * @import {Search} from "./search.js"
 * @import {Source} from "../composer/completion.js"
 * @typedef {{author: string, mine: boolean, online: boolean, roomName: string}} Names of a result's author and room
 * @typedef {object} Hooks
 * @property {() => string} room the open one
 * @property {() => boolean} connected
 * @property {(result: Result) => Names} names
 * @property {(room: string, message: number) => void} go
 * @property {Source[]} sources
 * @property {() => void} onClose
 */

import { Completion } from "../composer/completion.js";
import { roomAddress } from "../shared/addresses.js";
import { fillAvatar } from "../shared/avatar.js";
import { cloneTemplate, closest, find, isPlainClick, setText } from "../shared/dom.js";
import { setHtml } from "../shared/html.js";
import { fullTime, joinSentences, moment, t } from "../shared/i18n.js";
import { isOurs } from "../shared/keys.js";
import { asWords, excerpt, marked } from "../shared/matching.js";
import { openDialog, watchOverlay } from "../shared/overlay.js";

const NEAR_END = 300;
const DAYS = "before|after|之前|之后|之後";
const OTHERS = "from|来自|來自|作者|in|房间|房間|has|有";
/** An operator without a value yet. */
const UNFINISHED = new RegExp(`(?<=^|\\s)-?(?:${DAYS}|${OTHERS})[:：]\\s*["“]?$`, "i");
const DAY = new RegExp(`(?<=^|\\s)(?:${DAYS})[:：]$`, "i");

export class SearchPane {
  /** @param {HTMLDialogElement} dialog @param {Search} search @param {Hooks} hooks */
  constructor(dialog, search, hooks) {
    this.dialog = dialog;
    this.search = search;
    this.hooks = hooks;
    this.field = /** @type {HTMLInputElement} */ (find(dialog, "input[type=search]"));
    this.here = /** @type {HTMLInputElement} */ (find(dialog, "input[type=checkbox]"));
    this.list = find(dialog, "ol");
    this.status = find(dialog, "[role=status]");
    this.everywhere = find(dialog, "[data-everywhere]");
    /** What is drawn, by message and seq. @type {Map<string, HTMLElement>} */
    this.drawn = new Map();
    /** Scroll position and result to return to. */
    this.kept = { top: 0, message: "" };
    watchOverlay(dialog);
    new Completion(this.field, hooks.sources, { below: true });
    this.listen();
  }

  listen() {
    const { dialog, field, list } = this;
    const ours = isOurs(field);
    // Letters of an input method are no question yet.
    field.addEventListener("input", (event) => /** @type {InputEvent} */ (event).isComposing || this.asked());
    field.addEventListener("compositionend", () => this.asked());
    field.addEventListener("keydown", (event) => ours(event) && this.key(event));
    field.form?.addEventListener("submit", (event) => event.preventDefault());
    this.here.addEventListener("change", () => this.asked(0));
    this.everywhere.addEventListener("click", () => this.widen());
    find(dialog, ".filters").addEventListener("click", (event) => this.put(event));
    list.addEventListener("click", (event) => this.follow(event));
    list.addEventListener("keydown", (event) => this.step(event));
    list.addEventListener("scroll", () => this.near(), { passive: true });
    // The event is asynchronous; Back may have reopened the dialog by then.
    dialog.addEventListener("close", () => dialog.open || this.hooks.onClose());
  }

  /** @param {{text?: string, here?: boolean}} [how] with what it begins; otherwise as it was left */
  open({ text, here } = {}) {
    if (text !== undefined) this.field.value = text;
    if (here !== undefined) this.here.checked = here;
    openDialog(this.dialog);
    this.asked(0);
    this.draw();
    this.field.focus();
    this.field.select();
  }

  /** Returns to the scroll position of the opened result. */
  reopen() {
    openDialog(this.dialog);
    this.draw();
    this.list.scrollTop = this.kept.top;
    find(this.list, `[data-result="${this.kept.message}"]`)?.focus({ preventScroll: true });
  }

  /** @param {number} [pause] */
  asked(pause) {
    const text = this.field.value.replace(UNFINISHED, "");
    this.drawStatus();
    this.search.change({ text, room: this.here.checked ? this.hooks.room() : null }, pause);
  }

  widen() {
    this.here.checked = false;
    this.field.focus();
    this.asked(0);
  }

  /** @param {Event} event */
  put(event) {
    const operator = closest(event, "[data-put]")?.dataset.put;
    if (!operator) return;
    const { field } = this;
    field.value = `${field.value.trimEnd()} ${operator}`.trimStart();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // -- the results ---------------------------------------------------------------------------------------------------

  draw() {
    if (!this.dialog.open) return;
    const { search } = this;
    const wanted = asWords(search.words);
    const before = this.drawn;
    this.drawn = new Map();
    const rows = search.results.map((result) => this.row(result, wanted, before));
    rows.forEach((row, index) => {
      if (this.list.children[index] !== row) this.list.insertBefore(row, this.list.children[index] ?? null);
    });
    while (this.list.children.length > rows.length) this.list.lastElementChild?.remove();
    this.list.setAttribute("aria-busy", String(search.phase === "asking"));
    this.drawStatus();
    this.near();
  }

  /** @param {Result} result @param {RegExp | null} wanted @param {Map<string, HTMLElement>} before */
  row(result, wanted, before) {
    const { id, seq } = result.message;
    const key = `${id} ${seq} ${wanted?.source}`;
    const row = before.get(key) ?? drawResult(result, wanted, this.hooks.names(result));
    this.drawn.set(key, row);
    return row;
  }

  drawStatus() {
    this.everywhere.hidden = !(this.none && this.search.query.room);
    // A screen reader would read the same text again.
    setText(this.status, this.statusText);
  }

  get none() {
    const { settled, results, next } = this.search;
    return settled && !results.length && next === null;
  }

  get statusText() {
    const { phase, results, problems, next } = this.search;
    const { text, room } = this.search.query;
    if (DAY.test(this.field.value)) return t("search.day");
    if (phase === "nothing") return t("search.hint");
    if (!this.hooks.connected()) return t("search.offline");
    if (phase === "refused") return t("search.refused");
    if (this.search.settled && problems.length)
      return joinSentences(problems.map(({ operator, value }) => t(`search.no.${operator}`, { value })));
    if (this.none) return t(room ? "search.none.here" : "search.none", { query: text });
    if (!results.length) return t("search.asking");
    return t(next === null ? "search.found" : "search.newest", { n: results.length });
  }

  near() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    if (this.dialog.open && scrollHeight - scrollTop - clientHeight < NEAR_END) this.search.more();
  }

  // -- keys and presses ----------------------------------------------------------------------------------------------

  /** Enter searches at once, or moves to the results like the arrow. @param {KeyboardEvent} event */
  key(event) {
    if (!["Escape", "Enter", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    // The browser's Escape would clear the field first.
    if (event.key === "Escape") this.dialog.close();
    else if (!this.search.settled && event.key === "Enter") this.search.start();
    else this.links[0]?.focus();
  }

  get links() {
    return /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("a")]);
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const { links } = this;
    const to =
      links.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + (event.key === "ArrowUp" ? -1 : 1);
    if (to < 0) this.field.focus();
    else links[to]?.focus();
  }

  /** @param {MouseEvent} event */
  follow(event) {
    const link = closest(event, "a");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    const { result = "", roomName = "" } = link.dataset;
    this.kept = { top: this.list.scrollTop, message: result };
    this.hooks.go(roomName, Number(result));
  }
}

/** @param {Result} result @param {RegExp | null} wanted @param {Names} names */
function drawResult({ room, message }, wanted, { author, mine, online, roomName }) {
  const item = cloneTemplate("result-template");
  const link = /** @type {HTMLAnchorElement} */ (item.querySelector("a"));
  link.href = roomAddress(room, message.id);
  Object.assign(link.dataset, { result: String(message.id), roomName: room });
  fillAvatar(find(item, ".avatar"), message.author, author, online);
  find(item, ".name").textContent = mine ? t("you") : author;
  find(item, ".name").classList.toggle("you", mine);
  find(item, ".result-room").textContent = roomName;
  const time = find(item, "time");
  time.textContent = moment(message.created_at);
  time.setAttribute("datetime", message.created_at);
  time.title = fullTime(message.created_at);
  find(item, ".excerpt").append(marked(excerpt(wordsOf(message), wanted)));
  drawNames(find(item, ".small-note"), message, wanted);
  return item;
}

/** Text without its formatting. @param {MessageRow} message */
function wordsOf({ body, html }) {
  if (html === null) return body ?? "";
  const read = document.createElement("template");
  setHtml(read, html);
  return read.content.textContent ?? "";
}

/** File names also match. @param {HTMLElement} element @param {MessageRow} message @param {RegExp | null} wanted */
function drawNames(element, { attachments }, wanted) {
  if (!attachments.length) return element.remove();
  const names = attachments.map(({ name }) => name).join(", ");
  find(element, "bdi").append(marked(excerpt(names, wanted)));
}
