import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openPage, words } from "./page.js";
import { INES, ME, message, snapshot } from "./rows.js";

const window = openPage();
const { blocks } = await import("../../chat/static/chat/timeline/blocks.js");
const { apply, rowOf, emptyRoom } = await import("../../chat/static/chat/state/room.js");
const { Timeline } = await import("../../chat/static/chat/timeline/timeline.js");
const { Toolbar } = await import("../../chat/static/chat/timeline/toolbar.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");

const root = document.getElementById("timeline");
const openRoom = { following: true, unfolded: new Set() };
const timeline = new Timeline(root, openRoom, { onScroll() {}, older() {}, newer() {} });
const acts = [];
const toolbar = new Toolbar(root, {
  allowed: () => new Set(["reply", "edit", "delete"]),
  onAct: (act, id) => acts.push([act, id]),
  onEscape() {},
});

const entry = (nonce, more) => ({
  nonce,
  room: "harbour",
  body: `body of ${nonce}`,
  reply_to: null,
  order: Date.UTC(2026, 10, 23, 9, 2),
  state: "waiting",
  code: null,
  ...more,
});
const guests = new Set();
const around = (room) => ({
  me: ME,
  nameOf: (person) => (person === INES ? "Ines" : "Mara"),
  isOnline: () => true,
  isGuest: (person) => guests.has(person),
  rowOf: (id) => rowOf(room, id),
  connected: true,
  blocked: () => false,
  lock,
});
let lock = "muted";
function draw(rows, entries = [], notices = []) {
  const room = apply(emptyRoom("harbour", ME), snapshot(rows), 0);
  timeline.draw(blocks(room, entries, notices, null), around(room));
  timeline.settle();
}
const at = (id) => root.querySelector(`[data-message="${id}"]`);
const body = (id) => at(id).querySelector(".body").textContent;

beforeEach(() => {
  timeline.clear();
  openRoom.following = true;
  openRoom.unfolded.clear();
  acts.length = 0;
});

test("a change redraws the one message that changed", () => {
  draw([message(1), message(2), message(3)]);
  const [first, second, third] = [at(1), at(2), at(3)];
  draw([message(1), message(2, { seq: 4, body: "edited", edited_at: "2026-11-23T10:00:00Z" }), message(3)]);
  assert.equal(at(1), first);
  assert.equal(at(3), third);
  assert.notEqual(at(2), second);
  assert.equal(body(2), "edited");
  assert.equal(at(2).querySelector(".edited-mark").textContent, "edited");
});

test("a pending message and its stored row use the same element", () => {
  draw([message(1)], [entry("nonce-of-mine")]);
  assert.equal(root.querySelector(".sending .body").textContent, "body of nonce-of-mine");
  draw(
    [message(1), message(2, { author: ME, nonce: "nonce-of-mine", body: "body of nonce-of-mine" })],
    [entry("nonce-of-mine")],
  );
  assert.equal(root.querySelectorAll(".sending").length, 0);
  assert.equal(root.querySelectorAll(".message").length, 2);
});

test("a refused message says so and offers to retry or discard", () => {
  draw([], [entry("n", { state: "failed", code: "muted" })]);
  const failed = root.querySelector(".message.failed");
  assert.equal(failed.querySelector("strong").textContent, "Not sent. You’re muted in this room.");
  assert.deepEqual(
    [...failed.querySelectorAll("[data-act]")].map((b) => b.textContent),
    ["Try again", "Discard"],
  );
});

test("a message that was refused for a while does not go on saying why", () => {
  const reason = (code) => {
    draw([], [entry("n", { state: "failed", code })]);
    return root.querySelector(".message.failed strong").textContent;
  };
  lock = null;
  assert.equal(reason("too_large"), "Not sent. This is too long.");
  assert.equal(reason("muted"), "Not sent.");
  lock = "muted";
  assert.equal(reason("muted"), "Not sent. You’re muted in this room.");
});

test("a plain body is text, whatever it looks like", () => {
  draw([message(1, { body: "<img src=x onerror=alert(1)>" })]);
  assert.equal(root.querySelector(".message img"), null);
  assert.equal(body(1), "<img src=x onerror=alert(1)>");
});

test("a deleted message shows only its note", () => {
  const gone = {
    body: null,
    html: null,
    deleted_at: "2026-11-23T10:00:00Z",
    edited_at: "2026-11-23T09:30:00Z",
    reply_to: 1,
    reactions: { "👍": [ME] },
  };
  draw([message(1), message(2, gone)]);
  assert.equal(body(2), "This message was deleted");
  for (const part of [".edited-mark", ".reactions", ".quote"]) assert.equal(at(2).querySelector(part), null);
});

test("a reply to me has the flag and the quote, which follows edits", () => {
  draw([message(1, { author: ME, body: "when?" }), message(2, { reply_to: 1 })]);
  assert.ok(at(2).matches(".for-me"));
  assert.equal(at(2).querySelector(".quote bdi").textContent, "when?");
  draw([message(1, { author: ME, body: "at what time?", seq: 3 }), message(2, { reply_to: 1 })]);
  assert.equal(at(2).querySelector(".quote bdi").textContent, "at what time?");
});

test("deleting a message empties its quotes at once, also where only the quote is loaded", () => {
  const answer = message(9, { reply_to: 1 });
  let room = apply(emptyRoom("harbour", ME), snapshot([answer], { quoted: [message(1)], more: true }), 0);
  const gone = message(1, { seq: 10, body: null, deleted_at: "2026-11-23T10:00:00Z" });
  room = apply(room, { type: "message", room: "harbour", seq: 10, message: gone }, 0);
  timeline.draw(blocks(room, [], [], null), around(room));
  timeline.settle();
  assert.equal(at(9).querySelector(".quote bdi").textContent, "This message was deleted");
});

test("focus stays when a message is redrawn", () => {
  draw([message(1), message(2)]);
  toolbar.attach(at(2));
  at(2).querySelector('[data-act="reply"]').focus();
  draw([message(1), message(2, { seq: 3, body: "edited" })]);
  assert.equal(toolbar.element.parentElement, at(2));
  assert.equal(document.activeElement.dataset.act, "reply");
});

test("deleting takes two clicks", () => {
  draw([message(1)]);
  toolbar.attach(at(1));
  const button = at(1).querySelector('[data-act="delete"]');
  button.dispatchEvent(new window.MouseEvent("click", { bubbles: true }));
  assert.deepEqual(acts, []);
  assert.equal(button.textContent.trim(), "Delete?");
  button.dispatchEvent(new window.MouseEvent("click", { bubbles: true }));
  assert.deepEqual(acts, [["delete", 1]]);
});

test("by key the focus stays with the message, and goes to its neighbour when it is deleted", () => {
  draw([message(1), message(2), message(3)], [entry("mine")]);
  const press = (id, act, detail = 0) => {
    at(id).focus();
    const button = at(id).querySelector(`[data-act="${act}"]`);
    button.focus();
    button.dispatchEvent(new window.MouseEvent("click", { bubbles: true, detail }));
    if (act === "delete") button.dispatchEvent(new window.MouseEvent("click", { bubbles: true, detail }));
    return document.activeElement;
  };
  assert.equal(press(1, "reply"), at(1));
  assert.equal(press(2, "delete"), at(3));
  assert.equal(press(3, "delete"), at(2), "one that the server has");
  assert.equal(root.querySelectorAll(".message[tabindex='0']").length, 1);
  assert.equal(press(2, "delete", 1), document.body, "a mouse takes the focus nowhere");
});

test("more than three names are shortened to two and a number until opened", () => {
  const notice = { id: 1, at: Date.UTC(2026, 10, 23, 9, 1), after: 1, came: ["2", "3", "4", "5"], left: [] };
  draw([message(1)], [], [notice]);
  assert.equal(root.querySelector(".notice p").textContent, "Mara, Mara and 2 others came online.");
  openRoom.unfolded.add(root.querySelector("[data-unfold]").dataset.unfold);
  draw([message(1)], [], [notice]);
  assert.equal(root.querySelector(".notice p").textContent, "Mara, Mara, Mara and Mara came online.");
});

test("a deletion by a moderator says so, also where it is quoted", () => {
  const gone = { body: null, deleted_at: "2026-11-23T10:00:00Z" };
  draw([message(1, gone), message(2, { ...gone, deleted_by: "moderator" }), message(3, { reply_to: 2 })]);
  assert.equal(body(1), "This message was deleted");
  assert.equal(body(2), "This message was removed by a moderator");
  assert.equal(at(3).querySelector(".quote bdi").textContent, "This message was removed by a moderator");
});

test("guest stands beside a guest's name until they have an account", () => {
  const role = () => at(1).querySelector(".author-line .role")?.textContent;
  guests.add(INES);
  draw([message(1)]);
  assert.equal(role(), "guest");
  guests.clear();
  draw([message(1)]);
  assert.equal(role(), undefined);
});

test("a long press opens the actions of a message, and none in a field, of two fingers or with a deleted message", () => {
  const touch = (target, name = "pointerdown") =>
    target.dispatchEvent(Object.assign(new window.Event(name, { bubbles: true }), { pointerType: "touch" }));
  const form = document.createElement("form");
  form.className = "edit-form";
  draw([message(1), message(2, { deleted_at: "2026-11-23T10:00:00Z", body: null })]);
  at(1).append(form);
  mock.timers.enable({ apis: ["setTimeout"] });
  const pressLong = (...targets) => {
    for (const target of targets) touch(target);
    touch(at(1), "pointercancel");
    mock.timers.tick(1000);
    return [toolbar.full, toolbar.menu.hidden];
  };
  assert.deepEqual(pressLong(at(1), at(1)), [false, true]);
  touch(form);
  mock.timers.tick(1000);
  assert.equal(toolbar.full, false);
  toolbar.hooks.allowed = (id) => new Set(id === 1 ? ["reply"] : []);
  touch(at(2));
  mock.timers.tick(1000);
  assert.deepEqual([toolbar.full, toolbar.menu.hidden], [false, true]);
  touch(at(1));
  mock.timers.tick(1000);
  assert.deepEqual([toolbar.full, toolbar.element.parentElement], [true, at(1)]);
  toolbar.detach();
  mock.timers.reset();
});
