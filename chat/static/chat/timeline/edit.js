/**
 * Edits a message in place. Enter saves, Escape cancels.
 *
 * @import {MessageRow} from "../net/protocol.js"
 */

import { Completion } from "../composer/completion.js";
import { grow } from "../composer/composer.js";
import { button } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { length, onEnter, softKeyboard } from "../shared/keys.js";

/** @import {Source} from "../composer/completion.js" */

/**
 * @param {HTMLElement} element the message
 * @param {MessageRow} row
 * @param {number} limit
 * @param {Source[]} sources of completion
 * @param {(body: string | null) => void} done the new text, or null where it stays
 */
export function edit(element, row, limit, sources, done) {
  if (element.querySelector(".edit-form")) return;
  const form = document.createElement("form");
  form.className = "edit-form";
  const field = document.createElement("textarea");
  field.value = row.body ?? "";
  field.rows = 1;
  field.dir = "auto";
  field.setAttribute("aria-label", t("edit.label"));
  const leave = () => {
    completion.list.remove();
    form.remove();
  };
  const save = () => {
    const body = field.value.trim();
    if (!body || length(body) > limit) return;
    leave();
    done(body === row.body ? null : body);
  };
  const cancel = () => {
    leave();
    done(null);
  };
  element.querySelector(".text")?.append(form);
  form.append(field, action(t("edit.save"), save), action(t("edit.cancel"), cancel));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) cancel();
  });
  const completion = new Completion(field, sources);
  if (!softKeyboard()) onEnter(field, save);
  field.addEventListener("input", () => grow(field));
  grow(field);
  field.focus();
  form.scrollIntoView?.({ block: "nearest" });
}

/** @param {string} text @param {() => void} then */
function action(text, then) {
  const element = button(text);
  element.addEventListener("click", then);
  return element;
}
