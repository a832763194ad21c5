import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, words } from "./page.js";
import { INES, ME, message, snapshot } from "./rows.js";

const window = openPage();
const { blocks } = await import("../../chat/static/chat/timeline/blocks.js");
const { fewEmoji } = await import("../../chat/static/chat/composer/emoji.js");
const { apply, rowOf, emptyRoom } = await import("../../chat/static/chat/state/room.js");
const { Timeline } = await import("../../chat/static/chat/timeline/timeline.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");

const root = document.getElementById("timeline");
const openRoom = { following: true, unfolded: new Set() };
const timeline = new Timeline(root, openRoom, { onScroll() {}, older() {}, newer() {} });
const around = {
  me: ME,
  nameOf: () => "Ines",
  isOnline: () => true,
  isGuest: () => false,
  connected: true,
  moderates: false,
  blocked: () => false,
};

function draw(rows, { divider = null, more = {} } = {}) {
  const room = apply(emptyRoom("harbour", ME), snapshot(rows), 0);
  timeline.draw(blocks(room, [], [], divider), { ...around, rowOf: (id) => rowOf(room, id), ...more });
  timeline.settle();
}
const at = (id) => root.querySelector(`[data-message="${id}"]`);
const lines = (n) => Array.from({ length: n }, (_, line) => `line ${line}`).join("\n");
const code = (n) => ({ body: "```\n…\n```", html: `<pre><code>${lines(n)}\n</code></pre>` });

beforeEach(() => {
  timeline.clear();
  openRoom.following = true;
  openRoom.unfolded.clear();
  // Nothing has a size here: a body is as high as its text has lines.
  Object.defineProperty(window.HTMLElement.prototype, "offsetHeight", {
    get() {
      return this.textContent.split("\n").length * 26;
    },
    configurable: true,
  });
  globalThis.getComputedStyle = () => ({ lineHeight: "26px" });
});

test("code of more than twenty lines is folded until opened", () => {
  draw([message(1, code(20)), message(2, code(84))]);
  assert.equal(at(1).querySelector(".unfold"), null);
  assert.ok(at(2).querySelector("pre").matches(".folded"));
  assert.equal(at(2).querySelector(".unfold").textContent, "Show all 84 lines");
  openRoom.unfolded.add(at(2).querySelector(".unfold").dataset.unfold);
  draw([message(1, code(20)), message(2, code(84))]);
  assert.equal(at(2).querySelector(".folded"), null);
  // An edit, a reaction: it stays open.
  draw([message(2, { ...code(85), seq: 9 })]);
  assert.equal(at(2).querySelector(".folded"), null);
});

test("a message of more than twenty-four lines is folded, but not one that came while I was away", () => {
  const rows = [
    message(1, { body: lines(24) }),
    message(2, { body: lines(30) }),
    message(3, { body: lines(30) }),
  ];
  draw(rows, { divider: { after: 2, upto: 3, count: 1 } });
  assert.deepEqual(
    [1, 2, 3].map((id) => at(id).querySelector(".body").classList.contains("folded")),
    [false, true, false],
  );
  assert.equal(at(2).querySelector(".unfold").textContent, "Show full message");
});

test("unfolding keeps the keyboard focus", () => {
  draw([message(2, code(84))]);
  at(2).querySelector(".unfold").focus();
  openRoom.unfolded.add("2");
  draw([message(2, code(84))]);
  assert.equal(document.activeElement, at(2));
});

test("after twelve kinds of reactions the number of the others is shown", () => {
  const reactions = Object.fromEntries([..."abcdefghijklmnopq"].map((kind) => [kind, [INES]]));
  draw([message(1, { reactions })]);
  assert.equal(at(1).querySelectorAll(".reaction").length, 12);
  assert.equal(at(1).querySelector(".unfold").textContent, "and 5 more");
  openRoom.unfolded.add("1");
  draw([message(1, { reactions })]);
  assert.equal(at(1).querySelectorAll(".reaction").length, 17);
});

test("one to three emoji alone are large, also composed ones", () => {
  for (const text of ["👍", "❤️", "👩‍👩‍👧‍👦", "👍🏽 🎉", "🇳🇴🇯🇵", "😀\n😀 😀", "1️⃣", "✌🏽"])
    assert.ok(fewEmoji(text), text);
  for (const text of ["", "😀😀😀😀", "1", "ok 👍", "❤", "©", "®™", "好", "#", "👍!", "‍"])
    assert.ok(!fewEmoji(text), text);
  draw([message(1, { body: "👍🎉" }), message(2, { body: "so 👍🎉" })]);
  assert.deepEqual(
    [1, 2].map((id) => at(id).querySelector(".body").classList.contains("large")),
    [true, false],
  );
});

test("only moderators can open earlier versions from the edited mark", () => {
  const edited = [message(1, { edited_at: "2026-11-23T10:00:00Z" })];
  draw(edited);
  assert.equal(at(1).querySelector(".edited-mark button"), null);
  draw(edited, { more: { moderates: true } });
  assert.equal(at(1).querySelector(".edited-mark button").dataset.act, "revisions");
});
