/**
 * Queues messages per room, in local storage, until the server confirms them. Only one message per room is in flight,
 * so a refused message cannot be overtaken by a later one. Other rooms do not wait.
 *
 * @import {Ack, AttachmentRow, Command, Failure} from "./protocol.js"
 * @typedef {object} Entry
 * @property {string} nonce
 * @property {string} room
 * @property {string} body
 * @property {number | null} reply_to
 * @property {AttachmentRow[]} [attachments]
 * @property {number} order when it was written, in milliseconds, and rising
 * @property {"waiting" | "sending" | "failed" | "stored"} state stored: confirmed, its row not yet here
 * @property {string | null} code why it failed
 * @property {boolean} [tried] the server may have it
 *
 * @typedef {object} Options
 * @property {string} person whose: another person on this device must not send it
 * @property {(command: Command) => boolean} send
 * @property {(room: string) => void} onChange
 * @property {Storage | null} storage
 */
import { command, newNonce, PASSING } from "./protocol.js";

const RESEND_AFTER = 10_000;
const DEFAULT_HOLD = 2;

/** The server does not have it. @param {Entry} entry */
const canDiscard = ({ state, tried }) => state === "failed" || (state === "waiting" && !tried);

export class Outbox {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.prefix = `chat.outbox.${options.person}.`;
    this.entries = this.load();
    /** @type {Map<string, {code: string, wait: number, until: number, timer: ReturnType<typeof setTimeout>}>} */
    this.held = new Map();
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.timers = new Map();
    this.connected = false;
  }

  /** @param {string} room */
  of(room) {
    return this.entries.filter((entry) => entry.room === room);
  }

  get waiting() {
    return this.entries.filter((entry) => entry.state === "waiting" || entry.state === "sending");
  }

  /** @param {string} room @param {string} body @param {number | null} reply_to @param {AttachmentRow[]} [attachments] */
  add(room, body, reply_to, attachments = []) {
    const order = Math.max(Date.now(), (this.entries.at(-1)?.order ?? 0) + 1);
    /** @type {Entry} */
    const entry = {
      nonce: newNonce(),
      room,
      body,
      reply_to,
      attachments,
      order,
      state: "waiting",
      code: null,
    };
    this.entries.push(entry);
    this.save(entry);
    this.flush(room);
    return entry;
  }

  /** Resends everything in flight with the same nonces, in the same order. */
  connect() {
    this.connected = true;
    // What is stored comes with its room, or is further back in the history than the room begins now.
    this.entries = this.entries.filter((entry) => entry.state !== "stored");
    for (const entry of this.entries) if (entry.state === "sending") entry.state = "waiting";
    for (const room of new Set(this.entries.map((entry) => entry.room))) this.flush(room);
  }

  disconnect() {
    this.connected = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const entry of this.waiting) {
      entry.state = "waiting";
      this.options.onChange(entry.room);
    }
  }

  /** @param {Ack} ack */
  ack(ack) {
    const entry = this.find(ack.nonce);
    if (!entry) return;
    this.clearTimer(entry);
    entry.state = "stored";
    this.forget(entry);
    this.flush(entry.room);
  }

  /** The message's row has arrived. @param {string} nonce */
  settle(nonce) {
    const entry = this.find(nonce);
    if (!entry) return;
    this.clearTimer(entry);
    this.remove(entry);
    this.flush(entry.room);
  }

  /** @param {Failure} error */
  nack(error) {
    const entry = this.find(error.nonce);
    if (!entry) return;
    this.clearTimer(entry);
    if (PASSING.has(error.code)) return this.hold(entry, error);
    entry.state = "failed";
    entry.code = error.code;
    this.save(entry);
    this.flush(entry.room);
  }

  /** @param {string} nonce */
  retry(nonce) {
    const entry = this.find(nonce);
    if (entry?.state !== "failed") return;
    this.forget(entry);
    // The nonce belongs to another message, so a new one is needed.
    if (entry.code === "nonce_conflict") entry.nonce = newNonce();
    Object.assign(entry, { state: "waiting", code: null, tried: false });
    this.save(entry);
    this.flush(entry.room);
  }

  /** Takes a message back that the server has not stored. @param {string} nonce @returns {Entry | null} */
  discard(nonce) {
    const entry = this.find(nonce);
    if (!entry || !canDiscard(entry)) return null;
    this.remove(entry);
    this.flush(entry.room);
    return entry;
  }

  /** @param {Entry} entry @param {Failure} error */
  hold(entry, error) {
    const wait = (error.retry_after ?? DEFAULT_HOLD) * 1000;
    Object.assign(entry, { state: "waiting", tried: false });
    clearTimeout(this.held.get(entry.room)?.timer);
    const timer = setTimeout(() => {
      this.held.delete(entry.room);
      this.flush(entry.room);
    }, wait);
    this.held.set(entry.room, { code: error.code, wait, until: Date.now() + wait, timer });
    this.options.onChange(entry.room);
  }

  /** @param {string} room */
  flush(room) {
    if (this.connected && !this.held.has(room)) this.next(room);
    this.options.onChange(room);
  }

  /** @param {string} room */
  next(room) {
    const queue = this.waiting.filter((entry) => entry.room === room);
    if (!queue[0] || queue.some((entry) => entry.state === "sending")) return;
    this.dispatch(queue[0]);
  }

  /** @param {Entry} entry */
  dispatch(entry) {
    if (!this.options.send(command.post(entry))) return;
    Object.assign(entry, { state: "sending", tried: true });
    // Resending is safe because of the nonce.
    this.timers.set(
      entry.nonce,
      setTimeout(() => this.dispatch(entry), RESEND_AFTER),
    );
  }

  /** @param {Entry} entry */
  clearTimer(entry) {
    clearTimeout(this.timers.get(entry.nonce));
    this.timers.delete(entry.nonce);
  }

  /** @param {string | null} nonce */
  find(nonce) {
    return this.entries.find((entry) => entry.nonce === nonce);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.forget(entry);
  }

  // One storage key per message, so that two windows never overwrite each other's queue.

  /** @param {Entry} entry */
  save(entry) {
    try {
      this.options.storage?.setItem(this.prefix + entry.nonce, JSON.stringify(entry));
    } catch {
      // Storage full or forbidden: the message lives as long as the page.
    }
  }

  /** @param {Entry} entry */
  forget(entry) {
    this.options.storage?.removeItem(this.prefix + entry.nonce);
  }

  /** @returns {Entry[]} */
  load() {
    const storage = this.options.storage;
    const keys = storage ? Object.keys(storage).filter((key) => key.startsWith(this.prefix)) : [];
    const kept = keys.map((key) => /** @type {Entry} */ (JSON.parse(storage?.getItem(key) ?? "null")));
    // What is stored does not say whether it was sent since.
    return kept
      .map((entry) => ({ ...entry, tried: true }))
      .map((entry) =>
        entry.state === "sending" ? { ...entry, state: /** @type {const} */ ("waiting") } : entry,
      )
      .sort((a, b) => a.order - b.order);
  }
}
