/**
 * Completes names and emoji while typing, with a listbox beside the field. Arrows move, Enter or Tab choose, Escape
 * closes. Keys that belong to an input method are ignored.
 *
 * @import {Choice, Token} from "./suggestions.js"
 * @typedef {object} Source
 * @property {(before: string) => Token | null} token what of the text before the caret is to be completed
 * @property {(query: string) => Choice[]} find
 * @property {(choice: Choice) => string} put what goes into the text
 */

import { fillAvatar } from "../shared/avatar.js";
import { closest } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { insertText } from "../shared/insert_text.js";
import { isOurs } from "../shared/keys.js";

let lists = 0;

export class Completion {
  /** @param {HTMLTextAreaElement | HTMLInputElement} field @param {Source[]} sources @param {{below?: boolean}} [how] */
  constructor(field, sources, { below = false } = {}) {
    this.field = field;
    this.sources = sources;
    /** @type {{source: Source, start: number, choices: Choice[], at: number} | null} */
    this.open = null;
    /** Just completed, so not offered again. */
    this.taken = { start: -1, length: 0 };
    this.list = document.createElement("ul");
    this.list.id = `choices-${++lists}`;
    this.list.className = "choices";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", t("choices"));
    this.list.hidden = true;
    if (below) field.form?.after(this.list);
    else field.form?.before(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    const ours = isOurs(field);
    field.form?.addEventListener(
      "keydown",
      (event) => event.target === field && ours(event) && this.key(event),
      { capture: true },
    );
    for (const moved of ["input", "click", "compositionend"])
      field.addEventListener(moved, (event) => this.update("isComposing" in event && !!event.isComposing));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => this.press(event));
  }

  /** While an input method composes, the list stays: its letters are not yet the text. */
  update(composing = false) {
    const before = this.field.value.slice(0, this.field.selectionStart ?? 0);
    for (const source of this.sources) {
      const token = source.token(before);
      const taken = token?.start === this.taken.start && before.length >= this.taken.length;
      const choices = token && !taken ? source.find(token.query) : [];
      if (token && choices.length) return this.show({ source, start: token.start, choices, at: 0 });
    }
    if (!composing) this.close();
  }

  /** @param {NonNullable<Completion["open"]>} open */
  show(open) {
    this.open = open;
    this.list.replaceChildren(...open.choices.map((choice, index) => this.item(choice, index)));
    this.list.hidden = false;
    this.mark();
  }

  /** @param {Choice} choice @param {number} index */
  item(choice, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    const sign = document.createElement("i");
    if (choice.person) fillAvatar(sign, choice.person, choice.text, true);
    else sign.textContent = choice.note ?? "";
    const name = document.createElement("bdi");
    name.textContent = choice.shown ?? choice.text;
    item.append(sign, name);
    return item;
  }

  mark() {
    if (!this.open) return;
    [...this.list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === this.open?.at));
    });
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.open.at}`);
  }

  close() {
    this.open = null;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.open || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const { length } = this.open.choices;
    if (event.key === "ArrowDown") this.open.at = (this.open.at + 1) % length;
    else if (event.key === "ArrowUp") this.open.at = (this.open.at + length - 1) % length;
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.open.at);
    else if (event.key === "Escape") this.close();
    else return;
    this.mark();
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keeps the focus in the field. @param {PointerEvent} event */
  press(event) {
    event.preventDefault();
    const item = closest(event, "[role=option]");
    if (item) this.take([...this.list.children].indexOf(item));
  }

  /** @param {number} index */
  take(index) {
    if (!this.open) return;
    const { source, start, choices } = this.open;
    const end = this.field.selectionStart ?? 0;
    const space = /^\s/.test(this.field.value.slice(end)) ? "" : " ";
    const text = `${source.put(choices[index])}${space}`;
    this.taken = { start, length: start + text.length };
    this.close();
    insertText(this.field, text, start, end);
  }
}
