import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { openPage, words } from "./page.js";
import { ME, mine } from "./rows.js";

openPage();
const { Footer } = await import("../../chat/static/chat/page/footer.js");
const { Screen } = await import("../../chat/static/chat/page/screen.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { OpenRoom } = await import("../../chat/static/chat/state/open_room.js");
const { Rooms } = await import("../../chat/static/chat/state/rooms.js");
loadMessages(words, "en");

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const part = (id) => document.getElementById(id);
const composer = { parts: { field: part("composer") }, about: null };
const toast = { draw() {} };
const at = (time) => new Date(time).toISOString();
let rooms, screen, openRoom;

/** Enters the room at noon by the server's clock. */
function enter(about) {
  rooms = new Rooms(ME, "en");
  const event = { type: "welcome", epoch: "one", people: {}, now: at(NOON) };
  rooms.welcome({ ...event, rooms: [mine(about)] }, "harbour");
  openRoom = new OpenRoom(rooms, "harbour");
  screen = new Screen([new Footer(openRoom, composer, toast)], () => openRoom.changesIn);
  screen.draw();
}
const lock = () =>
  part("composer-form").hidden ? part("composer-lock").querySelector("p").textContent : null;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOON - 600 * MINUTE }));
afterEach(() => mock.timers.reset());

test("a mute ends by itself, by the server's clock, and its last minute is counted", () => {
  enter({ muted_until: at(NOON + 10 * MINUTE) });
  assert.match(lock(), /^You’re muted until .*:10\./);
  mock.timers.tick(9 * MINUTE);
  assert.equal(lock(), "You’re muted for another 60 s. You can still read.");
  mock.timers.tick(59_000);
  assert.equal(lock(), "You’re muted for another 1 s. You can still read.");
  mock.timers.tick(1000);
  assert.equal(lock(), null);
});

test("a device that slept, or whose clock is set, follows the server's clock", () => {
  enter({ muted_until: at(NOON + 10 * MINUTE) });
  mock.timers.setTime(NOON + 600 * MINUTE);
  rooms.setClock(at(NOON + MINUTE));
  screen.draw();
  assert.notEqual(lock(), null);
  rooms.setClock(at(NOON + 11 * MINUTE));
  mock.timers.tick(20_000);
  assert.equal(lock(), null);
});
