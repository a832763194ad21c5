import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Directory } from "../../chat/static/chat/page/directory.js";
import { loadMessages } from "../../chat/static/chat/shared/i18n.js";
import { openPage, words } from "./page.js";

const room = (id, minute) => ({ id, name: `Room ${id}`, public_since: `2026-03-01T09:${minute}:00.500000Z` });
let directory;

beforeEach(() => {
  openPage();
  loadMessages(words, "en");
  directory = new Directory(document.getElementById("all-rooms"));
});

const shown = (...mine) => {
  directory.draw(new Set(mine));
  return [directory.link.querySelector("small").textContent, directory.link.title];
};

test("on a first visit nothing is new; rooms that open later are", () => {
  directory.update([room("b", "02"), room("a", "01")]);
  assert.deepEqual(shown(), ["", ""]);
  directory.update([room("d", "04"), room("c", "03"), room("b", "02")]);
  assert.deepEqual(shown(), ["2 new", "Room d, Room c"]);
});

test("a room I am in, or one that closed again, is not new", () => {
  directory.update([]);
  directory.update([room("b", "02"), room("a", "01")]);
  assert.deepEqual(shown("a"), ["1 new", "Room b"]);
  directory.update([room("a", "01")]);
  assert.deepEqual(shown("a"), ["", ""]);
});

test("rooms seen in the directory are no longer new", () => {
  directory.update([]);
  directory.update([room("a", "01")]);
  directory.seen = Date.parse(room("a", "01").public_since);
  assert.deepEqual(shown(), ["", ""]);
});
