import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, words } from "./page.js";

const window = openPage();
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { SearchPane } = await import("../../chat/static/chat/navigation/search_pane.js");
loadMessages(words, "en");

const asked = [];
const search = {
  phase: "found",
  settled: true,
  results: [],
  problems: [],
  words: [],
  next: null,
  query: { text: "", room: null },
  change: ({ text }) => asked.push(text),
};
const dialog = document.getElementById("search");
const pane = new SearchPane(dialog, search, { room: () => "harbour", connected: () => true, sources: [] });

const type = (text, isComposing = false) => {
  pane.field.value = text;
  const input = new window.Event("input", { bubbles: true });
  Object.defineProperty(input, "isComposing", { value: isComposing });
  pane.field.dispatchEvent(input);
};

test("a search waits for the end of a composition", () => {
  type("chao", true);
  type("chao'w", true);
  assert.deepEqual(asked, []);
  pane.field.value = "潮位";
  pane.field.dispatchEvent(new window.CompositionEvent("compositionend"));
  assert.deepEqual(asked, ["潮位"]);
});

test("an operator without a value is not searched for, in English or Chinese", () => {
  for (const text of ["tide from:", "tide 来自：", "tide -in:", "tide 之后： "]) type(text);
  assert.deepEqual(
    asked.slice(1).map((text) => text.trim()),
    ["tide", "tide", "tide", "tide"],
  );
});

test("a status that stays the same is not read aloud again", () => {
  type("tide");
  const text = pane.status.firstChild;
  type("tides");
  assert.equal(pane.status.firstChild, text);
});

test("an operator that means nothing is pointed out", () => {
  search.problems = [
    { operator: "from", value: "nobody" },
    { operator: "after", value: "soon" },
  ];
  type("from:nobody after:soon");
  assert.equal(
    pane.status.textContent,
    "Nobody you share a room with is called “nobody”. “soon” is not a date. Try 2026-03-01 or “yesterday”.",
  );
});
