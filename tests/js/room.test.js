import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, behind, emptyRoom, listed, typists } from "../../chat/static/chat/state/room.js";
import { unquoted, WINDOW } from "../../chat/static/chat/state/window.js";
import { changes, INES, info, ME, member, message, mine, said, seededRandom, snapshot } from "./rows.js";

const fresh = () => emptyRoom("harbour", ME);
const opened = (rows, more) => apply(fresh(), snapshot(rows, more), 0);
const ids = (room) => room.messages.map((row) => row.id);
const upTo = (n) => Array.from({ length: n }, (_, index) => message(index + 1));

/** A server in twenty lines: posts, edits, deletes; answers a sync. */
function history(roll, length) {
  const rows = new Map();
  const log = [];
  for (let seq = 1; seq <= length; seq++) {
    const known = [...rows.values()];
    const old = known[roll(known.length || 1)];
    const act = roll(5);
    const row =
      !old || act > 2
        ? message(seq, { seq, author: roll(2) ? ME : INES })
        : act === 1
          ? { ...old, seq, body: `edited at ${seq}`, edited_at: "2026-11-23T10:00:00Z" }
          : act === 2
            ? { ...old, seq, pinned_at: old.pinned_at || old.deleted_at ? null : "2026-11-23T10:00:00Z" }
            : { ...old, seq, body: null, pinned_at: null, deleted_at: "2026-11-23T10:00:00Z" };
    rows.set(row.id, row);
    log.push(row);
  }
  const present = () => [...rows.values()].sort((a, b) => a.id - b.id);
  const since = (seq, head) => {
    const latest = new Map();
    for (const row of log.slice(seq, head)) latest.set(row.id, row);
    return changes(
      seq,
      head,
      [...latest.values()].sort((a, b) => a.seq - b.seq),
    );
  };
  return { log, present, since };
}

test("events lost, repeated and overtaken end in the same state, whatever their order", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const roll = seededRandom(seed);
    const server = history(roll, 60);
    let room = opened([], { seq: 0 });
    for (let at = 0; at < server.log.length; ) {
      const fate = roll(10);
      if (fate < 2)
        at++; // lost
      else if (fate === 2)
        room = apply(room, said(server.log[roll(at + 1)]), 0); // an old one again
      else if (fate === 3) room = apply(room, said(server.log[Math.min(at + 2, server.log.length - 1)]), 0);
      else room = apply(room, said(server.log[at++]), 0);
      if (behind(room)) room = apply(room, server.since(room.seq, Math.max(at, room.ahead)), 0);
    }
    room = apply(room, server.since(room.seq, server.log.length), 0);
    assert.deepEqual(room.messages, server.present(), `seed ${seed}`);
    const pinned = server.present().filter((row) => row.pinned_at);
    assert.deepEqual(Object.values(room.pinned), pinned, `seed ${seed}`);
    assert.equal(room.seq, server.log.length);
  }
});

test("an event that is not the next one changes nothing and says that something is missing", () => {
  const room = opened(upTo(3));
  const after = apply(room, said(message(5)), 0);
  assert.deepEqual(ids(after), [1, 2, 3]);
  assert.equal(after.seq, 3);
  assert.ok(behind(after));
});

test("changes apply when they begin at or before the cursor and end after it", () => {
  const room = opened(upTo(3));
  assert.equal(apply(room, changes(1, 3, [message(2, { body: "old" })]), 0), room);
  assert.deepEqual(ids(apply(room, changes(1, 5, [message(4), message(5)]), 0)), [1, 2, 3, 4, 5]);
  assert.ok(behind(apply(room, changes(4, 6, [message(6)]), 0)));
});

test("a row that is not newer is ignored", () => {
  const room = opened([message(1, { seq: 5, body: "newer" })], { seq: 5 });
  const after = apply(room, changes(0, 6, [message(1, { seq: 1, body: "older" })]), 0);
  assert.equal(after.messages[0].body, "newer");
  assert.equal(after.seq, 6);
});

test("states are immutable", () => {
  const room = opened(upTo(3));
  const before = structuredClone(room);
  apply(room, said(message(4)), 0);
  apply(room, said(message(2, { seq: 4, body: null, deleted_at: "now" })), 0);
  assert.deepEqual(room, before);
});

test("a snapshot replaces the state", () => {
  const room = apply(opened(upTo(3)), snapshot([message(9)], { seq: 700 }), 0);
  assert.deepEqual([ids(room), room.seq, behind(room)], [[9], 700, false]);
});

test("a page of history is prepended; one for another window is ignored", () => {
  const room = opened([message(51), message(52)], { more: true });
  const page = {
    type: "history",
    room: "harbour",
    messages: [message(49), message(50)],
    quoted: [],
    people: {},
    more: true,
  };
  assert.deepEqual(ids(apply(room, page, 0, { before: 51 })), [49, 50, 51, 52]);
  assert.deepEqual(ids(apply(room, page, 0, { before: 40 })), [51, 52]);
});

test("a row of history read before an event that overtook it does not win", () => {
  let room = opened([message(51)], { more: true, seq: 60 });
  room = apply(room, said(message(50, { seq: 61, body: "edited" })), 0);
  const page = {
    type: "history",
    room: "harbour",
    messages: [message(50)],
    quoted: [],
    people: {},
    more: false,
  };
  assert.equal(apply(room, page, 0, { before: 51 }).messages[0].body, "edited");
});

test("the window is bounded, and away from its end new messages are only counted", () => {
  let room = opened(upTo(WINDOW), { more: true, seq: WINDOW });
  room = apply(room, said(message(WINDOW + 1)), 0);
  assert.equal(room.messages.length, WINDOW);
  assert.equal(room.messages[0].id, 2);
  const page = {
    type: "history",
    room: "harbour",
    messages: [message(1)],
    quoted: [],
    people: {},
    more: false,
  };
  room = apply(room, page, 0, { before: 2 });
  assert.equal(room.atEnd, false);
  const after = apply(room, said(message(WINDOW + 2)), 0);
  assert.equal(after.messages.at(-1).id, WINDOW);
  const next = {
    ...page,
    messages: [message(WINDOW + 1), message(WINDOW + 2)],
    more: false,
  };
  assert.equal(apply(after, next, 0, { after: WINDOW }).atEnd, true);
});

test("welcome keeps rooms that are current and drops those behind", () => {
  const room = opened(upTo(3));
  assert.equal(listed(room, mine({ seq: 3 })).messages, room.messages);
  assert.deepEqual(listed(room, mine({ seq: 9 })).messages, []);
  assert.equal(listed(room, mine({ seq: 9 })).seq, 9);
});

test("an ended membership stays known, is not counted, and carries new names", () => {
  const gone = {
    type: "membership",
    room: "harbour",
    seq: 1,
    member: member(INES, 1, { removed_at: "now" }),
    people: { 2: { name: "Ines D.", kind: "guest" } },
  };
  const room = apply(opened([], { seq: 0 }), gone, 0);
  assert.equal(room.memberCount, 1);
  assert.equal(room.people[2].name, "Ines D.");
});

test("info follows the order of seq like every event", () => {
  const event = { type: "info", room: "harbour", seq: 4, info: info(4, { name: "Harbour rebuild" }) };
  assert.equal(apply(opened(upTo(3)), event, 0).info.name, "Harbour rebuild");
  assert.equal(apply(opened(upTo(2)), event, 0).info.name, "Harbour");
});

test("typing ends by time, by leaving or with a message, and is never shown for me", () => {
  const typing = (person) => ({ type: "typing", room: "harbour", person });
  let room = apply(apply(opened([], { seq: 0 }), typing(INES), 0), typing(ME), 0);
  assert.deepEqual(typists(room, 5999), ["2"]);
  assert.deepEqual(typists(room, 6000), []);
  assert.deepEqual(typists(apply(room, said(message(1)), 0), 1), []);
  room = apply(
    room,
    { type: "presence", room: "harbour", whole: false, online: [], away: [], offline: [INES] },
    0,
  );
  assert.deepEqual(typists(room, 1), []);
});

test("an unknown quoted message is requested, and a later change wins over the answer", () => {
  let room = opened([message(90)], { more: true, quoted: [message(5)] });
  for (const [id, reply_to] of [
    [91, 5],
    [92, 90],
    [93, 7],
  ])
    room = apply(room, said(message(id, { reply_to })), 0);
  assert.deepEqual(unquoted(room), [7]);
  const gone = message(7, { seq: 94, body: null, deleted_at: "2026-11-23T10:00:00Z" });
  room = apply(room, said(gone), 0);
  const answer = { type: "history", room: "harbour", quoted: [], people: {}, more: true };
  room = apply(room, { ...answer, messages: [message(7)] }, 0, { quote: 7 });
  assert.deepEqual([unquoted(room), room.quoted[7], ids(room)], [[], gone, [90, 91, 92, 93]]);
});

test("presence that says nothing new leaves the room as it is, so nothing is drawn", () => {
  const presence = (more) => ({
    type: "presence",
    room: "harbour",
    online: [],
    away: [],
    offline: [],
    ...more,
  });
  const room = apply(fresh(), presence({ whole: true, online: [INES] }), 0);
  assert.equal(apply(room, presence({ whole: true, online: [INES] }), 0), room);
  assert.equal(apply(room, presence({ whole: false, online: [INES], offline: [3] }), 0), room);
  assert.notEqual(apply(room, presence({ whole: false, away: [INES] }), 0), room);
  assert.deepEqual(apply(room, presence({ whole: true }), 0).presence, {});
});
