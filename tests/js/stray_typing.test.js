import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage } from "./page.js";

const window = openPage();
const { watchStrayTyping } = await import("../../chat/static/chat/composer/stray_typing.js");

const part = (id) => document.getElementById(id);
const [field, timeline] = [part("composer"), part("timeline")];
timeline.insertAdjacentHTML("beforeend", '<div class="message" tabindex="-1"><button>👍</button></div>');
const message = timeline.querySelector(".message");
watchStrayTyping(field, timeline);

/** Whether this key, pressed there, goes to the composer. */
function goes(key, more = {}, on = document.body) {
  document.activeElement.blur();
  const { AltGraph, ...how } = more;
  const event = new window.KeyboardEvent("keydown", {
    ...{ key, bubbles: true, cancelable: true },
    ...{ modifierAltGraph: AltGraph, ...how },
  });
  on.dispatchEvent(event);
  return document.activeElement === field;
}

beforeEach(() => part("shortcuts").removeAttribute("open"));

test("letters go to the composer from nowhere, from the timeline and from a message", () => {
  for (const on of [document.body, timeline, message])
    assert.deepEqual(
      [goes("h", {}, on), goes("H", { shiftKey: true }, on), goes("好", {}, on)],
      [true, true, true],
    );
});

test("so does pasting, and what AltGr writes", () => {
  assert.deepEqual([goes("v", { ctrlKey: true }), goes("v", { metaKey: true })], [true, true]);
  assert.equal(goes("@", { ctrlKey: true, altKey: true, AltGraph: true }), true);
});

test("other keys, shortcuts and spaces do not", () => {
  for (const key of [" ", "Enter", "Tab", "Escape", "ArrowUp", "F6", "Process", "Shift"])
    assert.equal(goes(key), false, key);
  for (const how of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }])
    assert.equal(goes("c", how), false);
  for (const key of ["e", "R", "+"]) assert.equal(goes(key, {}, message), false, key);
});

test("nor does what is typed in a field, on a button or while a dialog is open, or was used up", () => {
  for (const on of [part("people-filter"), message.querySelector("button"), part("attach")])
    assert.equal(goes("h", {}, on), false);
  part("shortcuts").setAttribute("open", "");
  assert.equal(goes("h"), false);
  part("shortcuts").removeAttribute("open");
  timeline.addEventListener("keydown", (event) => event.preventDefault(), { once: true });
  assert.equal(goes("h", {}, timeline), false);
});
