/**
 * Elects which of several open tabs shows notifications. Uses the Web Locks API; on plain HTTP, where that is missing, the
 * tabs bid for each message over a BroadcastChannel. The tab looked at last wins.
 */
const NAME = "chat.tab-leader";
/** How long tabs wait for each other's bids, in ms. */
const BIDDING = 150;
const MAX_REMEMBERED = 100;

/** @typedef {{leads: (news: string) => Promise<boolean>, connect: () => void, disconnect: () => void}} TabLeader */

/** @returns {TabLeader} */
export function electTabLeader() {
  if (navigator.locks) return new LockLeader(navigator.locks);
  return "BroadcastChannel" in globalThis ? new ElectedLeader(new BroadcastChannel(NAME)) : new SingleTab();
}

class SingleTab {
  connect() {}
  disconnect() {}

  async leads() {
    return true;
  }
}

/** Holds a Web Lock while connected. The browser passes it on when the tab closes. */
export class LockLeader {
  /** @param {LockManager} locks */
  constructor(locks) {
    this.locks = locks;
    this.leading = false;
    /** @type {(() => void) | null} */
    this.release = null;
    addEventListener("focus", () => this.release && !this.leading && this.request({ steal: true }));
  }

  connect() {
    if (!this.release) this.request(document.hasFocus() ? { steal: true } : {});
  }

  disconnect() {
    this.release?.();
    this.release = null;
    this.leading = false;
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
      this.leading = true;
      return released;
    });
    // Another tab has stolen the lock; wait in line.
    held.catch(() => this.release === release && this.queue());
  }

  queue() {
    this.leading = false;
    this.request({});
  }

  async leads() {
    return this.leading;
  }
}

/** Tabs announce when they last had the focus; the latest wins. A late bid is answered with an unbeatable one. */
export class ElectedLeader {
  /** @param {BroadcastChannel} channel */
  constructor(channel) {
    this.channel = channel;
    this.me = Math.random();
    this.focusedAt = document.hasFocus() ? Date.now() : 0;
    /** What I have said, or another tab says. @type {Map<string, "shown" | "lost">} */
    this.known = new Map();
    channel.onmessage = ({ data }) => this.handle(data);
    addEventListener("focus", () => {
      this.focusedAt = Date.now();
    });
  }

  connect() {}
  disconnect() {}

  /** @param {{news: string, focusedAt: number, me: number}} bid */
  handle({ news, focusedAt, me }) {
    if (this.known.get(news) === "shown") this.bid(news, Number.MAX_SAFE_INTEGER);
    else if (focusedAt > this.focusedAt || (focusedAt === this.focusedAt && me > this.me))
      this.remember(news, "lost");
  }

  /** @param {string} news @param {number} [focusedAt] */
  bid(news, focusedAt = this.focusedAt) {
    this.channel.postMessage({ news, focusedAt, me: this.me });
  }

  /** @param {string} news @param {"shown" | "lost"} how */
  remember(news, how) {
    this.known.set(news, how);
    for (const oldest of [...this.known.keys()].slice(0, -MAX_REMEMBERED)) this.known.delete(oldest);
  }

  /** @param {string} news */
  async leads(news) {
    this.bid(news);
    await new Promise((done) => setTimeout(done, BIDDING));
    if (this.known.has(news)) return false;
    this.remember(news, "shown");
    return true;
  }
}
