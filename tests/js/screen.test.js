import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

openPage();
const { Screen } = await import("../../chat/static/chat/page/screen.js");

function counting() {
  const calls = [];
  const view = (name) => ({
    draw: () => calls.push(`draw ${name}`),
    settle: () => calls.push(`read ${name}`),
  });
  const list = view("list");
  return { calls, screen: new Screen([view("room"), list], () => null, list) };
}
const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

test("everything is drawn before the first part reads the layout", () => {
  const { calls, screen } = counting();
  screen.draw();
  assert.deepEqual(calls, ["draw room", "draw list", "read room", "read list"]);
});

test("any number of events are drawn once", async () => {
  const { calls, screen } = counting();
  for (let n = 0; n < 500; n++) screen.scheduleDraw();
  await frame();
  assert.equal(calls.length, 4);
});

test("what happens in another room draws the room list alone", async () => {
  const { calls, screen } = counting();
  screen.scheduleDraw();
  await frame();
  calls.length = 0;
  screen.scheduleRoomList();
  await frame();
  assert.deepEqual(calls, ["draw list", "read list"]);
});

test("what happens in the open room meanwhile is drawn too", async () => {
  const { calls, screen } = counting();
  screen.scheduleRoomList();
  screen.scheduleDraw();
  screen.scheduleRoomList();
  await frame();
  assert.equal(calls.length, 4);
});
