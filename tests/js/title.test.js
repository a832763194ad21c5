import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, words } from "./page.js";

openPage();
const badges = [];
const icon = document.createElement("link");
icon.id = "favicon";
icon.setAttribute("href", "icon.svg");
Object.assign(icon.dataset, { unread: "unread.svg", forMe: "for-me.svg" });
document.head.append(icon);
const app = { setAppBadge: async (n) => badges.push(n), clearAppBadge: async () => badges.push(0) };
Object.defineProperty(globalThis, "navigator", { value: app, configurable: true });
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { drawTitle } = await import("../../chat/static/chat/page/title.js");
loadMessages(words, "en");

const draw = (unread, mentions) => {
  drawTitle({ unread, mentions }, "Harbour", "Lighthouse");
  return [document.title, icon.getAttribute("href")];
};

test("title and icon show the unread count and mentions", () => {
  assert.deepEqual(draw(0, 0), ["Harbour · Lighthouse", "icon.svg"]);
  assert.deepEqual(draw(3, 0), ["(3) Harbour · Lighthouse", "unread.svg"]);
  assert.deepEqual(draw(1200, 2), ["(@ 999+) Harbour · Lighthouse", "for-me.svg"]);
  assert.deepEqual(draw(0, 0), ["Harbour · Lighthouse", "icon.svg"]);
});

test("the app badge follows each change once, and its absence causes no error", () => {
  badges.length = 0;
  for (const n of [2, 2, 5, 0, 0]) draw(n, 0);
  assert.deepEqual(badges, [2, 5, 0]);
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  assert.doesNotThrow(() => draw(7, 0));
});
