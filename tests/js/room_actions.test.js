import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { RoomActions } from "../../chat/static/chat/actions/room_actions.js";
import { loadMessages } from "../../chat/static/chat/shared/i18n.js";
import { OpenRoom } from "../../chat/static/chat/state/open_room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { openPage, words } from "./page.js";
import { ME } from "./rows.js";

let left, openRoom, button;
beforeEach(() => {
  openPage();
  loadMessages(words, "en");
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  left = [];
  openRoom = new OpenRoom(new Rooms(ME, "en"), "harbour");
  new RoomActions(openRoom, { act: ({ room }) => left.push(room) > 0 }, {});
  button = document.getElementById("leave");
});

test("leaving takes two clicks, which are near each other and in the same room", () => {
  button.click();
  assert.deepEqual([left, button.textContent], [[], "Press again to confirm"]);
  openRoom.enter("lobby");
  button.click();
  assert.deepEqual(left, []);
  mock.timers.tick(3000);
  assert.equal(button.textContent, "Leave room");
  button.click();
  button.click();
  assert.deepEqual(left, ["lobby"]);
});
