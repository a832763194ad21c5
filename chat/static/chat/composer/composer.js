/**
 * The message field: drafts per room, length limit, replies and sending. Results go to its hooks.
 *
 * @import {AttachmentRow} from "../net/protocol.js"
 * @import {Drafts} from "./drafts.js"
 * @typedef {{busy: boolean, rows: AttachmentRow[], take: () => AttachmentRow[], add: (files: File[]) => boolean, restore: (rows: AttachmentRow[]) => void}} Files what goes with the text
 * @typedef {object} Hooks
 * @property {(body: string, replyTo: number | null, files: AttachmentRow[]) => void} onSend
 * @property {() => void} onTyping
 * @property {(message: number | null) => void} onAnswer a message is being answered, or no longer
 * @property {() => void} onUp ↑ in an empty field
 * @property {() => void} onEscape with nothing to let go of here
 *
 * @typedef {object} Parts
 * @property {HTMLFormElement} form
 * @property {HTMLTextAreaElement} field
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} left how many characters are left
 * @property {HTMLElement} about
 */

import { find, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { insertText } from "../shared/insert_text.js";
import { isOurs, length, onEnter, softKeyboard } from "../shared/keys.js";
import { localTime } from "./file_input.js";

const TYPING_EVERY = 3000;
const SHOWN_BELOW = 200;

/** @type {Files} */
const NONE = { busy: false, rows: [], take: () => [], add: () => false, restore() {} };

export class Composer {
  /** @param {Parts} parts @param {Hooks} hooks @param {{limit: number, drafts: Drafts}} options */
  constructor(parts, hooks, { limit, drafts }) {
    this.parts = parts;
    this.hooks = hooks;
    this.drafts = drafts;
    this.limit = limit;
    this.room = "";
    /** The message that is being answered. @type {number | null} */
    this.replyTo = null;
    this.typedAt = 0;
    this.files = NONE;
    /** What was typed before this script arrived. */
    this.early = parts.field.value;
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    parts.field.addEventListener("input", () => this.typed());
    const ours = isOurs(parts.field);
    parts.field.addEventListener("keydown", (event) => ours(event) && this.key(event));
    this.asFile = find(parts.form, "[data-attach-text]");
    this.asFile.addEventListener("click", () => this.attachText());
    parts.about.querySelector("button")?.addEventListener("click", () => {
      this.answer(null);
      this.takeFocus();
    });
    onEnter(parts.field, () => (softKeyboard() ? this.insert("\n") : this.send()));
  }

  /** @param {string} room */
  open(room) {
    this.room = room;
    this.typedAt = 0;
    const { text, replyTo } = this.drafts.of(room);
    this.showReply(replyTo);
    const early = text.includes(this.early) ? "" : this.early;
    this.early = "";
    this.fill(text && early ? `${text}\n${early}` : text || early);
    if (early) this.keep();
  }

  /** @param {string} text */
  fill(text) {
    // Setting it would move the caret and end a composition, even if it is the same text.
    if (this.parts.field.value !== text) this.parts.field.value = text;
    this.measure();
  }

  typed() {
    this.keep();
    this.measure();
    if (!this.parts.field.value.trim() || Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    this.hooks.onTyping();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape") this.replyTo === null ? this.hooks.onEscape() : this.answer(null);
    if (event.key !== "ArrowUp" || this.parts.field.value) return;
    event.preventDefault();
    this.hooks.onUp();
  }

  /** @param {string} text */
  insert(text) {
    const { field } = this.parts;
    insertText(field, text, field.selectionStart, field.selectionEnd);
  }

  /** @param {string} name */
  mention(name) {
    const { value, selectionStart } = this.parts.field;
    this.focus();
    this.insert(`${/\S$/.test(value.slice(0, selectionStart)) ? " " : ""}@${name} `);
  }

  attachText() {
    const { field } = this.parts;
    this.focus();
    const file = new File([field.value], `${localTime()}.txt`, { type: "text/plain" });
    if (!this.files.add([file])) return;
    this.fill("");
    this.keep();
  }

  send() {
    const body = this.parts.field.value.trim();
    if (!this.sendable) return;
    const { replyTo } = this;
    const files = this.files.take();
    this.fill("");
    this.keep();
    this.typedAt = 0;
    this.answer(null);
    this.hooks.onSend(body, replyTo, files);
  }

  /** @param {number | null} message */
  answer(message) {
    this.drafts.change(this.room, { replyTo: message });
    this.showReply(message);
    if (message !== null) this.focus();
  }

  /** @param {number | null} message */
  showReply(message) {
    this.replyTo = message;
    this.parts.about.hidden = message === null;
    this.quote("", "");
    this.hooks.onAnswer(message);
  }

  /** What is answered, which may be loaded later and edited meanwhile. @param {string} name @param {string} text */
  quote(name, text) {
    setText(find(this.parts.about, "b"), name);
    setText(find(this.parts.about, "bdi"), text);
  }

  focus() {
    this.parts.field.focus({ preventScroll: true });
  }

  /** Unasked, so not where it raises an on-screen keyboard. */
  takeFocus() {
    if (!softKeyboard()) this.focus();
  }

  keep() {
    this.drafts.change(this.room, { text: this.parts.field.value });
  }

  /** There is text, or all files are uploaded. */
  get sendable() {
    const body = this.parts.field.value.trim();
    return !this.files.busy && length(body) <= this.limit && Boolean(body || this.files.rows.length);
  }

  measure() {
    const { field, button, left } = this.parts;
    const spare = this.limit - length(field.value.trim());
    button.disabled = !this.sendable;
    left.hidden = spare > SHOWN_BELOW;
    left.textContent = left.hidden
      ? ""
      : spare < 0
        ? t("too_long", { n: -spare })
        : t("characters_left", { n: spare });
    left.classList.toggle("over-limit", spare < 0);
    this.asFile.hidden = spare >= 0;
    this.stretch();
    grow(field);
  }

  /** A wrapped text gets the width of a phone, until it is empty: narrower and wider again, it would flicker. */
  stretch() {
    const { form, field } = this.parts;
    const wrapped = field.value !== "" && (form.classList.contains("wrapped") || isWrapped(field));
    form.classList.toggle("wrapped", wrapped);
  }
}

/** @param {HTMLTextAreaElement} field */
const isWrapped = (field) => field.scrollHeight > 2 * Number.parseFloat(getComputedStyle(field).lineHeight);

/** Grows with its text in browsers without field-sizing. @param {HTMLTextAreaElement} field */
export function grow(field) {
  if (globalThis.CSS?.supports?.("field-sizing", "content")) return;
  field.style.height = "";
  if (field.value) field.style.height = `${field.scrollHeight}px`;
}
