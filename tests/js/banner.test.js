import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openPage, words } from "./page.js";

openPage();
const { Banner } = await import("../../chat/static/chat/page/banner.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");

const element = document.getElementById("banner");
let banner, waiting, missed;
const lost = (more = {}) => ({
  phase: "waiting",
  lostAt: Date.now(),
  retryAt: Date.now() + 15_000,
  code: null,
  ...more,
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: new Date(2026, 10, 23, 3, 22).getTime() });
  [waiting, missed] = [0, 0];
  element.hidden = true;
  banner = new Banner(element, document.getElementById("footer"), {
    onTry() {},
    onLostChange: () => missed++,
    waiting: () => waiting,
  });
});

test("a loss of less than three seconds shows nothing", () => {
  banner.draw(lost());
  mock.timers.tick(2_999);
  assert.deepEqual([element.hidden, banner.lostAt, missed], [true, null, 0]);
  banner.draw({ phase: "open", lostAt: null, retryAt: null, code: null });
  mock.timers.tick(60_000);
  assert.equal(element.hidden, true);
});

test("after three seconds the banner says since when, what is safe and when it retries, and disappears on reconnect", () => {
  banner.draw(lost());
  waiting = 3;
  mock.timers.tick(3_000);
  assert.equal(element.querySelector("b").textContent, "No connection since 03:22.");
  assert.equal(
    element.querySelector("span").textContent,
    "Your 3 messages are saved on this device and will be sent in order when you’re back online. Reconnecting in 12 s.",
  );
  assert.ok(document.getElementById("footer").matches(".disconnected"));
  mock.timers.tick(1_000);
  assert.match(element.querySelector("span").textContent, /in 11 s\.$/);
  banner.draw({ phase: "open", lostAt: null, retryAt: null, code: null });
  assert.deepEqual([element.hidden, missed], [true, 2]);
});

test("a screen reader reads the loss once, and not the countdown", () => {
  banner.draw(lost());
  mock.timers.tick(3_000);
  assert.equal(element.getAttribute("aria-live"), null);
  mock.timers.tick(1_000);
  assert.equal(element.getAttribute("aria-live"), "off");
});

test("a connection that ended for good says why at once", () => {
  banner.draw(lost({ phase: "stopped", code: 4403, retryAt: null }));
  assert.equal(element.hidden, false);
  assert.equal(element.querySelector("b").textContent, "You’ve been banned from this workspace.");
});

test("a newer version is offered, not forced", () => {
  banner.outdated = true;
  banner.draw({ phase: "open", lostAt: null, retryAt: null, code: null });
  assert.equal(element.querySelector("button").textContent, "Reload");
});
