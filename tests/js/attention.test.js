import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { openPage } from "./page.js";

const window = openPage();
const { Attention } = await import("../../chat/static/chat/page/attention.js");

test("a page counts as being read while visible, focused and used within the last minute", () => {
  mock.timers.enable({ apis: ["Date", "setInterval"] });
  const seen = { hidden: false, focused: true };
  Object.defineProperty(document, "hidden", { get: () => seen.hidden });
  document.hasFocus = () => seen.focused;
  const attention = new Attention({ onReturn() {}, onState() {} });
  assert.equal(attention.reading, true);
  seen.hidden = true;
  assert.equal(attention.reading, false);
  Object.assign(seen, { hidden: false, focused: false });
  assert.equal(attention.reading, false);
  seen.focused = true;
  mock.timers.tick(59_999);
  assert.equal(attention.reading, true);
  mock.timers.tick(1);
  assert.equal(attention.reading, false);
  window.dispatchEvent(new window.Event("keydown"));
  assert.equal(attention.reading, true);
  mock.timers.reset();
});
