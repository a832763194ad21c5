/**
 * The line above the composer: why sending is paused, or for a while what has just happened, with undo.
 *
 * @import {Outbox} from "../net/outbox.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { find, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const LASTS = 6000;
const LASTS_WITH_UNDO = 8000;
/** Shorter pauses are not shown: they would only make the page jump. */
const SHORTEST_PAUSE = 1000;

export class Toast {
  /** @param {HTMLElement} element @param {OpenRoom} openRoom @param {Outbox} outbox */
  constructor(element, openRoom, outbox) {
    this.element = element;
    this.openRoom = openRoom;
    this.outbox = outbox;
    this.text = "";
    this.until = 0;
    this.failed = false;
    /** @type {(() => void) | null} */
    this.undo = null;
    find(element, "button").addEventListener("click", () => this.press());
  }

  /** What has not worked. @param {string} text */
  fail(text) {
    this.show(text);
    this.failed = true;
    this.draw();
  }

  /** What has. @param {string} text @param {(() => void) | null} [undo] */
  show(text, undo = null) {
    this.text = text;
    this.until = Date.now() + (undo ? LASTS_WITH_UNDO : LASTS);
    this.undo = undo;
    this.failed = false;
    this.draw();
  }

  press() {
    this.undo?.();
    this.show("");
  }

  draw() {
    const paused = this.pause;
    const text = paused || (this.until > Date.now() ? this.text : "");
    this.element.hidden = !text;
    setText(find(this.element, "p"), text);
    const icon = paused ? "#i-clock" : this.failed ? "#i-warning" : "#i-check";
    find(this.element, "use").setAttribute("href", icon);
    find(this.element, "button").hidden = Boolean(paused) || !this.undo;
    clearTimeout(this.timer);
    if (text) this.timer = setTimeout(() => this.draw(), 1000);
  }

  /** Why nothing is sent, and for how long. */
  get pause() {
    const held = this.outbox.held.get(this.openRoom.key);
    const seconds = held && held.wait >= SHORTEST_PAUSE ? Math.ceil((held.until - Date.now()) / 1000) : 0;
    return seconds > 0 ? t(`held.${held?.code}`, { n: seconds }) : "";
  }
}
