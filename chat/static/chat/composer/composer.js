/**
 * The message field: drafts per room in local storage, length limit, replies and sending. Results go to its hooks.
 *
 * @import {AttachmentRow} from "../net/protocol.js"
 * @typedef {{busy: boolean, rows: AttachmentRow[], take: () => AttachmentRow[], add: (files: File[]) => void, restore: (rows: AttachmentRow[]) => void}} Files what goes with the text
 * @typedef {{id: number, name: string, text: string}} About the message that is being answered
 * @typedef {object} Hooks
 * @property {(body: string, replyTo: number | null, files: AttachmentRow[]) => void} onSend
 * @property {() => void} onTyping
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

import { find } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { insertText } from "../shared/insert_text.js";
import { length, onEnter, softKeyboard } from "../shared/keys.js";
import { localTime } from "./file_input.js";

const TYPING_EVERY = 3000;
const SHOWN_BELOW = 200;

/** @type {Files} */
const NONE = { busy: false, rows: [], take: () => [], add() {}, restore() {} };

export class Composer {
  /** @param {Parts} parts @param {Hooks} hooks @param {{person: string, limit: number, storage: Storage | null}} options */
  constructor(parts, hooks, { person, limit, storage }) {
    this.parts = parts;
    this.hooks = hooks;
    this.storage = storage;
    this.prefix = `chat.draft.${person}.`;
    this.limit = limit;
    this.room = "";
    /** @type {About | null} */
    this.about = null;
    this.typedAt = 0;
    this.files = NONE;
    /** What was typed before this script arrived. */
    this.early = parts.field.value;
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    parts.field.addEventListener("input", () => this.typed());
    parts.field.addEventListener("keydown", (event) => this.key(event));
    this.asFile = find(parts.form, "[data-attach-text]");
    this.asFile.addEventListener("click", () => this.attachText());
    parts.about.querySelector("button")?.addEventListener("click", () => this.answer(null));
    onEnter(parts.field, () => (softKeyboard() ? this.insert("\n") : this.send()));
  }

  /** @param {string} room */
  open(room) {
    this.room = room;
    this.typedAt = 0;
    this.answer(null);
    const draft = this.storage?.getItem(this.prefix + room) ?? "";
    const early = draft.includes(this.early) ? "" : this.early;
    this.early = "";
    this.fill(draft && early ? `${draft}\n${early}` : draft || early);
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
    if (event.isComposing) return;
    if (event.key === "Escape") this.about ? this.answer(null) : this.hooks.onEscape();
    if (event.key !== "ArrowUp" || this.parts.field.value) return;
    event.preventDefault();
    this.hooks.onUp();
  }

  /** @param {string} text */
  insert(text) {
    const { field } = this.parts;
    insertText(field, text, field.selectionStart, field.selectionEnd);
  }

  attachText() {
    const { field } = this.parts;
    this.files.add([new File([field.value], `${localTime()}.txt`, { type: "text/plain" })]);
    this.fill("");
    this.keep();
    this.focus();
  }

  send() {
    const body = this.parts.field.value.trim();
    if (!this.sendable) return;
    const replyTo = this.about?.id ?? null;
    const files = this.files.take();
    this.fill("");
    this.keep();
    this.typedAt = 0;
    this.answer(null);
    this.hooks.onSend(body, replyTo, files);
  }

  /** @param {About | null} about */
  answer(about) {
    this.about = about;
    this.parts.about.hidden = about === null;
    if (!about) return;
    find(this.parts.about, "b").textContent = about.name;
    this.quote(about.text);
    this.focus();
  }

  /** Updates the quoted text, which may be edited meanwhile. @param {string} text */
  quote(text) {
    find(this.parts.about, "bdi").textContent = text;
  }

  focus() {
    this.parts.field.focus({ preventScroll: true });
  }

  keep() {
    try {
      if (this.parts.field.value) this.storage?.setItem(this.prefix + this.room, this.parts.field.value);
      else this.storage?.removeItem(this.prefix + this.room);
    } catch {
      // Storage full or forbidden: the draft lives as long as the page.
    }
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
    grow(field);
  }
}

/** Grows with its text in browsers without field-sizing. @param {HTMLTextAreaElement} field */
export function grow(field) {
  if (globalThis.CSS?.supports?.("field-sizing", "content")) return;
  field.style.height = "";
  if (field.value) field.style.height = `${field.scrollHeight}px`;
}
