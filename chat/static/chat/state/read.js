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

  /** What waits in that room has to be counted again; once for however much happens there. @param {string} room @param {() => number} readUpTo */
  recount(room, readUpTo) {
    if (this.recounts.has(room)) return;
    const ask = () => {
      this.recounts.delete(room);
      this.send(room, readUpTo());
    };
    this.recounts.set(room, setTimeout(ask, SETTLED));
  }

  /** The message has been seen by somebody reading. @param {string} room @param {number} message @param {number} readUpTo */
  seen(room, message, readUpTo) {
    // What was told and not confirmed may have been lost: after a while it is told again.
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

  /** What was told over a lost connection may not have arrived. */
  forget() {
    this.sent = null;
  }
}
