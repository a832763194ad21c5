/**
 * Tracks requests in flight by their ref: none is sent twice, and one refused temporarily is repeated.
 *
 * @import {Command, Event} from "./protocol.js"
 */
import { PASSING } from "./protocol.js";

const RETRY_AFTER = 5000;

export class Requests {
  /** @param {(command: Command) => boolean} send */
  constructor(send) {
    this.send = send;
    /** @type {Map<string, {command: Command, at: number}>} */
    this.open = new Map();
  }

  /** @param {Command} command with a ref that names the question */
  ask(command) {
    const ref = /** @type {string} */ (command.ref);
    const asked = this.open.get(ref);
    if (asked && Date.now() - asked.at < RETRY_AFTER) return;
    if (this.send(command)) this.open.set(ref, { command, at: Date.now() });
  }

  /** @param {Event} event @returns whether it says that the question has no answer */
  handle(event) {
    if (event.type === "changes" || event.type === "room") this.open.delete(`sync ${event.room}`);
    if (event.type === "changes" || event.type === "room") this.open.delete(`open ${event.room}`);
    const ref = "ref" in event ? (event.ref ?? "") : "";
    const asked = this.open.get(ref);
    if (!asked) return false;
    if (event.type !== "error") return !this.open.delete(ref);
    if (!PASSING.has(event.code)) return this.open.delete(ref);
    setTimeout(() => this.again(ref, asked.command), (event.retry_after ?? 1) * 1000);
    return false;
  }

  /** @param {string} ref @param {Command} command */
  again(ref, command) {
    if (!this.open.delete(ref)) return;
    this.ask(command);
  }

  /** A new connection does not answer requests of the old one. */
  forget() {
    this.open.clear();
  }
}
