import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { pinnedOf } from "../../chat/static/chat/state/room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { unread } from "../../chat/static/chat/state/unread.js";
import { changes, INES, info, ME, member, message, mine, said, snapshot } from "./rows.js";

const welcome = (rooms, more = {}) => ({
  type: "welcome",
  me: ME,
  epoch: "one",
  version: "1",
  rooms,
  people: {},
  limits: {},
  heartbeat: 20,
  now: new Date().toISOString(),
  ...more,
});
const lobby = (more) => mine({ id: "lobby", info: { ...mine().info, name: "Lobby" }, ...more });
const upTo = (n) => Array.from({ length: n }, (_, index) => message(index + 1));
let rooms;

beforeEach(() => {
  rooms = new Rooms(ME, "en");
  rooms.welcome(welcome([mine(), lobby()]), "harbour");
  rooms.handle(snapshot(upTo(3)), 0);
});

test("the open room keeps its cursor when the connection is lost; others take the welcome's numbers", () => {
  rooms.handle({ ...snapshot(upTo(2)), room: "lobby" }, 0);
  rooms.welcome(welcome([mine({ seq: 9, unread: 6 }), lobby({ seq: 8, last: 8, unread: 4 })]), "harbour");
  assert.deepEqual([rooms.of("harbour").seq, rooms.of("harbour").messages.length], [3, 3]);
  assert.deepEqual(
    [rooms.of("lobby").seq, rooms.of("lobby").loaded, unread(rooms.of("lobby"))],
    [8, false, 4],
  );
});

test("another epoch discards everything", () => {
  rooms.welcome(welcome([mine({ seq: 2 })], { epoch: "two" }), "harbour");
  assert.deepEqual([rooms.of("harbour").loaded, rooms.of("harbour").seq], [false, 2]);
});

test("rooms are sorted by name, and unread counts are added up", () => {
  rooms.handle({ ...said(message(1)), room: "lobby" }, 0);
  assert.deepEqual(
    rooms.listed.map((room) => room.key),
    ["harbour", "lobby"],
  );
  assert.deepEqual([rooms.total().unread, rooms.total("lobby").unread], [4, 3]);
});

test("a muted room adds nothing to the total; one at mentions adds only those", () => {
  rooms.welcome(
    welcome([
      mine({ last: 9, unread: 5, level: "nothing" }),
      lobby({ last: 9, unread: 7, mentions: 2, level: "mentions" }),
    ]),
    "",
  );
  assert.deepEqual(rooms.total(), { unread: 2, mentions: 2 });
});

test("a new level applies to counts at once, on every screen", () => {
  rooms.handle(said(message(4)), 0);
  assert.equal(rooms.total().unread, 4);
  rooms.setLevel({ type: "level", room: "harbour", level: "nothing" });
  assert.equal(rooms.total().unread, 0);
  rooms.setLevel({ type: "level", room: "harbour", level: "everything" });
  assert.equal(rooms.total().unread, 4);
  rooms.setLevel({ type: "level", room: "elsewhere", level: "nothing" });
  assert.equal(rooms.memberships.has("elsewhere"), false);
});

test("my mute and role are applied from any event", () => {
  rooms.handle(
    { type: "membership", room: "harbour", seq: 4, member: member(ME, 4, { role: "moderator" }), people: {} },
    0,
  );
  assert.ok(rooms.moderates("harbour"));
  rooms.handle(changes(4, 5, [], { members: [member(ME, 5, { muted_until: "2099-01-01T00:00:00Z" })] }), 0);
  assert.equal(rooms.memberships.get("harbour").mutedUntil, "2099-01-01T00:00:00Z");
});

test("a room I left is removed from the list and from memory", () => {
  rooms.leave("lobby");
  assert.deepEqual(
    rooms.listed.map((room) => room.key),
    ["harbour"],
  );
  assert.deepEqual(rooms.cursors, { harbour: 3 });
});

const direct = (id, people) => mine({ id, info: info(1, { name: "", kind: "direct", people }) });
const called = (people) =>
  Object.fromEntries(Object.entries(people).map(([id, name]) => [id, { name, kind: "account" }]));

test("a direct room is named after its other people and sorted by that name", () => {
  const people = called({ [ME]: "Me", [INES]: "Ines", 3: "陈默" });
  rooms.welcome(
    welcome([mine(), direct("pair", [ME, INES]), direct("three", [ME, INES, 3])], { people }),
    "",
  );
  assert.deepEqual(
    rooms.listed.map((room) => rooms.titleOf(room)),
    ["Harbour", "Ines", "Ines and 陈默"],
  );
});

test("renaming a person renames their direct rooms", () => {
  const people = called({ [ME]: "Me", [INES]: "Ines" });
  rooms.welcome(welcome([direct("pair", [ME, INES])], { people }), "");
  const named = { people: called({ [INES]: "Inés" }), member: member(INES, 1) };
  rooms.handle({ type: "membership", room: "pair", seq: 1, ...named }, 0);
  assert.equal(rooms.titleOf(rooms.of("pair")), "Inés");
});

test("rejoining a room starts at its end with its pins", () => {
  const pinned = message(7, { pinned_at: "2026-11-23T10:00:00Z" });
  rooms.handle(snapshot(upTo(3), { pinned: [pinned], seq: 3 }), 0);
  const page = { type: "history", room: "harbour", quoted: [], people: {}, more: true };
  rooms.resetToEnd("harbour");
  assert.equal(rooms.of("harbour").loaded, true, "it is at its end");
  rooms.handle({ ...page, messages: [message(1)] }, 0, { around: 1 });
  rooms.resetToEnd("harbour");
  assert.deepEqual([rooms.of("harbour").loaded, rooms.of("harbour").messages.length], [false, 0]);
  assert.deepEqual(pinnedOf(rooms.of("harbour")), [pinned]);
  rooms.handle(snapshot(upTo(3), { seq: 3 }), 0);
  assert.deepEqual([rooms.of("harbour").loaded, pinnedOf(rooms.of("harbour"))], [true, []]);
});

test("lines of who came stand at the server's time, and go with their room", () => {
  rooms.setClock(new Date(Date.now() + 3_600_000).toISOString());
  const event = { type: "presence", room: "lobby", whole: false, online: [INES], away: [], offline: [] };
  rooms.handle(event, Date.now());
  const [{ at }] = rooms.presenceLines.get("lobby");
  assert.ok(Math.abs(at - rooms.now) < 5000);
  rooms.welcome(welcome([mine()]), "harbour");
  assert.equal(rooms.presenceLines.has("lobby"), false);
});
