import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PersonCard } from "../../chat/static/chat/page/person_card.js";
import { find } from "../../chat/static/chat/shared/dom.js";
import { loadMessages } from "../../chat/static/chat/shared/i18n.js";
import { opensCard } from "../../chat/static/chat/shared/person_link.js";
import { OpenRoom } from "../../chat/static/chat/state/open_room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { openPage, words } from "./page.js";
import { INES, info, ME, member, snapshot } from "./rows.js";

const joined_at = "2024-03-05T08:00:00Z";
const GONE = "2026-11-24T08:00:00Z";
const people = { 1: { name: "Mara", kind: "account" }, 2: { name: "Ines", kind: "guest" } };
let window;
let mentioned;

beforeEach(() => {
  window = openPage();
  loadMessages(words, "en");
  mentioned = [];
  // jsdom has no dialogs.
  window.HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  window.HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

function cardOf(person, { about = {}, ines = {}, blocked = [] } = {}) {
  const rooms = new Rooms(ME, "en");
  const members = [member(ME, 0, { role: "owner", joined_at }), member(INES, 0, { joined_at, ...ines })];
  rooms.loadSnapshot(snapshot([], { members, people, info: info(0, about) }));
  rooms.setBlocked(blocked);
  const dialog = document.getElementById("person-card");
  const openRoom = new OpenRoom(rooms, "harbour");
  const card = new PersonCard(dialog, openRoom, (name) => mentioned.push(name));
  card.open(person);
  return dialog;
}

const facts = (...more) => find(cardOf(...more), "[data-facts]").textContent;
const offered = (dialog) =>
  [...dialog.querySelectorAll(".form-actions button:not([hidden])")].map((button) => button.textContent);

test("the card says who a person is in this room, and since when", () => {
  assert.equal(facts(ME), "Owner · in this room since 5 March 2024");
  assert.equal(facts(INES), "Guest · Member · in this room since 5 March 2024");
  assert.equal(facts(INES, { ines: { removed_at: GONE } }), "Guest · no longer in this room");
  assert.equal(facts(INES, { about: { kind: "direct", people: [ME, INES] } }), "Guest");
});

test("one can write to others, mention and block them, but not oneself", () => {
  assert.deepEqual(offered(cardOf(ME)), []);
  assert.deepEqual(offered(cardOf(INES)), ["Send a message", "Mention", "Block"]);
  assert.deepEqual(offered(cardOf(INES, { blocked: [INES] })), ["Send a message", "Mention", "Unblock"]);
  const buttons = [...cardOf(INES).querySelectorAll(".form-actions button")];
  assert.deepEqual(
    buttons.map(({ value }) => value),
    ["2", "2", "2"],
  );
});

test("nobody can be mentioned who is not here, or where nothing can be posted", () => {
  assert.deepEqual(offered(cardOf(INES, { ines: { removed_at: GONE } })), ["Send a message", "Block"]);
  assert.deepEqual(offered(cardOf(INES, { about: { archived_at: GONE } })), ["Send a message", "Block"]);
});

test("Mention closes the card and gives the name", () => {
  const dialog = cardOf(INES);
  find(dialog, "[data-mention]").click();
  assert.deepEqual([dialog.open, mentioned], [false, ["Ines"]]);
});

test("a name opens the card by click and by key, and Tab reaches it from its message", () => {
  const dialog = cardOf(ME);
  const [message, name] = [document.createElement("div"), document.createElement("span")];
  message.className = "message";
  message.tabIndex = 0;
  message.append(name);
  document.body.append(message);
  opensCard(name, INES);
  assert.deepEqual([name.getAttribute("role"), name.tabIndex], ["button", -1]);
  message.focus();
  assert.equal(name.tabIndex, 0);
  document.getElementById("composer").focus();
  assert.equal(name.tabIndex, -1, "it is no Tab stop of another message");
  message.focus();
  for (const event of [
    new window.MouseEvent("click", { bubbles: true }),
    new window.KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
    new window.KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }),
  ]) {
    dialog.open = false;
    name.dispatchEvent(event);
    assert.deepEqual([dialog.open, find(dialog, "h2").textContent], [true, "Ines"]);
  }
});
