import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, emptyRoom, listed } from "../../chat/static/chat/state/room.js";
import { unread, waiting } from "../../chat/static/chat/state/unread.js";
import { ME, message, mine, said, seededRandom, snapshot } from "./rows.js";

const fresh = () => emptyRoom("harbour", ME);
const opened = (rows, more) => apply(fresh(), snapshot(rows, more), 0);
const upTo = (n) => Array.from({ length: n }, (_, index) => message(index + 1));
const read = (message, more = {}) => ({
  type: "read",
  room: "harbour",
  message,
  generation: 0,
  seq: 0,
  last: 0,
  unread: 0,
  mentions: 0,
  ...more,
});
const naming = (person) => ({ mentions: [{ name: "x", person }] });

test("unread counts text messages of others that are not deleted and above the read position", () => {
  let room = listed(opened(upTo(4)), mine({ seq: 4, last: 4, read_up_to: 2, unread: 2 }));
  assert.equal(unread(room), 2);
  room = apply(room, said(message(5, { author: ME })), 0);
  room = apply(room, said(message(6, { kind: "notice" })), 0);
  assert.equal(unread(room), 2);
  room = apply(room, said(message(4, { seq: 7, body: null, deleted_at: "now" })), 0);
  assert.equal(unread(room), 1);
  assert.equal(unread(apply(room, read(3, { seq: 7, last: 6 }), 0)), 0);
});

test("mentions count unread messages that name me or everybody", () => {
  let room = listed(fresh(), mine({ seq: 4, last: 4, unread: 3, mentions: 1 }));
  room = apply(room, said(message(5, naming(ME))), 0);
  room = apply(room, said(message(6, naming(null))), 0);
  room = apply(room, said(message(7, naming(9))), 0);
  room = apply(room, said(message(8, { ...naming(null), author: ME })), 0);
  assert.deepEqual(waiting(room), { unread: 6, mentions: 3 });
  room = apply(room, said(message(6, { seq: 9, deleted_at: "now", mentions: [] })), 0);
  assert.deepEqual(waiting(room), { unread: 5, mentions: 2 });
});

test("a closed room counts without loaded messages and asks when unsure about an older row", () => {
  let room = listed(fresh(), mine({ seq: 10, last: 10, unread: 3, read_up_to: 5 }));
  const says = (id, seq, more) => {
    room = apply(room, said(message(id, { seq, ...more })), 0);
    return unread(room);
  };
  assert.equal(says(11, 11), 4);
  assert.equal(says(11, 12, { edited_at: "now" }), 4);
  assert.equal(says(11, 13, { deleted_at: "now" }), 3);
  assert.equal(says(4, 14, { deleted_at: "now" }), 3);
  assert.equal(room.doubt, false);
  says(9, 15, { deleted_at: "now" });
  assert.equal(room.doubt, true);
  room = apply(room, read(5, { seq: 15, last: 11, unread: 2 }), 0);
  assert.deepEqual([unread(room), room.doubt], [2, false]);
  assert.deepEqual(room.messages, []);
});

test("a row already in the count is not counted again, whichever comes first", () => {
  const room = listed(fresh(), mine({ seq: 4, last: 4, unread: 1, read_up_to: 3 }));
  const answer = read(3, { seq: 5, last: 5, unread: 2 });
  assert.equal(unread(apply(apply(room, said(message(5)), 0), answer, 0)), 2);
  assert.equal(unread(apply(apply(room, answer, 0), said(message(5)), 0)), 2);
});

test("within a generation the read position only moves forward; a later generation wins even if it arrives first", () => {
  let room = { ...opened(upTo(3)), readUpTo: 3, seen: 3 };
  assert.equal(apply(room, read(2), 0), room);
  room = apply(room, read(1, { generation: 1, seq: 3, last: 3, unread: 2 }), 0);
  assert.deepEqual([room.readUpTo, unread(room)], [1, 2]);
  assert.equal(apply(room, read(3), 0), room);
});

/** A server that posts, edits, deletes and restores, and a reader who goes forwards and back. */
class Server {
  constructor(roll) {
    Object.assign(this, { roll, rows: [], seq: 0, readUpTo: 0, generation: 0 });
  }

  get counts() {
    const unread = this.rows.filter((r) => r.id > this.readUpTo && r.author !== ME && !r.deleted_at);
    return { unread: unread.length, mentions: unread.filter((r) => r.names).length };
  }

  get state() {
    return { seq: this.seq, last: this.rows.length, ...this.counts };
  }

  told() {
    return read(this.readUpTo, { generation: this.generation, ...this.state });
  }

  row(row) {
    const mentions = row.names && !row.deleted_at ? naming(this.roll(2) ? ME : null).mentions : [];
    const { names, ...shown } = row;
    return said({ ...shown, mentions });
  }

  write() {
    const old = this.rows[this.roll(this.rows.length || 1)];
    const seq = ++this.seq;
    const act = this.roll(6);
    if (!old || act < 3) {
      const names = this.roll(3) === 0;
      this.rows.push({ ...message(this.rows.length + 1, { seq, author: this.roll(4) ? 2 : ME }), names });
      return this.row(this.rows.at(-1));
    }
    old.seq = seq;
    if (act === 3) old.deleted_at = old.deleted_at ? null : "now";
    else if (act === 4) old.names = !old.names;
    else old.reactions = { "👍": [seq] };
    return this.row(old);
  }

  mark(message) {
    if (message > this.readUpTo) this.readUpTo = message;
    return this.told();
  }

  unmark(message) {
    if (message - 1 < this.readUpTo)
      Object.assign(this, { readUpTo: message - 1, generation: this.generation + 1 });
    return this.told();
  }
}

test("zero means zero: two devices end with the exact counts, whatever is sent, deleted, edited or read", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const roll = seededRandom(seed);
    const server = new Server(roll);
    for (let n = 0; n < 10; n++) server.write();
    const place = () =>
      mine({ ...server.state, read_up_to: server.readUpTo, read_generation: server.generation });
    const devices = [
      listed(fresh(), place()),
      listed(opened(server.rows.map((r) => server.row(r).message)), place()),
    ];
    const wires = [[], []];
    const tell = (event) => {
      for (const wire of wires) wire.push(event);
    };
    const hear = (which) => {
      const wire = wires[which];
      // Rows keep their order; what is personal overtakes them, and each other.
      const at = wire.findIndex((event, index) => event.type === "read" || index === 0);
      const late = wire.findLastIndex((event) => event.type === "read");
      const [event] = wire.splice(late >= 0 && roll(2) ? late : Math.max(at, 0), 1);
      devices[which] = apply(devices[which], event, 0);
    };
    for (let step = 0; step < 60; step++) {
      const act = roll(8);
      if (act < 4) tell(server.write());
      else if (act === 4) tell(server.mark(roll(server.rows.length + 1)));
      else if (act === 5) tell(server.unmark(1 + roll(server.rows.length)));
      else for (const which of [0, 1]) if (wires[which].length) hear(which);
    }
    const settle = () => {
      for (const which of [0, 1]) while (wires[which].length) hear(which);
    };
    settle();
    if (devices.some((room) => room.doubt)) tell(server.mark(0));
    settle();
    for (const room of devices) {
      assert.equal(room.doubt, false);
      assert.deepEqual(waiting(room), server.counts, `seed ${seed}`);
      assert.equal(room.readUpTo, server.readUpTo);
    }
  }
});
