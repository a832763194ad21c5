import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Outbox } from "../../chat/static/chat/net/outbox.js";

/** localStorage keeps its keys as own properties; so does this. */
class Storage {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, value) {
    this[key] = String(value);
  }
  removeItem(key) {
    delete this[key];
  }
}

let sent, storage;
const open = (person = "1") => {
  const outbox = new Outbox({
    person,
    storage,
    onChange() {},
    send: (command) => Boolean(sent.push(command)),
  });
  return outbox;
};
const bodies = () => sent.map((command) => command.body);
const ack = (outbox, command) =>
  outbox.ack({ type: "ack", room: command.room, nonce: command.nonce, seq: 1, message: 1 });
const nack = (outbox, command, code, retry_after = null) =>
  outbox.nack({ type: "error", code, detail: "", nonce: command.nonce, retry_after });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  sent = [];
  storage = new Storage();
});

test("messages written offline are sent in order on reconnect", () => {
  const outbox = open();
  for (const body of ["one", "two", "three"]) outbox.add("lobby", body, null);
  assert.deepEqual(bodies(), []);
  outbox.connect();
  for (let index = 0; index < 3; index++) ack(outbox, sent[index]);
  assert.deepEqual(bodies(), ["one", "two", "three"]);
  assert.equal(outbox.waiting.length, 0);
});

test("one message of a room is under way at a time; rooms do not wait for each other", () => {
  const outbox = open();
  outbox.connect();
  outbox.add("lobby", "one", null);
  outbox.add("lobby", "two", null);
  outbox.add("harbour", "other", null);
  assert.deepEqual(bodies(), ["one", "other"]);
});

test("a reload keeps unconfirmed messages with their nonces, for the same person only", () => {
  const before = open();
  before.connect();
  before.add("lobby", "one", 7);
  before.add("lobby", "two", null);
  const nonces = before.entries.map((entry) => entry.nonce);
  sent = [];
  assert.equal(open("2").entries.length, 0);
  const after = open();
  after.connect();
  ack(after, sent[0]);
  assert.deepEqual(
    sent.map((command) => command.nonce),
    nonces,
  );
  assert.equal(sent[0].reply_to, 7);
  ack(after, sent[1]);
  assert.deepEqual(Object.keys(storage), []);
});

test("a lost connection sends again what was under way, with the same nonce", () => {
  const outbox = open();
  outbox.connect();
  outbox.add("lobby", "one", null);
  outbox.disconnect();
  outbox.connect();
  assert.equal(sent.length, 2);
  assert.equal(sent[0].nonce, sent[1].nonce);
});

test("without an answer for ten seconds a message is sent again with the same nonce", () => {
  const outbox = open();
  outbox.connect();
  outbox.add("lobby", "one", null);
  mock.timers.tick(10_000);
  assert.deepEqual(
    sent.map((command) => command.nonce),
    [sent[0].nonce, sent[0].nonce],
  );
});

for (const code of ["rate_limited", "overloaded", "storage_unavailable"])
  test(`${code} holds its room, and only its room, in order`, () => {
    const outbox = open();
    outbox.connect();
    outbox.add("lobby", "one", null);
    outbox.add("lobby", "two", null);
    nack(outbox, sent[0], code, 5);
    outbox.add("lobby", "three", null);
    outbox.add("harbour", "other", null);
    assert.deepEqual(bodies(), ["one", "other"]);
    mock.timers.tick(4_999);
    assert.equal(sent.length, 2);
    mock.timers.tick(1);
    ack(outbox, sent[2]);
    ack(outbox, sent[3]);
    assert.deepEqual(bodies(), ["one", "other", "one", "two", "three"]);
    assert.equal(sent[0].nonce, sent[2].nonce);
  });

test("a refusal marks its message and keeps its text; the others are sent", () => {
  const outbox = open();
  outbox.connect();
  outbox.add("lobby", "one", null);
  outbox.add("lobby", "two", null);
  nack(outbox, sent[0], "muted");
  assert.deepEqual(bodies(), ["one", "two"]);
  assert.deepEqual(open().entries.map((entry) => [entry.body, entry.state, entry.code])[0], [
    "one",
    "failed",
    "muted",
  ]);
});

test("a failed message is retried with its nonce, or a new one if that is taken", () => {
  const outbox = open();
  outbox.connect();
  const entry = outbox.add("lobby", "one", null);
  nack(outbox, sent[0], "muted");
  outbox.retry(entry.nonce);
  assert.equal(sent[1].nonce, sent[0].nonce);
  nack(outbox, sent[1], "nonce_conflict");
  outbox.retry(entry.nonce);
  assert.notEqual(sent[2].nonce, sent[1].nonce);
  assert.equal(Object.keys(storage).length, 1);
});

test("a discarded message is gone", () => {
  const outbox = open();
  outbox.connect();
  const entry = outbox.add("lobby", "one", null);
  nack(outbox, sent[0], "bad_body");
  outbox.discard(entry.nonce);
  assert.deepEqual([outbox.entries, Object.keys(storage)], [[], []]);
});

test("a message's row confirms it even if the ack was lost", () => {
  const outbox = open();
  outbox.connect();
  const entry = outbox.add("lobby", "one", null);
  outbox.add("lobby", "two", null);
  outbox.settle(entry.nonce);
  assert.deepEqual(bodies(), ["one", "two"]);
});

test("a confirmed message is drawn until its row arrives, but not stored", () => {
  const outbox = open();
  outbox.connect();
  outbox.add("lobby", "one", null);
  ack(outbox, sent[0]);
  assert.equal(outbox.of("lobby")[0].state, "stored");
  assert.deepEqual(Object.keys(storage), []);
});

test("a confirmed message whose row was missed is not drawn as being sent after the connection is back", () => {
  const outbox = open();
  outbox.connect();
  outbox.add("lobby", "one", null);
  outbox.add("lobby", "two", null);
  ack(outbox, sent[0]);
  outbox.disconnect();
  outbox.connect();
  assert.deepEqual(
    outbox.of("lobby").map(({ body }) => body),
    ["two"],
  );
});

test("if storage fails, only surviving a reload is lost", () => {
  storage = {
    setItem() {
      throw new Error("full");
    },
    removeItem() {},
    getItem: () => null,
  };
  const outbox = open();
  outbox.add("lobby", "one", null);
  outbox.connect();
  assert.deepEqual(bodies(), ["one"]);
});

test("a waiting message can be taken back until it is sent, and again after a refusal", () => {
  const outbox = open();
  const [first, second] = ["one", "two"].map((body) => outbox.add("lobby", body, null));
  outbox.connect();
  assert.equal(outbox.discard(first.nonce), null, "it is on its way");
  outbox.disconnect();
  assert.equal(outbox.discard(first.nonce), null, "the server may have it");
  assert.equal(outbox.discard(second.nonce).body, "two");
  assert.equal(open().discard(first.nonce), null, "nor after a reload");
  outbox.connect();
  nack(outbox, sent.at(-1), "slow_down", 5);
  assert.equal(outbox.discard(first.nonce).body, "one");
  assert.deepEqual([outbox.entries, Object.keys(storage)], [[], []]);
});
