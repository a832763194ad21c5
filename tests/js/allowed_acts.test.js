import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { allowedActs } from "../../chat/static/chat/actions/allowed_acts.js";
import { OpenRoom } from "../../chat/static/chat/state/open_room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { INES, ME, message, snapshot } from "./rows.js";

let openRoom;

beforeEach(() => {
  const rooms = new Rooms(ME, "en");
  rooms.loadSnapshot(snapshot([message(1)]));
  openRoom = new OpenRoom(rooms, "harbour");
});

const offers = (row, act = "copy") => allowedActs(openRoom, row, false).has(act);

test("the text of a message can be copied, also where nothing can be posted", () => {
  assert.equal(offers(message(1)), true);
  openRoom.problem = "removed";
  assert.deepEqual([offers(message(1)), offers(message(1), "reply")], [true, false]);
});

test("there is nothing to copy of a file, a deleted message or one of a blocked person", () => {
  assert.equal(offers(message(1, { body: "" })), false);
  assert.equal(offers(message(1, { body: null, deleted_at: "2026-11-23T09:00:00Z" })), false);
  openRoom.rooms.setBlocked([INES]);
  assert.equal(offers(message(1)), false);
});
