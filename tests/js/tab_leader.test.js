import assert from "node:assert/strict";
import { mock, test } from "node:test";

const listeners = [];
let focused = false;
globalThis.addEventListener = (_, listener) => listeners.push(listener);
globalThis.document = { hasFocus: () => focused };
const { ElectedLeader, LockLeader } = await import("../../chat/static/chat/notifications/tab_leader.js");

/** A tab, and what happens when somebody comes to look at it. */
function tab(make, look = false) {
  focused = look;
  const tabLeader = make();
  const focus = listeners.at(-1);
  return { tabLeader, focus };
}
const settled = () => new Promise((done) => setImmediate(done));
const who = async (...tabs) => Promise.all(tabs.map(({ tabLeader }) => tabLeader.leads("news")));

/** The browser's locks, as far as one name goes. */
class Locks {
  held = null;
  line = [];
  request(_, { steal }, then) {
    return new Promise((done, stolen) => {
      const one = { then, done, stolen };
      if (steal && this.held) this.held.stolen(new Error("AbortError"));
      if (steal) this.held = null;
      if (steal) this.line.unshift(one);
      else this.line.push(one);
      this.next();
    });
  }
  next() {
    if (this.held || !this.line.length) return;
    const one = this.line.shift();
    this.held = one;
    Promise.resolve(one.then()).then(() => {
      if (this.held === one) this.held = null;
      one.done();
      this.next();
    });
  }
}

test("one of three tabs has the lock; the focused one takes it; a lost connection passes it on", async () => {
  const locks = new Locks();
  const [a, b, c] = [1, 2, 3].map(() => tab(() => new LockLeader(locks)));
  focused = false;
  for (const { tabLeader } of [a, b, c]) tabLeader.connect();
  await settled();
  assert.deepEqual(await who(a, b, c), [true, false, false]);
  c.focus();
  await settled();
  assert.deepEqual(await who(a, b, c), [false, false, true]);
  b.focus();
  await settled();
  assert.deepEqual(await who(a, b, c), [false, true, false]);
  b.tabLeader.disconnect();
  await settled();
  assert.equal((await who(a, b, c)).filter(Boolean).length, 1);
  assert.equal((await who(b))[0], false);
  b.tabLeader.connect();
  await settled();
  assert.equal((await who(a, b, c)).filter(Boolean).length, 1);
});

/** Every channel of a name hears what the others post. */
class Channels {
  all = [];
  open() {
    const channel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of this.all) if (other !== channel) queueMicrotask(() => other.onmessage({ data }));
      },
    };
    this.all.push(channel);
    return channel;
  }
}

test("without locks the last focused tab leads, and a new tab learns this", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1000 });
  const channels = new Channels();
  const [a, b] = [1, 2].map(() => tab(() => new ElectedLeader(channels.open())));
  const ask = async (...tabs) => {
    const answers = Promise.all(tabs.map(({ tabLeader }) => tabLeader.leads("news")));
    await null;
    await null;
    mock.timers.tick(150);
    return answers;
  };
  mock.timers.tick(10);
  b.focus();
  assert.deepEqual(await ask(a, b), [false, true]);
  const late = tab(() => new ElectedLeader(channels.open()), true);
  assert.deepEqual(await ask(late), [false]);
  mock.timers.reset();
});
