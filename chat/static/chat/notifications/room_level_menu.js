/**
 * The menu for a room's notification level, and for making it a favourite.
 */

import { closest, find } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/** @type {Record<string, string>} */
const ICONS = { everything: "bell", mentions: "bell", nothing: "bell-off", hidden: "hidden" };

export class RoomLevelMenu {
  /** @param {HTMLElement} button @param {HTMLElement} menu @param {{onLevel: (level: string) => void, onFavourite: (favourite: boolean) => void}} hooks */
  constructor(button, menu, { onLevel, onFavourite }) {
    this.button = button;
    this.menu = menu;
    this.items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role^=menuitem]")]);
    this.favourite = find(menu, "[data-favourite]");
    menu.addEventListener("beforetoggle", () => this.position());
    addEventListener("resize", () => this.position());
    menu.addEventListener("keydown", (event) => this.key(event));
    menu.addEventListener("click", (event) => {
      const item = closest(event, "[role^=menuitem]");
      if (!item) return;
      menu.hidePopover?.();
      if (item === this.favourite) onFavourite(item.getAttribute("aria-checked") !== "true");
      else onLevel(item.dataset.level ?? "");
    });
  }

  /** @param {string | undefined} level undefined outside of the room @param {boolean} favourite */
  draw(level, favourite) {
    this.button.hidden = level === undefined;
    if (level === undefined) return;
    this.favourite.setAttribute("aria-checked", String(favourite));
    for (const item of this.items.filter((one) => one !== this.favourite)) {
      item.setAttribute("aria-checked", String(item.dataset.level === level));
      // Where the arrow keys start when the menu opens.
      item.toggleAttribute("autofocus", item.dataset.level === level);
    }
    this.button.setAttribute("aria-label", t(`level.${level}`));
    this.button.title = t(`level.${level}`);
    this.button.querySelector("use")?.setAttribute("href", `#i-${ICONS[level] ?? "bell"}`);
  }

  /** Below the button, aligned with its end. */
  position() {
    const { bottom, right } = this.button.getBoundingClientRect();
    this.menu.style.top = `${bottom + 4}px`;
    this.menu.style.right = `${Math.max(8, document.documentElement.clientWidth - right)}px`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    this.items.at((at + step) % this.items.length)?.focus();
  }
}
