/**
 * Gives commands their `ref` and remembers what was asked with it. A question is not asked again while it is open, and
 * repeated if it is refused temporarily. An action is sent once.
 *
 * @import {Command, Event, Failure, HistoryPart} from "./protocol.js"
 * @typedef {object} Request
 * @property {string} ref
 * @property {Command} command
 * @property {HistoryPart | null} part of a room's history
 * @property {boolean} isAction of the user, who is told if it is refused
 * @property {((error: Failure | null) => boolean) | null} onAnswer to an action; returns whether the user was told
 * @property {number} at milliseconds
 */
import { PASSING } from "./protocol.js";

const RETRY_AFTER = 5000;
/** Answers that carry no ref when they are sent to many, and the commands that they answer. */
const OPENED = ["room.open", "room.sync"];
/** @type {Partial<Record<Event["type"], string[]>>} */
const ANSWERS = { room: OPENED, changes: OPENED, blocks: ["person.block", "person.unblock"] };

/** Where the client is by now makes no other question. @param {Command} command */
const question = ({ since, ...rest }) => JSON.stringify(rest);

export class Requests {
  /** @param {(command: Command) => boolean} send @param {() => void} onUnsent */
  constructor(send, onUnsent) {
    this.send = send;
    this.onUnsent = onUnsent;
    /** @type {Map<string, Request>} */
    this.open = new Map();
    this.last = 0;
  }

  /** @param {Command} command @param {HistoryPart | null} [part] */
  ask(command, part = null) {
    const same = this.openLike(command);
    if (same && Date.now() - same.at < RETRY_AFTER) return;
    this.start({ ref: same?.ref ?? this.newRef(), command, part, isAction: false, onAnswer: null });
  }

  /** Returns whether it was sent. If not, who waits for no answer is told. @param {Command} command @param {Request["onAnswer"]} [onAnswer] */
  act(command, onAnswer = null) {
    const sent = this.start({ ref: this.newRef(), command, part: null, isAction: true, onAnswer });
    if (!sent && !onAnswer) this.onUnsent();
    return sent;
  }

  /** The request that this event answers. @param {Event} event */
  handle(event) {
    this.close(event);
    const request = "ref" in event ? this.open.get(event.ref ?? "") : undefined;
    if (!request) return null;
    if (event.type === "error" && PASSING.has(event.code) && !request.isAction)
      setTimeout(() => this.repeat(request), (event.retry_after ?? 1) * 1000);
    else this.open.delete(request.ref);
    return request;
  }

  /** Its answer is no longer wanted, nor its repetition. @param {Command} command */
  withdraw(command) {
    for (const request of this.open.values()) if (request.command === command) this.open.delete(request.ref);
  }

  /** A new connection does not answer requests of the old one. */
  forget() {
    this.open.clear();
  }

  newRef() {
    return String(++this.last);
  }

  /** @param {Command} command */
  openLike(command) {
    const wanted = question(command);
    return [...this.open.values()].find((request) => question(request.command) === wanted);
  }

  /** @param {Omit<Request, "at">} request */
  start(request) {
    const sent = this.send({ ...request.command, ref: request.ref });
    if (sent) this.open.set(request.ref, { ...request, at: Date.now() });
    return sent;
  }

  /** @param {Request} request */
  repeat(request) {
    if (this.open.delete(request.ref)) this.start(request);
  }

  /** @param {Event} event */
  close(event) {
    const types = ANSWERS[event.type] ?? [];
    const room = "room" in event ? event.room : undefined;
    for (const { ref, command } of this.open.values())
      if (types.includes(command.type) && command.room === room) this.open.delete(ref);
  }
}
