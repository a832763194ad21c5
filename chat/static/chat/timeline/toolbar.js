/**
 * The actions of a message. One toolbar is moved to the message hovered, focused or long-pressed. Deleting takes two clicks.
 *
 * @typedef {"reply" | "pick" | "edit" | "pin" | "unpin" | "copy" | "link" | "unread" | "delete"} Act
 * @typedef {object} Hooks
 * @property {(id: number) => Set<Act>} allowed
 * @property {(act: Act, id: number, message: HTMLElement) => void} onAct
 * @property {() => void} onEscape with nothing to let go of here
 */
import { cloneTemplate, closest, find } from "../shared/dom.js";
import { focusMessage, messageBeside } from "./message_focus.js";

const CONFIRM_WITHIN = 3000;
const LONG_PRESS = 500;

export class Toolbar {
  /** @param {HTMLElement} timeline @param {Hooks} hooks */
  constructor(timeline, hooks) {
    this.timeline = timeline;
    this.hooks = hooks;
    this.element = cloneTemplate("toolbar-template");
    this.more = find(this.element, "[data-more]");
    this.menu = find(this.element, ".menu");
    this.element.addEventListener("click", (event) => this.click(event));
    document.addEventListener("pointerdown", (event) => {
      this.pressed = this.element.contains(/** @type {Node} */ (event.target));
      if (!this.pressed) this.full ? this.detach() : this.closeMenu();
    });
    timeline.addEventListener(
      "pointerover",
      (event) => event.pointerType !== "touch" && this.attach(event.target),
    );
    timeline.addEventListener(
      "pointerleave",
      () => this.element.contains(document.activeElement) || !this.menu.hidden || this.detach(),
    );
    timeline.addEventListener("focusin", (event) => this.attach(event.target));
    timeline.addEventListener("keydown", (event) => this.key(event));
    this.watchLongPress();
  }

  /** @param {EventTarget | null} target */
  attach(target) {
    const message = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (target).closest(".message[data-message]")
    );
    if (!message || message === this.element.parentElement || !this.menu.hidden) return;
    this.cancelConfirm();
    message.append(this.element);
    this.draw();
  }

  /** Permissions may change while the toolbar is shown. */
  draw() {
    const id = this.element.parentElement?.dataset.message;
    if (!id) return;
    const allowed = this.hooks.allowed(Number(id));
    if (!allowed.size) return this.detach();
    for (const button of this.buttons) button.hidden = !allowed.has(/** @type {Act} */ (button.dataset.act));
    this.more.hidden = !this.menu.querySelector("[data-act]:not([hidden])");
  }

  /** After a long press: a labelled list at the bottom of the screen. */
  get full() {
    return this.element.classList.contains("sheet");
  }

  detach() {
    this.closeMenu();
    this.element.classList.remove("sheet");
    this.element.remove();
  }

  openMenu() {
    this.menu.hidden = false;
    this.more.setAttribute("aria-expanded", "true");
    this.menu.scrollIntoView?.({ block: "nearest" });
    /** @type {HTMLElement | null} */ (this.menu.querySelector("[data-act]:not([hidden])"))?.focus();
  }

  closeMenu() {
    this.cancelConfirm();
    this.menu.hidden = true;
    this.more.setAttribute("aria-expanded", "false");
  }

  get buttons() {
    return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("[data-act]")]);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const button = closest(event, "button");
    // Lifting the finger after the long press must not choose an action.
    if (this.full && !this.pressed && event.detail) return;
    if (button === this.more) this.menu.hidden ? this.openMenu() : this.closeMenu();
    // A click by key has no detail.
    else if (button) this.act(/** @type {Act} */ (button.dataset.act), button, !event.detail);
  }

  /** @param {Act} act @param {HTMLElement} button @param {boolean} [byKey] */
  act(act, button, byKey = false) {
    const message = this.element.parentElement;
    if (!message) return;
    if (button.dataset.sure && !button.classList.contains("confirming")) return this.confirm(button);
    this.detach();
    // The button that had the focus is gone.
    if (byKey) focusMessage((act === "delete" && messageBeside(message)) || message);
    this.hooks.onAct(act, Number(message.dataset.message), message);
  }

  /** @param {HTMLElement} button */
  confirm(button) {
    button.classList.add("confirming");
    this.word = button.textContent;
    button.textContent = button.dataset.sure ?? "";
    this.timer = setTimeout(() => this.cancelConfirm(), CONFIRM_WITHIN);
  }

  cancelConfirm() {
    clearTimeout(this.timer);
    const button = this.element.querySelector(".confirming");
    if (!button) return;
    button.classList.remove("confirming");
    button.textContent = this.word ?? "";
  }

  /** Arrows move between messages; E, R and + act on the focused one. @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(".edit-form") || event.ctrlKey || event.metaKey || event.altKey) return;
    const message = /** @type {HTMLElement | null} */ (target.closest("[data-message]"));
    if (target.closest(".menu")) return this.inMenu(event, message);
    if (event.key === "Escape") return this.hooks.onEscape();
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return this.step(event, message);
    const act = /** @type {Record<string, Act>} */ ({ e: "edit", r: "reply", "+": "pick" })[
      event.key.toLowerCase()
    ];
    const button = this.buttons.find((b) => b.dataset.act === act && !b.hidden);
    if (!message || !button || this.element.parentElement !== message) return;
    event.preventDefault();
    this.act(act, button);
  }

  /** @param {KeyboardEvent} event @param {HTMLElement | null} message */
  inMenu(event, message) {
    const all = /** @type {HTMLElement[]} */ ([...this.menu.querySelectorAll("[data-act]:not([hidden])")]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === "Escape") {
      this.closeMenu();
      message?.focus();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown")
      all.at((at + (event.key === "ArrowUp" ? -1 : 1)) % all.length)?.focus();
    else return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event @param {Element | null} message */
  step(event, message) {
    if (!message && event.target !== this.timeline) return;
    const all = /** @type {HTMLElement[]} */ ([...this.timeline.querySelectorAll(".message[data-message]")]);
    const from = message ? all.indexOf(/** @type {HTMLElement} */ (message)) : all.length;
    const to = all[from + (event.key === "ArrowUp" ? -1 : 1)];
    if (!to) return;
    event.preventDefault();
    focusMessage(to);
  }

  /** @param {Element} target */
  openSheet(target) {
    this.attach(target);
    // With a notice or a deleted message nothing can be done.
    if (!this.element.isConnected) return;
    this.menu.hidden = false;
    this.element.classList.add("sheet");
  }

  /** Touch screens have no hover. */
  watchLongPress() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    this.timeline.addEventListener("pointerdown", (event) => {
      clearTimeout(timer); // of another finger
      const target = /** @type {Element} */ (event.target);
      if (event.pointerType !== "touch" || this.element.contains(target)) return;
      this.detach();
      // In a field it selects.
      if (!target.closest(".edit-form")) timer = setTimeout(() => this.openSheet(target), LONG_PRESS);
    });
    for (const end of ["pointerup", "pointercancel", "scroll"])
      this.timeline.addEventListener(end, () => clearTimeout(timer), { passive: true });
  }
}
