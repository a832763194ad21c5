import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { Emojis } from "../../chat/static/chat/composer/emoji.js";

const file = readFileSync(new URL("../../chat/static/chat/emoji.json", import.meta.url), "utf8");
globalThis.fetch = async () => ({ ok: true, json: async () => JSON.parse(file) });
const kept = new Map();
const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
let emojis;

beforeEach(async () => {
  kept.clear();
  emojis = new Emojis("/emoji.json", "1", storage);
  await emojis.load();
});

const found = (query) => emojis.find(query).map(({ emoji }) => emoji);

test("emoji are found in English and Chinese by any part of the name, prefixes first", () => {
  assert.equal(found("thumbsup")[0], "👍");
  assert.ok(found("拇指").includes("👍"));
  assert.ok(found("cat face").includes("🐱"));
  assert.equal(found("tada")[0], "🎉");
  assert.deepEqual(found("nothing is called this"), []);
});

test("recent emoji are the last used ones of this person, filled up with common ones", () => {
  assert.equal(emojis.recent[0], "👍");
  emojis.use("🍵");
  emojis.use("🎉");
  emojis.use("🍵");
  assert.deepEqual(emojis.recent.slice(0, 2), ["🍵", "🎉"]);
  assert.equal(new Set(emojis.recent).size, emojis.recent.length);
  assert.equal(new Emojis("", "2", storage).recent[0], "👍");
});

test("two letters after a colon suggest emoji", () => {
  assert.deepEqual(emojis.named("t"), []);
  assert.equal(emojis.named("tad")[0].text, "🎉");
  assert.deepEqual(emojis.named("tad "), []);
});

test("a whole name between colons is one emoji, in either language", () => {
  assert.deepEqual(
    ["tada", "sweat_smile", "TADA", "拉炮彩带", "tad", "nobody"].map((name) => emojis.called(name)),
    ["🎉", "😅", "🎉", "🎉", null, null],
  );
});
