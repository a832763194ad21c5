/**
 * Which of several open tabs speaks? One of those that are connected, and rather the one somebody looks at: whoever
 * holds a lock of the browser's. Where there are no locks (a page of plain http), the tabs agree on each piece of news.
 * Knows nothing of messages.
 */
const NAME = "chat.speaker";
/** So long the tabs listen to each other before one of them speaks. */
const BIDDING = 150;
const KEPT = 100;

/** @typedef {{mine: (news: string) => Promise<boolean>, connect: () => void, disconnect: () => void}} Speaker */

/** @returns {Speaker} */
export function tabLeader() {
  if (navigator.locks) return new Holder(navigator.locks);
  return "BroadcastChannel" in globalThis ? new Bidder(new BroadcastChannel(NAME)) : new Alone();
}

export class Alone {
  connect() {}
  disconnect() {}

  async mine() {
    return true;
  }
}

/** The lock is held for as long as this tab is connected, and passes on by itself when the tab is gone. */
export class Holder {
  /** @param {LockManager} locks */
  constructor(locks) {
    this.locks = locks;
    this.holds = false;
    /** @type {(() => void) | null} */
    this.release = null;
    addEventListener("focus", () => this.release && !this.holds && this.request({ steal: true }));
  }

  connect() {
    if (!this.release) this.request(document.hasFocus() ? { steal: true } : {});
  }

  disconnect() {
    this.release?.();
    this.release = null;
    this.holds = false;
  }

  /** @param {LockOptions} how */
  request(how) {
    this.release?.();
    let release = () => {};
    const released = new Promise((done) => {
      release = () => done(undefined);
    });
    this.release = release;
    const held = this.locks.request(NAME, how, () => {
      if (this.release !== release) return;
      this.holds = true;
      return released;
    });
    // Somebody looks at another tab now: this one waits in line.
    held.catch(() => this.release === release && this.queue());
  }

  queue() {
    this.holds = false;
    this.request({});
  }

  async mine() {
    return this.holds;
  }
}

/** Every tab says since when it was looked at; the latest speaks. One that comes late is told that it was said. */
export class Bidder {
  /** @param {BroadcastChannel} channel */
  constructor(channel) {
    this.channel = channel;
    this.me = Math.random();
    this.focusedAt = document.hasFocus() ? Date.now() : 0;
    /** What I have said, or another tab says. @type {Map<string, "said" | "lost">} */
    this.known = new Map();
    channel.onmessage = ({ data }) => this.hear(data);
    addEventListener("focus", () => {
      this.focusedAt = Date.now();
    });
  }

  connect() {}
  disconnect() {}

  /** @param {{news: string, focusedAt: number, me: number}} bid */
  hear({ news, focusedAt, me }) {
    if (this.known.get(news) === "said") this.bid(news, Number.MAX_SAFE_INTEGER);
    else if (focusedAt > this.focusedAt || (focusedAt === this.focusedAt && me > this.me))
      this.keep(news, "lost");
  }

  /** @param {string} news @param {number} [focusedAt] */
  bid(news, focusedAt = this.focusedAt) {
    this.channel.postMessage({ news, focusedAt, me: this.me });
  }

  /** @param {string} news @param {"said" | "lost"} how */
  keep(news, how) {
    this.known.set(news, how);
    for (const oldest of [...this.known.keys()].slice(0, -KEPT)) this.known.delete(oldest);
  }

  /** @param {string} news */
  async mine(news) {
    this.bid(news);
    await new Promise((done) => setTimeout(done, BIDDING));
    if (this.known.has(news)) return false;
    this.keep(news, "said");
    return true;
  }
}
