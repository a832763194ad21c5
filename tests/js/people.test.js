import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, words } from "./page.js";
import { INES, ME, member, mine, snapshot } from "./rows.js";

openPage();
const { People } = await import("../../chat/static/chat/page/people.js");
const { OpenRoom } = await import("../../chat/static/chat/state/open_room.js");
const { Rooms } = await import("../../chat/static/chat/state/rooms.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");

test("the list marks owners, moderators and guests", () => {
  const rooms = new Rooms(ME, "en");
  rooms.welcome({ type: "welcome", epoch: "one", people: {}, rooms: [mine()] }, "harbour");
  const person = (name, kind) => ({ name, kind });
  const people = { 1: person("Me", "account"), 2: person("Ines", "account"), 3: person("Kai", "guest") };
  const members = [member(ME, 0, { role: "owner" }), member(INES, 0, { role: "moderator" }), member(3, 0)];
  rooms.handle(snapshot([], { members, people, member_count: 3, seq: 1 }), 0);
  new People(document.getElementById("people"), new OpenRoom(rooms, "harbour")).draw();
  const roles = [...document.querySelectorAll("#people li")].map((row) => [
    row.dataset.person,
    row.querySelector(".role").textContent,
  ]);
  assert.deepEqual(Object.fromEntries(roles), { [ME]: "Owner", [INES]: "Moderator", 3: "Guest" });
});
