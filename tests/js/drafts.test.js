import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Drafts } from "../../chat/static/chat/composer/drafts.js";
import { openPage } from "./page.js";

openPage();
const NOTHING = { text: "", replyTo: null, files: [], edits: {} };
let drafts;

beforeEach(() => {
  localStorage.clear();
  drafts = new Drafts("1", localStorage);
});

test("a draft is of its room and of one person", () => {
  drafts.change("lobby", { text: "hello", replyTo: 7 });
  const again = new Drafts("1", localStorage);
  assert.deepEqual(again.of("lobby"), { ...NOTHING, text: "hello", replyTo: 7 });
  assert.deepEqual(again.of("harbour"), NOTHING);
  assert.deepEqual(new Drafts("2", localStorage).of("lobby"), NOTHING);
});

test("two tabs change different parts of a draft", () => {
  const other = new Drafts("1", localStorage);
  drafts.change("lobby", { text: "hello" });
  other.change("lobby", { replyTo: 7 });
  drafts.changeEdit("lobby", 3, "three");
  other.changeEdit("lobby", 4, "four");
  const all = { ...NOTHING, text: "hello", replyTo: 7, edits: { 3: "three", 4: "four" } };
  assert.deepEqual(drafts.of("lobby"), all);
});

test("a draft that is finished leaves nothing behind", () => {
  drafts.change("lobby", { text: "hello", replyTo: 7 });
  drafts.changeEdit("lobby", 3, "three");
  drafts.change("lobby", { text: "", replyTo: null });
  drafts.changeEdit("lobby", 3, null);
  assert.equal(localStorage.length, 0);
});

test("the text that an earlier version kept is still there, whatever it looks like", () => {
  for (const text of ["hello", "{", "7", "null", '"quoted"', "[1]", '{"a": 1}']) {
    localStorage.setItem("chat.draft.1.lobby", text);
    assert.deepEqual(drafts.of("lobby"), { ...NOTHING, text });
  }
});

test("where storage is forbidden or full, drafts live as long as the page", () => {
  const full = {
    getItem: () => null,
    removeItem() {},
    setItem() {
      throw new Error("full");
    },
  };
  for (const storage of [null, full]) {
    const kept = new Drafts("1", storage);
    kept.change("lobby", { text: "hello" });
    assert.deepEqual(kept.of("lobby"), { ...NOTHING, text: "hello" });
  }
});
