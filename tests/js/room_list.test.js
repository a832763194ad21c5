import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Directory } from "../../chat/static/chat/page/directory.js";
import { RoomList } from "../../chat/static/chat/page/room_list.js";
import { loadMessages } from "../../chat/static/chat/shared/i18n.js";
import { OpenRoom } from "../../chat/static/chat/state/open_room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { openPage, words } from "./page.js";
import { info, ME, message, mine, said } from "./rows.js";

const room = (id, more = {}, about = {}) =>
  mine({ id, info: info(0, { name: id, ...about }), last: 9, unread: 3, ...more });
let rooms;

beforeEach(() => {
  openPage();
  loadMessages(words, "en");
  rooms = new Rooms(ME, "en");
});

function draw(open, ...all) {
  const people = { 2: { name: "Ines", kind: "account" } };
  const event = { type: "welcome", epoch: "one", version: "1", people, limits: {}, heartbeat: 20 };
  rooms.welcome({ ...event, me: ME, rooms: all, blocked: [] }, open);
  const list = new RoomList(new OpenRoom(rooms, open), new Directory(document.getElementById("all-rooms")));
  list.draw();
  return list;
}

const names = (id) => [...document.querySelectorAll(`#${id} a > span`)].map((span) => span.textContent);
const fold = () => document.querySelector(".hidden-section");

const archived = { archived_at: "2026-03-01T09:00:00Z" };

test("an archived room with unread messages stays in the list until read", () => {
  draw("a", room("a"), room("b", {}, archived), room("c", { unread: 0 }, archived));
  assert.deepEqual([names("rooms"), names("hidden-rooms")], [["a", "b"], ["c"]]);
});

test("hidden and archived rooms are folded and counted", () => {
  draw("a", room("a"), room("b", { level: "hidden" }), room("c", { unread: 0 }, archived));
  assert.deepEqual([names("rooms"), names("hidden-rooms")], [["a"], ["b", "c"]]);
  assert.deepEqual(
    [fold().hidden, fold().open, fold().querySelector("small").textContent],
    [false, false, "2"],
  );
});

test("without hidden or archived rooms there is no fold", () => {
  draw("a", room("a"), room("b", { level: "nothing" }));
  assert.deepEqual([fold().hidden, names("rooms")], [true, ["a", "b"]]);
});

test("the fold opens once for the current room and stays closed if closed again", () => {
  draw("b", room("a"), room("b", { level: "hidden" }));
  assert.equal(fold().open, true);
  fold().open = false;
  draw("b", room("a"), room("b", { level: "hidden" }));
  assert.equal(fold().open, false);
});

test("a muted room is marked and shows no number", () => {
  draw("a", room("a"), room("b", { level: "nothing" }));
  const [loud, quiet] = [...document.querySelectorAll("#rooms a")];
  const marked = (link) => !link.querySelector("[data-mark=muted]").hasAttribute("hidden");
  assert.deepEqual([marked(loud), marked(quiet)], [false, true]);
  assert.deepEqual(
    [loud, quiet].map((link) => link.querySelector(".count").textContent),
    ["3", ""],
  );
});

test("a message in one of two hundred rooms changes the row of that room and no other", () => {
  const keys = Array.from({ length: 200 }, (_, n) => `room-${n}`);
  const list = draw("room-0", ...keys.map((key) => room(key, { seq: 9 })));
  const watch = new window.MutationObserver(() => {});
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  watch.observe(document.getElementById("rooms"), options);
  list.draw();
  assert.equal(watch.takeRecords().length, 0);
  rooms.handle({ ...said(message(10, { seq: 10 })), room: "room-7" }, 0);
  list.draw();
  const touched = new Set(watch.takeRecords().map(({ target }) => target.closest("a")?.dataset.room));
  assert.deepEqual([...touched], ["room-7"]);
});

const at = (hour) => `2026-03-01T${hour}:00:00Z`;
const line = (author, text) => ({ id: 9, seq: 0, author, text, created_at: at("09") });
const latest = () => [...document.querySelectorAll("#rooms .latest")].map((one) => one.textContent);

test("favourites come first, under a heading of their own", () => {
  draw("a", room("a"), room("b", { favourite: true }), room("c"));
  assert.deepEqual([names("favourites"), names("rooms")], [["b"], ["a", "c"]]);
  assert.equal(document.getElementById("favourites-section").hidden, false);
  draw("a", room("a"), room("b"), room("c"));
  assert.deepEqual([names("favourites"), names("rooms")], [[], ["a", "b", "c"]]);
  assert.equal(document.getElementById("favourites-section").hidden, true);
});

test("a hidden favourite stays hidden", () => {
  draw("a", room("a"), room("b", { favourite: true, level: "hidden" }));
  assert.deepEqual([names("favourites"), names("hidden-rooms")], [[], ["b"]]);
});

test("unread rooms come first, by name, and the open room stays where it was found", () => {
  const read = { unread: 0, read_up_to: 9 };
  const list = draw("b", room("a", read), room("b", read), room("c"), room("d"), room("e", read));
  assert.deepEqual(names("rooms"), ["c", "d", "a", "b", "e"]);
  list.openRoom.enter("c");
  rooms.markSeen("c", 9);
  list.draw();
  assert.deepEqual(names("rooms"), ["c", "d", "a", "b", "e"], "read, and still open");
  list.openRoom.enter("d");
  rooms.markSeen("d", 9);
  list.draw();
  assert.deepEqual(names("rooms"), ["d", "a", "b", "c", "e"], "the one before goes to its place");
});

test("a room that moves in the list keeps the focus", () => {
  const read = { unread: 0, read_up_to: 9 };
  const list = draw("b", room("a", read), room("b", read), room("c", read));
  const focused = document.querySelectorAll("#rooms a")[0];
  focused.focus();
  rooms.welcome({ epoch: "one", people: {}, rooms: [room("a", read), room("b", read), room("c")] }, "b");
  list.draw();
  assert.deepEqual([names("rooms"), document.activeElement === focused], [["c", "a", "b"], true]);
});

test("a room shows who wrote what last, and when", () => {
  draw(
    "a",
    room("a", { latest: line(2, "Lamps at eight?") }),
    room("b", { latest: line(ME, "Seven.") }),
    room("c", { latest: line(2, null) }),
    room("d"),
  );
  assert.deepEqual(latest(), ["Ines: Lamps at eight?", "You: Seven.", "Ines: This message was deleted", ""]);
  const [said, , , never] = [...document.querySelectorAll("#rooms time")].map((one) => one.textContent);
  assert.deepEqual([said !== "", never], [true, ""]);
});

test("a conversation of two needs no name, and nothing of a blocked person is shown", () => {
  const pair = { name: "", kind: "direct", people: [ME, 2] };
  draw("a", room("a", { latest: line(2, "psst") }), room("x", { latest: line(2, "hello") }, pair));
  assert.equal(document.querySelector("#direct .latest").textContent, "hello");
  rooms.setBlocked([2]);
  new RoomList(new OpenRoom(rooms, "a"), new Directory(document.getElementById("all-rooms"))).draw();
  assert.deepEqual(latest(), [""]);
  assert.equal(document.querySelector("#rooms time").textContent, "");
});
