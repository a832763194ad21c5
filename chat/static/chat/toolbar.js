/**
 * What can be done with the message in hand? One set of actions, moved to the message under the pointer, in focus, or
 * pressed long. Deleting takes two presses. Knows no connection.
 *
 * @typedef {"reply" | "edit" | "delete"} Act
 * @typedef {object} Hooks
 * @property {(id: number) => Set<Act>} allowed
 * @property {(act: Act, id: number, message: HTMLElement) => void} onAct
 */
import { say } from "./words.js";

const SURE = 3000;
const LONG = 500;

export class Toolbar {
  /** @param {HTMLElement} timeline @param {Hooks} hooks */
  constructor(timeline, hooks) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("toolbar-template"));
    this.timeline = timeline;
    this.hooks = hooks;
    this.element = /** @type {HTMLElement} */ (
      /** @type {Element} */ (template.content.firstElementChild).cloneNode(true)
    );
    this.element.addEventListener("click", (event) => this.click(event));
    timeline.addEventListener(
      "pointerover",
      (event) => event.pointerType !== "touch" && this.hold(event.target),
    );
    timeline.addEventListener(
      "pointerleave",
      () => this.element.contains(document.activeElement) || this.drop(),
    );
    timeline.addEventListener("focusin", (event) => this.hold(event.target));
    timeline.addEventListener("keydown", (event) => this.key(event));
    this.press();
  }

  /** @param {EventTarget | null} target */
  hold(target) {
    const message = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (target).closest(".msg[data-message]")
    );
    if (!message || message === this.element.parentElement) return;
    this.unsure();
    message.append(this.element);
    this.refresh();
  }

  /** What may be done can change while the message is in hand. */
  refresh() {
    const id = this.element.parentElement?.dataset.message;
    if (!id) return;
    const allowed = this.hooks.allowed(Number(id));
    if (!allowed.size) return this.drop();
    for (const button of this.buttons) button.hidden = !allowed.has(/** @type {Act} */ (button.dataset.act));
  }

  drop() {
    this.unsure();
    this.element.remove();
  }

  get buttons() {
    return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("[data-act]")]);
  }

  /** @param {Event} event */
  click(event) {
    const button = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target).closest("[data-act]")
    );
    if (button) this.act(/** @type {Act} */ (button.dataset.act), button);
  }

  /** @param {Act} act @param {HTMLElement} button */
  act(act, button) {
    const message = this.element.parentElement;
    if (!message) return;
    if (act === "delete" && !button.classList.contains("sure")) return this.ask(button);
    this.drop();
    this.hooks.onAct(act, Number(message.dataset.message), message);
  }

  /** @param {HTMLElement} button */
  ask(button) {
    button.classList.add("sure");
    button.setAttribute("aria-label", say("delete.sure"));
    /** @type {HTMLElement} */ (button.querySelector(".word")).textContent = say("delete.sure");
    this.timer = setTimeout(() => this.unsure(), SURE);
  }

  unsure() {
    clearTimeout(this.timer);
    const button = this.element.querySelector(".sure");
    if (!button) return;
    button.classList.remove("sure");
    button.setAttribute("aria-label", /** @type {HTMLElement} */ (button).title);
    /** @type {HTMLElement} */ (button.querySelector(".word")).textContent = "";
  }

  /** Arrows go from message to message; E and R act on the one in focus. @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(".edit") || event.ctrlKey || event.metaKey || event.altKey) return;
    const message = target.closest("[data-message]");
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return this.step(event, message);
    const act = /** @type {Record<string, Act>} */ ({ e: "edit", r: "reply" })[event.key.toLowerCase()];
    const button = this.buttons.find((b) => b.dataset.act === act && !b.hidden);
    if (!message || !button || this.element.parentElement !== message) return;
    event.preventDefault();
    this.act(act, button);
  }

  /** @param {KeyboardEvent} event @param {Element | null} message */
  step(event, message) {
    if (!message && event.target !== this.timeline) return;
    const all = /** @type {HTMLElement[]} */ ([...this.timeline.querySelectorAll(".msg[data-message]")]);
    const from = message ? all.indexOf(/** @type {HTMLElement} */ (message)) : all.length;
    const to = all[from + (event.key === "ArrowUp" ? -1 : 1)];
    if (!to) return;
    event.preventDefault();
    // One message at a time is a stop of the Tab key: from its actions back to it.
    message?.setAttribute("tabindex", "-1");
    to.tabIndex = 0;
    to.focus();
  }

  /** A finger that stays: no hover there. */
  press() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    this.timeline.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch" || this.element.contains(/** @type {Node} */ (event.target))) return;
      this.drop();
      timer = setTimeout(() => {
        this.hold(event.target);
        this.element.scrollIntoView({ block: "nearest" });
      }, LONG);
    });
    for (const end of ["pointerup", "pointercancel", "scroll"])
      this.timeline.addEventListener(end, () => clearTimeout(timer), { passive: true });
  }
}
