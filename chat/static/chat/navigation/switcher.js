/**
 * The dialog to jump to a room or person. The field keeps the focus while arrows move through the list.
 *
 * @import {Destination} from "./destinations.js"
 * @typedef {object} Hooks
 * @property {(query: string) => Destination[]} find
 * @property {(to: Destination) => void} go
 * @property {(query: string) => void} search
 */

import { fillAvatar } from "../shared/avatar.js";
import { cloneTemplate, closest, find } from "../shared/dom.js";
import { ago, number, t } from "../shared/i18n.js";
import { isOurs } from "../shared/keys.js";
import { asParts, marked, pieces } from "../shared/matching.js";
import { openDialog, watchOverlay } from "../shared/overlay.js";
import { partsOf } from "./destinations.js";

const ICONS = /** @type {Record<string, string>} */ ({ private: "#i-lock", search: "#i-search" });

export class Switcher {
  /** @param {HTMLDialogElement} dialog @param {Hooks} hooks */
  constructor(dialog, hooks) {
    this.dialog = dialog;
    this.hooks = hooks;
    this.field = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
    this.list = find(dialog, "[role=listbox]");
    /** The last row is for the words themselves. @type {(Destination | null)[]} */
    this.rows = [];
    this.at = 0;
    watchOverlay(dialog);
    const ours = isOurs(this.field);
    this.field.addEventListener("input", () => this.draw());
    this.field.addEventListener("keydown", (event) => ours(event) && this.key(event));
    this.list.addEventListener("pointermove", (event) => this.mark(this.indexOf(event)));
    this.list.addEventListener("click", (event) => this.take(this.indexOf(event)));
  }

  open() {
    this.field.value = "";
    openDialog(this.dialog);
    this.draw();
  }

  draw() {
    const query = this.field.value.trim();
    this.rows = [...this.hooks.find(query), null];
    this.list.replaceChildren(...this.rows.map((to, index) => this.row(to, index, query)));
    this.mark(0);
    this.list.scrollTop = 0;
  }

  /** @param {Destination | null} to @param {number} index @param {string} query */
  row(to, index, query) {
    const row = cloneTemplate("destination-template");
    row.id = `destination-${index}`;
    if (to) fill(row, to, query);
    else find(row, ".name").textContent = query ? t("goto.search", { query }) : t("goto.none");
    drawSign(row, to);
    return row;
  }

  /** @param {number} index */
  mark(index) {
    if (index < 0) return;
    this.at = index;
    [...this.list.children].forEach((row, number) => {
      row.setAttribute("aria-selected", String(number === index));
    });
    this.field.setAttribute("aria-activedescendant", `destination-${index}`);
    this.list.children[index]?.scrollIntoView?.({ block: "nearest" });
  }

  /** @param {Event} event */
  indexOf(event) {
    const row = closest(event, "[role=option]");
    return row ? [...this.list.children].indexOf(row) : -1;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const { length } = this.rows;
    if (event.key === "ArrowDown") this.mark((this.at + 1) % length);
    else if (event.key === "ArrowUp") this.mark((this.at + length - 1) % length);
    else if (event.key === "Enter") this.take(this.at);
    else return;
    event.preventDefault();
  }

  /** @param {number} index */
  take(index) {
    if (index < 0) return;
    const to = this.rows[index];
    this.dialog.close();
    if (to) this.hooks.go(to);
    else this.hooks.search(this.field.value.trim());
  }
}

/** @param {HTMLElement} row @param {Destination} to @param {string} query */
function fill(row, to, query) {
  find(row, ".name").append(marked(pieces(to.name, asParts(partsOf(query)))));
  const { unread, mentions } = to.waiting;
  const count = find(row, ".count");
  count.textContent = unread ? number(unread) : "";
  count.toggleAttribute("data-for-me", mentions > 0);
  if (unread) count.setAttribute("aria-label", t("unread", { n: unread }));
  find(row, "small").textContent = note(to);
}

/** @param {Destination} to */
function note(to) {
  if (to.current) return t("goto.current");
  if (to.kind === "person") return to.online ? "" : t("goto.offline");
  return to.at ? ago(to.at) : "";
}

/** An avatar for people and direct rooms, an icon otherwise. @param {HTMLElement} row @param {Destination | null} to */
function drawSign(row, to) {
  const [avatar, icon] = [find(row, ".avatar"), find(row, ".row-icon .icon")];
  const isPerson = to !== null && (to.kind === "direct" || to.kind === "person");
  if (isPerson) {
    fillAvatar(avatar, to.person ?? to.room, to.name, to.online || to.person === null);
    icon.remove();
    return;
  }
  avatar.remove();
  find(row, "use").setAttribute("href", ICONS[to?.kind ?? "search"] ?? "#i-room");
}
