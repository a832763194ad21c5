/**
 * Reports read positions to the server, at most every 600 ms, and asks for a new count when one is in doubt.
 */

const EVERY = 600;
const SETTLED = 300;
const CONFIRMED = 5000;

export class Reader {
  /** @param {(room: string, message: number) => boolean} send */
  constructor(send) {
    this.send = send;
    /** @type {{room: string, message: number} | null} */
    this.sent = null;
    this.sentAt = 0;
    /** @type {{room: string, message: number} | null} */
    this.due = null;
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.recounts = new Map();
  }

  /** Requests a new count, once for many changes, by repeating the read position. @param {string} room @param {() => number} readUpTo */
  recount(room, readUpTo) {
    if (this.recounts.has(room)) return;
    const ask = () => {
      this.recounts.delete(room);
      this.send(room, readUpTo());
    };
    this.recounts.set(room, setTimeout(ask, SETTLED));
  }

  /** @param {string} room @param {number} message @param {number} readUpTo */
  seen(room, message, readUpTo) {
    // Unconfirmed positions may have been lost and are sent again.
    const waiting =
      this.sent?.room === room && message <= this.sent.message && Date.now() - this.sentAt < CONFIRMED;
    if (message <= readUpTo || waiting) return;
    if (this.due && this.due.room !== room) this.flush();
    this.due = { room, message };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(0, this.sentAt + EVERY - Date.now()));
  }

  flush() {
    if (!this.due || !this.send(this.due.room, this.due.message)) return;
    this.sent = this.due;
    this.sentAt = Date.now();
    this.due = null;
  }

  /** Positions sent over a lost connection may not have arrived. */
  forget() {
    this.sent = null;
  }
}
