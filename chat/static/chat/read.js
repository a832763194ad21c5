/**
 * How far have I read? Tells the server, not more than once in two seconds; only what was in view of somebody
 * reading is read. Knows no document.
 */

const EVERY = 2000;
const CONFIRMED = 5000;

export class Reader {
  /** @param {(room: string, message: number) => boolean} send */
  constructor(send) {
    this.send = send;
    /** @type {{room: string, message: number} | null} */
    this.told = null;
    this.sentAt = 0;
    /** @type {{room: string, message: number} | null} */
    this.due = null;
  }

  /** The message has been seen by somebody reading. @param {string} room @param {number} message @param {number} readUpTo */
  saw(room, message, readUpTo) {
    // What was told and not confirmed may have been lost: after a while it is told again.
    const waiting =
      this.told?.room === room && message <= this.told.message && Date.now() - this.sentAt < CONFIRMED;
    if (message <= readUpTo || waiting) return;
    if (this.due && this.due.room !== room) this.tell();
    this.due = { room, message };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), Math.max(0, this.sentAt + EVERY - Date.now()));
  }

  tell() {
    if (!this.due || !this.send(this.due.room, this.due.message)) return;
    this.told = this.due;
    this.sentAt = Date.now();
    this.due = null;
  }

  /** What was told over a lost connection may not have arrived. */
  forget() {
    this.told = null;
  }
}
