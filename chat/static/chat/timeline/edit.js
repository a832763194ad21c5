/**
 * The form that edits a message in its place. Enter saves, Escape cancels. It says why its text cannot be saved.
 *
 * @import {Source} from "../composer/completion.js"
 * @typedef {object} Hooks
 * @property {(text: string) => void} onSave
 * @property {(text: string) => void} onTyped
 * @property {() => void} onCancel
 */

import { Completion } from "../composer/completion.js";
import { grow } from "../composer/composer.js";
import { button } from "../shared/dom.js";
import { refusal, t } from "../shared/i18n.js";
import { isOurs, length, onEnter, softKeyboard } from "../shared/keys.js";

export class EditForm {
  /** @param {string} text @param {number} limit @param {Hooks} hooks */
  constructor(text, limit, hooks) {
    this.limit = limit;
    this.hooks = hooks;
    /** Why the message cannot be edited now, and why it was not saved. */
    this.obstacle = this.refused = "";
    /** The person wants it saved, and nothing has refused it for good. */
    this.pending = false;
    this.element = document.createElement("form");
    this.element.className = "edit-form";
    this.field = textField(text);
    this.reason = document.createElement("p");
    this.reason.setAttribute("role", "status");
    this.element.append(
      this.field,
      this.reason,
      action(t("edit.save"), () => this.save()),
      action(t("edit.cancel"), () => this.hooks.onCancel()),
    );
    this.listen();
  }

  listen() {
    const ours = isOurs(this.field);
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && ours(event)) this.hooks.onCancel();
    });
    this.field.addEventListener("input", () => this.typed());
    if (!softKeyboard()) onEnter(this.field, () => this.save());
  }

  /** @param {Element} container the text of the message @param {Source[]} sources of completion */
  attach(container, sources) {
    container.append(this.element);
    this.completion = new Completion(this.field, sources);
    grow(this.field);
    this.draw();
  }

  remove() {
    this.completion?.list.remove();
    this.element.remove();
  }

  focus() {
    this.field.focus();
    this.element.scrollIntoView?.({ block: "nearest" });
  }

  get text() {
    return this.field.value.trim();
  }

  typed() {
    this.settle("");
    grow(this.field);
    this.hooks.onTyped(this.field.value);
  }

  save() {
    if (!this.text) return this.settle(refusal("bad_body"));
    if (length(this.text) > this.limit) return;
    this.pending = true;
    this.say("");
    this.hooks.onSave(this.text);
  }

  /** It will not be saved unless the person tries again. @param {string} refused why */
  settle(refused) {
    clearTimeout(this.timer);
    this.pending = false;
    this.say(refused);
  }

  /** It will be saved later. @param {string} refused why not now */
  say(refused) {
    this.refused = refused;
    this.draw();
  }

  /** Saves again when the server takes it. @param {string} code @param {number} seconds */
  retryIn(code, seconds) {
    const key = code === "rate_limited" ? "edit.rate_limited" : `held.${code}`;
    this.say(t(key, { n: Math.ceil(seconds) }));
    clearTimeout(this.timer);
    const again = () => (seconds > 1 ? this.retryIn(code, seconds - 1) : this.save());
    this.timer = setTimeout(again, Math.min(seconds, 1) * 1000);
  }

  /** @param {string} obstacle */
  block(obstacle) {
    if (this.obstacle === obstacle) return;
    this.obstacle = obstacle;
    // A refusal for the same reason is over with it.
    if (!obstacle && !this.pending) this.refused = "";
    this.draw();
  }

  draw() {
    const over = length(this.text) - this.limit;
    const text = over > 0 ? t("too_long", { n: over }) : this.obstacle || this.refused;
    // A screen reader would read the same text again.
    if (this.reason.textContent !== text) this.reason.textContent = text;
  }
}

/** @param {string} text */
function textField(text) {
  const field = document.createElement("textarea");
  Object.assign(field, { value: text, rows: 1, dir: "auto" });
  field.setAttribute("aria-label", t("edit.label"));
  return field;
}

/** @param {string} text @param {() => void} then */
function action(text, then) {
  const element = button(text);
  element.addEventListener("click", then);
  return element;
}
