import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, words } from "./page.js";
import { changes, INES, info, ME, message, mine, said, snapshot } from "./rows.js";

openPage();
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { NotifyDispatcher } = await import("../../chat/static/chat/notifications/notify_dispatcher.js");
const { OpenRoom } = await import("../../chat/static/chat/state/open_room.js");
const { Rooms } = await import("../../chat/static/chat/state/rooms.js");
loadMessages(words, "en");

const welcome = (...rooms) => ({
  type: "welcome",
  epoch: "1",
  rooms,
  people: { [INES]: { name: "Ines", kind: "guest" } },
});
let rooms;
let openRoom;
let notified;
let closed;
let here;
let dispatcher;

beforeEach(() => {
  rooms = new Rooms(ME, "en");
  rooms.welcome(welcome(mine(), mine({ id: "den", info: info(0, { name: "Den" }) })), "harbour");
  rooms.handle(snapshot([message(1), message(2)]), 0);
  notified = [];
  closed = [];
  here = { reading: true, leads: true };
  openRoom = new OpenRoom(rooms, "harbour");
  const shown = new Map();
  const notifier = {
    shown,
    notify: (news) => shown.set(news.room, news) && notified.push(news),
    close: (room) => shown.delete(room) && closed.push(room),
  };
  dispatcher = new NotifyDispatcher(openRoom, here, notifier, { leads: async () => here.leads });
});

async function hear(event) {
  const { before, after } = rooms.handle(event, 0);
  dispatcher.handle(before, after, event);
  await null;
  await null;
}
const level = (key, level) => rooms.memberships.set(key, { ...rooms.memberships.get(key), level });
const say = (id, more = {}) => hear(said(message(id, more)));
const inDen = (id, more = {}) => hear({ ...said(message(id, { seq: id, ...more })), room: "den" });
const texts = () =>
  notified.map(({ title, text, count }) => `${title}: ${text}${count > 1 ? ` (${count})` : ""}`);

test("notifies about other rooms, and about the open one only when nobody reads it", async () => {
  await say(3);
  assert.deepEqual(texts(), []);
  await inDen(1);
  here.reading = false;
  await say(4);
  assert.deepEqual(texts(), ["Ines · Den: message 1", "Ines · Harbour: message 4"]);
});

test("only the leading tab notifies", async () => {
  here.leads = false;
  await inDen(1);
  assert.deepEqual(notified, []);
});

test("follows the room's level: everything, mentions, nothing", async () => {
  const naming = { mentions: [{ name: "Me", person: ME }] };
  level("den", "mentions");
  await inDen(1);
  await inDen(2, naming);
  for (const quiet of ["nothing", "hidden"]) {
    level("den", quiet);
    await inDen(quiet === "nothing" ? 3 : 4, naming);
  }
  assert.deepEqual(texts(), ["Ines · Den: message 2"]);
});

test("no notification for my own messages, notices, edits, deleted messages or history", async () => {
  here.reading = false;
  await say(3, { author: ME });
  await say(4, { kind: "notice" });
  await say(2, { seq: 5, edited_at: "2026-11-27T09:00:00Z" });
  await say(1, { seq: 6, body: null, deleted_at: "2026-11-27T09:00:00Z" });
  await hear({
    type: "history",
    room: "harbour",
    messages: [message(0, { seq: 0 })],
    quoted: [],
    people: {},
  });
  await hear({ ...snapshot([message(1)]), room: "den" });
  assert.deepEqual(notified, []);
});

test("after a sleep there is one notification per room, with the number of messages", async () => {
  here.reading = false;
  const before = dispatcher.waiting;
  rooms.welcome(
    welcome(
      mine({ seq: 5, last: 5, unread: 4 }),
      mine({ id: "den", seq: 9, last: 9, unread: 7, info: info(0, { name: "Den" }) }),
    ),
    "harbour",
  );
  dispatcher.notifyMissed(before);
  await hear(changes(2, 5, [message(3), message(4), message(5, { author: ME })]));
  assert.deepEqual(texts(), ["Den: 7 unread (7)", "Ines · Harbour: message 4 (2)"]);
});

test("notifications for messages read elsewhere or deleted are closed", async () => {
  await inDen(1);
  await inDen(2);
  await hear({
    type: "read",
    room: "den",
    message: 1,
    generation: 0,
    seq: 2,
    last: 2,
    unread: 1,
    mentions: 0,
  });
  assert.deepEqual(closed, []);
  await hear({
    type: "read",
    room: "den",
    message: 2,
    generation: 0,
    seq: 2,
    last: 2,
    unread: 0,
    mentions: 0,
  });
  assert.deepEqual(closed, ["den"]);
  await inDen(3);
  await inDen(3, { seq: 4, body: null, deleted_at: "2026-11-27T09:00:00Z" });
  assert.deepEqual(closed, ["den", "den"]);
});
