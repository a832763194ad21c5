import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { destinations } from "../../chat/static/chat/navigation/destinations.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { INES, info, ME, message, mine, said, snapshot } from "./rows.js";

const LIN = 3;
let rooms;

const room = (id, name, more = {}) => mine({ id, info: info(0, { name }), active_at: null, ...more });
const person = (name) => ({ name, kind: "guest" });
const names = (query, open = "harbour") => destinations(rooms, open, query).map(({ name }) => name);

beforeEach(() => {
  rooms = new Rooms(ME, "en");
  rooms.welcome(
    {
      type: "welcome",
      epoch: "1",
      rooms: [
        room("harbour", "Harbour rebuild", { active_at: "2026-11-27T10:00:00Z" }),
        room("reading", "读书会 Reading group", {
          active_at: "2026-11-27T09:00:00Z",
          last: 9,
          unread: 3,
          mentions: 1,
        }),
        room("press", "Press", { active_at: "2026-11-27T08:00:00Z" }),
        mine({ id: "us", info: info(0, { name: "", kind: "direct", people: [ME, INES] }) }),
      ],
      people: { [ME]: person("Me"), [INES]: person("Ines Duarte") },
    },
    "harbour",
  );
});

test("without a query: the most recently active first, the current room last", () => {
  assert.deepEqual(names(""), ["读书会 Reading group", "Press", "Ines Duarte", "Harbour rebuild"]);
  rooms.handle({ ...said(message(5, { seq: 1, created_at: "2026-11-27T11:00:00Z" })), room: "press" }, 0);
  assert.equal(names("")[0], "Press");
});

test("matches any part of a name, its start first, all typed parts, also Chinese", () => {
  assert.deepEqual(names("re"), ["读书会 Reading group", "Press", "Harbour rebuild"]);
  assert.deepEqual(names("press"), ["Press"]);
  assert.deepEqual(names("ｐｒｅ"), ["Press"]);
  assert.deepEqual(names("书"), ["读书会 Reading group"]);
  assert.deepEqual(names("du in"), ["Ines Duarte"]);
  assert.deepEqual(names("nobody"), []);
});

test("offers people of the open room without me and those I have a direct room with", () => {
  rooms.handle(
    {
      ...snapshot([]),
      members: [ME, INES, LIN].map((person) => ({ person, seq: 0, removed_at: null })),
      people: { [LIN]: person("林夏") },
    },
    0,
  );
  const [lin] = destinations(rooms, "harbour", "林");
  assert.deepEqual([lin.kind, lin.person, lin.room, lin.online], ["person", LIN, null, false]);
  assert.deepEqual(names("ines"), ["Ines Duarte"]);
  assert.deepEqual(names("me"), []);
  const [ines] = destinations(rooms, "harbour", "ines");
  assert.deepEqual([ines.kind, ines.room], ["direct", "us"]);
});

test("unread counts are shown", () => {
  assert.deepEqual(destinations(rooms, "harbour", "读")[0].waiting, { unread: 3, mentions: 1 });
});
