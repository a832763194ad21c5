/**
 * Renders blocks into the timeline, replacing only what changed, and keeps the line being read in place.
 *
 * @import {Block, Item, Run} from "./blocks.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Around} from "./message.js"
 * @typedef {object} Hooks
 * @property {() => void} onScroll
 * @property {() => void} older the reader nears the upper end of what is loaded
 * @property {() => void} newer
 */

import { find } from "../shared/dom.js";
import { drawLine, lineSignature } from "./lines.js";
import { drawMessage, signature } from "./message.js";
import { foldLong } from "./message_body.js";

const NEAR_END = 80;
const NEAR_EDGE = 600;
const HIGHLIGHTED = 2000;

export class Timeline {
  /** @param {HTMLElement} root @param {OpenRoom} openRoom @param {Hooks} hooks */
  constructor(root, openRoom, hooks) {
    this.root = root;
    this.openRoom = openRoom;
    this.hooks = hooks;
    this.empty = find(root, "#empty");
    /** @type {Map<string, {element: HTMLElement, signature: string}>} */
    this.drawn = new Map();
    /** The line to keep in place. @type {{key: string, at: number} | null} */
    this.kept = null;
    root.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // Stay at the end when a keyboard, banner or longer draft shrinks the timeline.
    if ("ResizeObserver" in globalThis) new ResizeObserver(() => this.follows && this.toEnd()).observe(root);
  }

  /** `settle` follows. @param {Block[]} blocks @param {Around} around @param {{quiet?: boolean}} [how] quiet: not read aloud */
  draw(blocks, around, { quiet = false } = {}) {
    this.kept = this.follows ? null : this.mark();
    if (quiet) this.silence();
    const keep = new Set(["empty"]);
    let after = /** @type {Element} */ (this.empty);
    for (const block of blocks) {
      const element = this.block(block, around, keep);
      if (after.nextElementSibling !== element) after.after(element);
      after = element;
    }
    this.removeOthers(keep);
  }

  /** Folds long messages, and keeps the line being read in place. */
  settle() {
    foldLong(this.root);
    if (this.kept) this.restore(this.kept);
    else if (this.follows) this.toEnd();
    this.kept = null;
  }

  /** Whether to stay at the end: not while a message is being edited. */
  get follows() {
    const form = document.activeElement?.closest(".edit-form");
    return this.openRoom.following && !this.root.contains(form ?? null);
  }

  /** @param {Block} block @param {Around} around @param {Set<string>} keep */
  block(block, around, keep) {
    keep.add(block.key);
    if (block.kind === "run") return this.run(block, around, keep);
    const whole = this.openRoom.unfolded.has(block.key);
    const shown = lineSignature(block, around, whole);
    return this.reuse(block.key, shown, () => drawLine(block, around, whole));
  }

  /** @param {string} key @param {string} shown @param {() => HTMLElement} draw */
  reuse(key, shown, draw) {
    const known = this.drawn.get(key);
    if (known?.signature === shown) return known.element;
    const element = draw();
    element.dataset.key = key;
    if (known) moveState(known.element, element);
    this.drawn.set(key, { element, signature: shown });
    return element;
  }

  /** @param {Run} run @param {Around} around @param {Set<string>} keep */
  run(run, around, keep) {
    const element = this.reuse(run.key, "run", () => document.createElement("article"));
    const states = {
      follows: run.follows,
      mine: run.author === around.me,
      unread: run.fresh,
      "ribbon-start": run.start,
      "ribbon-end": run.end,
    };
    // Own messages are not announced.
    if (states.mine) element.setAttribute("aria-live", "off");
    element.classList.add("run");
    for (const [name, on] of Object.entries(states)) element.classList.toggle(name, on);
    /** @type {Element | null} */
    let after = null;
    for (const item of run.items) {
      keep.add(item.key);
      const message = this.message(item, around, run.fresh);
      if (after ? after.nextElementSibling !== message : element.firstElementChild !== message)
        after ? after.after(message) : element.prepend(message);
      after = message;
    }
    return element;
  }

  /** @param {Item} item @param {Around} around @param {boolean} fresh */
  message(item, around, fresh) {
    const fold = { whole: this.openRoom.unfolded.has(item.key), fresh };
    return this.reuse(item.key, signature(item, around, fold), () => drawMessage(item, around, fold));
  }

  /** @param {Set<string>} keep */
  removeOthers(keep) {
    for (const [key, { element }] of this.drawn) {
      if (keep.has(key)) continue;
      element.remove();
      this.drawn.delete(key);
    }
  }

  /** Keeps what is above the unfolded element in place. @param {string} key @param {() => void} draw everything anew */
  unfold(key, draw) {
    const element = this.drawn.get(key)?.element;
    const mark = element && { key, at: topOf(element) };
    this.openRoom.unfolded.add(key);
    this.openRoom.following = false;
    draw();
    if (mark) this.restore(mark);
    this.scrolled();
  }

  /** Called when another room opens. */
  clear() {
    this.removeOthers(new Set());
  }

  // -- where the reader is -------------------------------------------------------------------------------------------

  get messages() {
    return /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll("[data-message]")]);
  }

  /** @param {number} id */
  messageElement(id) {
    return this.messages.find((message) => message.dataset.message === String(id));
  }

  /** The first message in view. Not the day above it, which moves when older messages are inserted. */
  mark() {
    const { top, bottom } = this.root.getBoundingClientRect();
    const within = (/** @type {HTMLElement} */ message) => topOf(message) >= top && topOf(message) < bottom;
    const all = this.messages;
    const line =
      all.find(within) ?? all.find((message) => message.getBoundingClientRect().bottom > top) ?? null;
    return line && { key: line.dataset.key ?? "", at: topOf(line) };
  }

  /** @param {{key: string, at: number}} mark */
  restore({ key, at }) {
    const element = this.drawn.get(key)?.element;
    if (element) this.root.scrollTop += topOf(element) - at;
  }

  get fromEnd() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight;
  }

  toEnd() {
    this.openRoom.following = true;
    this.root.scrollTop = this.root.scrollHeight;
  }

  /** Scrolls to the divider, with some read messages above it. */
  toNew() {
    const mark = this.drawn.get("new")?.element;
    if (!mark) return this.toEnd();
    this.root.scrollTop +=
      mark.getBoundingClientRect().top - this.root.getBoundingClientRect().top - this.root.clientHeight / 4;
    this.scrolled();
  }

  get newDrawn() {
    return this.drawn.has("new");
  }

  /** Whether the divider is in view, below, or above (perhaps not loaded). */
  get newLine() {
    const line = this.drawn.get("new")?.element.getBoundingClientRect();
    if (!line) return "above";
    const { top, bottom } = this.root.getBoundingClientRect();
    if (line.top < top) return "above";
    return line.top < bottom ? "seen" : "below";
  }

  /** @param {number} id @returns whether it is on the page */
  toMessage(id) {
    const element = this.messageElement(id);
    if (!element) return false;
    this.openRoom.following = false;
    element.scrollIntoView({ block: "center" });
    this.unhighlight();
    element.classList.add("highlighted");
    this.highlightTimer = setTimeout(() => this.unhighlight(), HIGHLIGHTED);
    return true;
  }

  unhighlight() {
    clearTimeout(this.highlightTimer);
    for (const element of this.root.querySelectorAll(".highlighted")) element.classList.remove("highlighted");
  }

  /** Id of the last message whose end is in view. */
  get seen() {
    const bottom = this.root.getBoundingClientRect().bottom + 4;
    const seen = this.messages.findLast((element) => element.getBoundingClientRect().bottom <= bottom);
    return Number(seen?.dataset.message ?? 0);
  }

  scrolled() {
    this.openRoom.following = this.fromEnd < NEAR_END;
    this.edges();
    this.hooks.onScroll();
  }

  /** Requests more history near the edges. */
  edges() {
    if (this.root.scrollTop < NEAR_EDGE) this.hooks.older();
    if (this.fromEnd < NEAR_EDGE) this.hooks.newer();
  }

  /** Screen readers must not announce a page of history. */
  silence() {
    this.root.setAttribute("aria-live", "off");
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.root.setAttribute("aria-live", "polite"), 500);
  }
}

/** Top of the body. The author line above it disappears when older messages of the same author are inserted. @param {HTMLElement} line */
const topOf = (line) => (line.querySelector(".body") ?? line).getBoundingClientRect().top;

/** Moves toolbar, edit form and focus to the new element of the same message. @param {HTMLElement} from @param {HTMLElement} to */
function moveState(from, to) {
  const focused = /** @type {HTMLElement | null} */ (
    from.contains(document.activeElement) ? document.activeElement : null
  );
  for (const part of from.querySelectorAll(".actions")) to.append(part);
  for (const part of from.querySelectorAll(".text > .choices, .edit-form"))
    to.querySelector(".text")?.append(part);
  // Keep loaded and playing media.
  const [old, fresh] = [from, to].map(
    (one) => /** @type {HTMLElement | null} */ (one.querySelector(".files")),
  );
  if (old && fresh && old.dataset.files === fresh.dataset.files) fresh.replaceWith(old);
  to.classList.toggle("highlighted", from.classList.contains("highlighted"));
  to.tabIndex = from.tabIndex;
  from.replaceWith(to);
  if (focused) (to.contains(focused) ? focused : to).focus({ preventScroll: true });
}
