import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage } from "./page.js";

const window = openPage();
const { neighbour, neighbourThat, watchShortcuts } = await import(
  "../../chat/static/chat/navigation/shortcuts.js"
);

let called;
watchShortcuts({
  switcher: () => called.push("switcher"),
  search: () => called.push("search"),
  help: () => called.push("help"),
  room: (step, unread) => called.push(`room ${step}${unread ? " unread" : ""}`),
  region: (step) => called.push(`region ${step}`),
});
const press = (key, more = {}, on = document.body) => {
  const event = new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  on.dispatchEvent(event);
  return event.defaultPrevented;
};
const composer = document.getElementById("composer");

beforeEach(() => {
  called = [];
});

test("each shortcut works, from the composer too", () => {
  press("k", { ctrlKey: true }, composer);
  press("k", { metaKey: true });
  press("F", { ctrlKey: true, shiftKey: true }, composer);
  press("ArrowUp", { altKey: true }, composer);
  press("ArrowDown", { altKey: true, shiftKey: true });
  press("F6");
  press("F6", { ctrlKey: true, shiftKey: true });
  assert.deepEqual(called, [
    "switcher",
    "switcher",
    "search",
    "room -1",
    "room 1 unread",
    "region 1",
    "region -1",
  ]);
});

test("a question mark opens the help, except in a text field", () => {
  assert.equal(press("?", { shiftKey: true }, composer), false);
  assert.deepEqual(called, []);
  assert.equal(press("?", { shiftKey: true }), true);
  assert.deepEqual(called, ["help"]);
});

test("no single letters, input method keys or browser shortcuts are used", () => {
  for (const key of ["k", "f", "ArrowUp", "Escape"]) assert.equal(press(key), false);
  assert.equal(press("k", { ctrlKey: true, isComposing: true }), false);
  assert.equal(press("ArrowUp", { altKey: true, keyCode: 229 }), false);
  assert.equal(press("f", { ctrlKey: true }), false);
  assert.equal(press("ArrowUp", { ctrlKey: true }), false);
  assert.deepEqual(called, []);
});

test("shortcuts do nothing while an overlay is open", () => {
  const dialog = document.getElementById("shortcuts");
  dialog.setAttribute("open", "");
  press("ArrowUp", { altKey: true });
  press("F6");
  press("?");
  assert.deepEqual(called, []);
  press("k", { ctrlKey: true });
  assert.deepEqual(called, ["switcher"]);
  dialog.removeAttribute("open");
});

test("moving through rooms wraps around, and starts from the current room", () => {
  const all = ["a", "b", "c", "d"];
  assert.equal(neighbour(all, "d", 1), "a");
  assert.equal(neighbour(all, "a", -1), "d");
  assert.equal(neighbour(all, null, 1), "a");
  assert.equal(neighbour([], null, 1), undefined);
  const fits = (one) => "bd".includes(one);
  assert.equal(neighbourThat(all, "b", 1, fits), "d");
  assert.equal(neighbourThat(all, "d", 1, fits), "b");
  assert.equal(neighbourThat(all, "c", -1, fits), "b");
  assert.equal(
    neighbourThat(all, "b", 1, (one) => one === "b"),
    undefined,
  );
});
