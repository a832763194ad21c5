/**
 * The emoji picker: recent emoji, a search field and a grid with arrow keys. Returns the choice to its opener.
 *
 * @import {Emojis} from "./emoji.js"
 */

import { button, closest, find } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { isOurs } from "../shared/keys.js";

/** The others are found by searching. */
const SHOWN = 400;

export class Picker {
  /** @param {HTMLElement} element @param {Emojis} emojis */
  constructor(element, emojis) {
    this.element = element;
    this.emojis = emojis;
    this.search = /** @type {HTMLInputElement} */ (element.querySelector("input"));
    this.grid = find(element, "[role=listbox]");
    /** @type {((emoji: string) => void) | null} */
    this.chosen = null;
    /** @type {Element | null} */
    this.beside = null;
    this.ours = isOurs(this.search);
    this.search.addEventListener("input", () => this.draw());
    element.addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.position());
    this.grid.addEventListener("click", (event) => this.pick(closest(event, "[data-emoji]")));
  }

  /** @param {Element} beside @param {(emoji: string) => void} then */
  open(beside, then) {
    this.chosen = then;
    this.search.value = "";
    this.draw();
    this.element.showPopover?.();
    this.beside = beside;
    this.position();
    this.search.focus();
    if (!this.emojis.all.length) this.emojis.load().then(() => this.draw());
  }

  /** Below the opener or above it, inside the window. */
  position() {
    if (!this.beside) return;
    const beside = this.beside.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.element;
    const below = beside.bottom + height + 8 < innerHeight;
    style.top = `${Math.max(8, below ? beside.bottom + 4 : beside.top - height - 4)}px`;
    style.left = `${Math.max(8, Math.min(beside.right - width, innerWidth - width - 8))}px`;
  }

  draw() {
    const query = this.search.value.trim();
    const recent = query ? [] : this.emojis.recent;
    const found = this.emojis.find(query).filter(({ emoji }) => !recent.includes(emoji));
    const known = new Map(this.emojis.all.map((one) => [one.emoji, one.names]));
    const shown = [
      ...recent.map((emoji) => ({ emoji, names: known.get(emoji) ?? "" })),
      ...found.slice(0, SHOWN),
    ];
    this.grid.replaceChildren(...shown.map(({ emoji, names }) => option(emoji, names)));
    // Tab enters the grid; arrow keys move within it.
    /** @type {HTMLElement | null} */ (this.grid.firstElementChild)?.setAttribute("tabindex", "0");
    const none = find(this.element, "p");
    none.hidden = shown.length > 0;
    none.textContent = t("emoji.none", { query });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const all = /** @type {HTMLElement[]} */ ([...this.grid.children]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === "Enter" && at < 0 && this.ours(event)) this.pick(all[0] ?? null);
    else if (at < 0 && event.key !== "ArrowDown") return;
    else if (event.key in this.steps) this.step(all, at, this.steps[event.key]);
    else return;
    event.preventDefault();
  }

  /** Steps of the arrow keys; the style sheet decides how wide a row is. @returns {Record<string, number>} */
  get steps() {
    const first = /** @type {HTMLElement | null} */ (this.grid.firstElementChild);
    const row = [...this.grid.children].findIndex(
      (one) => /** @type {HTMLElement} */ (one).offsetTop !== first?.offsetTop,
    );
    return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: Math.max(row, 1), ArrowUp: -Math.max(row, 1) };
  }

  /** @param {HTMLElement[]} all @param {number} at @param {number} by */
  step(all, at, by) {
    if (at < 0) return all[0]?.focus();
    if (at + by < 0) return this.search.focus();
    all[Math.min(at + by, all.length - 1)].focus();
  }

  /** @param {HTMLElement | null} option */
  pick(option) {
    const emoji = option?.dataset.emoji;
    if (!emoji) return;
    this.emojis.use(emoji);
    this.element.hidePopover?.();
    this.chosen?.(emoji);
  }
}

/** @param {string} emoji @param {string} names */
function option(emoji, names) {
  const element = button(emoji, { emoji });
  Object.assign(element, { tabIndex: -1, title: names });
  element.setAttribute("role", "option");
  return element;
}
