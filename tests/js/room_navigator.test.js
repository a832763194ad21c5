import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomNavigator } from "../../chat/static/chat/page/room_navigator.js";
import { openPage } from "./page.js";

openPage();

test("a click on the open room adds nothing to the browser's history, unless another pane is shown", () => {
  const went = [];
  let pane = "room";
  const panes = { shows: (one) => one === pane, go: (_pane, address) => went.push(address) };
  const nothing = { draw() {}, loadRoom() {}, loadMissing() {}, takeFocus() {} };
  const openRoom = { key: "lobby", enter() {} };
  const navigator = new RoomNavigator(openRoom, {}, nothing, panes, nothing, nothing);
  navigator.visit("lobby");
  assert.deepEqual(went, []);
  pane = "rooms";
  navigator.visit("lobby");
  pane = "room";
  navigator.visit("harbour");
  assert.deepEqual(went, ["/rooms/lobby/", "/rooms/harbour/"]);
});
