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

test("comings and goings within ten minutes are one line", () => {
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

test("how things stand is no news, and neither am I", () => {
  assert.deepEqual(
    tell([0, presence({ whole: true, online: [2, 3] })], [1, presence({ online: [ME], offline: [ME] })]),
    [],
  );
});

test("who is back from being away, or opens a second window, has not come in", () => {
  const moves = [
    [0, presence({ whole: true, away: [2], online: [3] })],
    [1, presence({ online: [2, 3] })],
    [2, presence({ away: [3] })],
  ];
  assert.deepEqual(tell(...moves), []);
});

test("who was not known to be here has not left", () => {
  assert.deepEqual(tell([0, presence({ offline: [4] })]), []);
});
