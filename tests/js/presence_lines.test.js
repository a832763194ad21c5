import assert from "node:assert/strict";
import { test } from "node:test";
import { addPresence } from "../../chat/static/chat/state/presence_lines.js";
import { apply, emptyRoom } from "../../chat/static/chat/state/room.js";
import { ME, message, snapshot } from "./rows.js";

const presence = (more) => ({
  type: "presence",
  room: "harbour",
  whole: false,
  online: [],
  away: [],
  offline: [],
  ...more,
});

/** Tells each event to the room and to its notices, as the page does. */
function tell(...events) {
  let room = apply(emptyRoom("harbour", ME), snapshot([message(1)]), 0);
  let notices = [];
  for (const [minute, event] of events) {
    notices = addPresence(notices, room, event, minute * 60_000);
    room = apply(room, event, minute * 60_000);
  }
  return notices.map(({ came, left }) => [came, left]);
}

test("joining and leaving within ten minutes is one line", () => {
  const moves = [
    [0, presence({ online: [2] })],
    [5, presence({ online: [3] })],
    [9, presence({ offline: [2] })],
  ];
  assert.deepEqual(tell(...moves), [[["3"], ["2"]]]);
  assert.deepEqual(tell(...moves, [10, presence({ offline: [3] })]), [
    [["3"], ["2"]],
    [[], ["3"]],
  ]);
});

test("the initial presence and my own are not announced", () => {
  assert.deepEqual(
    tell([0, presence({ whole: true, online: [2, 3] })], [1, presence({ online: [ME], offline: [ME] })]),
    [],
  );
});

test("people I have blocked are not announced", () => {
  const room = { ...apply(emptyRoom("harbour", ME), snapshot([message(1)]), 0), blocked: [2] };
  const [line] = addPresence([], room, presence({ online: [2, 3] }), 0);
  assert.deepEqual(line.came, ["3"]);
  assert.deepEqual(addPresence([], room, presence({ away: [2] }), 0), []);
});

test("returning from away or opening a second window is not announced", () => {
  const moves = [
    [0, presence({ whole: true, away: [2], online: [3] })],
    [1, presence({ online: [2, 3] })],
    [2, presence({ away: [3] })],
  ];
  assert.deepEqual(tell(...moves), []);
});

test("leaving is not announced for people not known to be online", () => {
  assert.deepEqual(tell([0, presence({ offline: [4] })]), []);
});

test("who has just joined is not announced as well, but is after leaving or much later", () => {
  const body = JSON.stringify({ what: "joined", from: "", to: "link", by: "Kai" });
  const row = message(2, { kind: "notice", author: 3, body, created_at: new Date(0).toISOString() });
  const joined = [0, { type: "message", room: "harbour", seq: 2, message: row }];
  assert.deepEqual(tell(joined, [1, presence({ online: [3] })]), []);
  assert.deepEqual(
    tell(
      joined,
      [1, presence({ online: [3] })],
      [2, presence({ offline: [3] })],
      [3, presence({ online: [3] })],
    ),
    [[["3"], []]],
  );
  assert.deepEqual(tell(joined, [11, presence({ online: [3] })]), [[["3"], []]]);
});
