/**
 * The WebSocket connection: reconnects with jittered backoff, pings, and detects dead connections.
 *
 * @import {Bye, Command, Event} from "./protocol.js"
 * @typedef {"connecting" | "open" | "waiting" | "stopped"} Phase open means welcomed
 * @typedef {{phase: Phase, lostAt: number | null, retryAt: number | null, code: number | null}} Connection
 *   times are milliseconds of the wall clock; `code` is why it stopped
 * @typedef {object} Options
 * @property {string} url
 * @property {(event: Event) => void} onEvent
 * @property {(connection: Connection) => void} onChange
 * @property {() => Command} ping built when it is sent, for it carries cursors
 * @property {typeof WebSocket} [WebSocket]
 * @property {() => number} [random]
 */
import { FINAL_CLOSES } from "./protocol.js";

const BACK_OFF = { first: 500, max: 30_000 };
/** After a connection this long, backoff starts over. */
const STABLE_AFTER = 10_000;
const TIMEOUT = 10_000;

/** Full jitter, so that clients cut off together do not return together. */
export const backOff = (/** @type {number} */ attempt, random = Math.random) =>
  random() * Math.min(BACK_OFF.max, BACK_OFF.first * 2 ** attempt);

export class Socket {
  /** @param {Options} options */
  constructor(options) {
    this.options = { WebSocket: globalThis.WebSocket, random: Math.random, ...options };
    /** @type {Connection} */
    this.connection = { phase: "waiting", lostAt: Date.now(), retryAt: null, code: null };
    /** @type {WebSocket | null} */
    this.socket = null;
    this.attempt = 0;
    this.heartbeat = 20_000;
    this.notBefore = 0;
    this.openedAt = 0;
    this.lastEventAt = 0;
    /** @type {Record<string, ReturnType<typeof setTimeout> | undefined>} */
    this.timers = {};
  }

  /** Sends now or returns false; nothing is queued here. @param {Command} command */
  send(command) {
    if (!this.socket || this.connection.phase !== "open") return false;
    this.socket.send(JSON.stringify(command));
    return true;
  }

  connect() {
    if (this.socket || this.connection.phase === "stopped") return;
    this.clear("retry");
    const socket = new this.options.WebSocket(this.options.url);
    this.socket = socket;
    this.change({ phase: "connecting", retryAt: null });
    this.after("timeout", TIMEOUT, () => this.drop());
    socket.onmessage = (frame) => this.socket === socket && this.handle(frame.data);
    socket.onclose = (closed) => this.socket === socket && this.handleClose(closed.code);
  }

  /** Reconnects or pings at once, when the network returns or the page gets the focus. */
  retryNow() {
    if (this.connection.phase === "waiting" && Date.now() >= this.notBefore) this.connect();
    if (this.connection.phase !== "open") return;
    // After sleep the browser does not notice that the connection is dead.
    if (Date.now() - this.lastEventAt > this.heartbeat * 1.2 + TIMEOUT) this.drop();
    else this.ping();
  }

  /** Does not wait for the close event, which may take minutes. */
  drop() {
    this.socket?.close();
    if (this.socket) this.handleClose(1006);
  }

  /** @param {string} frame */
  handle(frame) {
    const event = /** @type {Event} */ (JSON.parse(frame));
    this.lastEventAt = Date.now();
    this.clear("timeout");
    if (event.type === "welcome") this.welcomed(event.heartbeat);
    this.options.onEvent(event);
    if (event.type === "bye") this.handleBye(event);
  }

  /** @param {number} heartbeat seconds */
  welcomed(heartbeat) {
    this.heartbeat = heartbeat * 1000;
    this.openedAt = Date.now();
    this.notBefore = 0;
    this.change({ phase: "open", lostAt: null, retryAt: null });
    this.nextPing();
  }

  /** Uses the bye event rather than the close frame, which proxies may drop. @param {Bye} event */
  handleBye({ code, retry_after }) {
    if (retry_after) this.notBefore = Date.now() + retry_after * 1000;
    this.socket?.close();
    this.handleClose(code);
  }

  nextPing() {
    this.after("ping", this.heartbeat * (0.8 + 0.4 * this.options.random()), () => this.ping());
  }

  ping() {
    if (!this.timers.timeout) this.after("timeout", TIMEOUT, () => this.drop());
    this.send(this.options.ping());
    this.nextPing();
  }

  /** @param {number} code */
  handleClose(code) {
    this.socket = null;
    this.clear("timeout");
    this.clear("ping");
    const lostAt = this.connection.lostAt ?? Date.now();
    if (FINAL_CLOSES.has(code)) return this.change({ phase: "stopped", lostAt, retryAt: null, code });
    if (this.openedAt && Date.now() - this.openedAt >= STABLE_AFTER) this.attempt = 0;
    this.openedAt = 0;
    const jitter = backOff(this.attempt++, this.options.random);
    const wait = Math.max(0, this.notBefore - Date.now()) + jitter;
    this.change({ phase: "waiting", lostAt, retryAt: Date.now() + wait });
    this.after("retry", wait, () => this.connect());
  }

  /** @param {Partial<Connection>} what */
  change(what) {
    this.connection = { ...this.connection, ...what };
    this.options.onChange(this.connection);
  }

  /** @param {string} name @param {number} wait @param {() => void} then */
  after(name, wait, then) {
    this.clear(name);
    this.timers[name] = setTimeout(() => {
      this.timers[name] = undefined;
      then();
    }, wait);
  }

  /** @param {string} name */
  clear(name) {
    clearTimeout(this.timers[name]);
    this.timers[name] = undefined;
  }
}
