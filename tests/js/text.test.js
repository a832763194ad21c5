import assert from "node:assert/strict";
import { test } from "node:test";
import { asParts, asWords, pieces } from "../../chat/static/chat/shared/matching.js";
import { characters, escapeRegExp } from "../../chat/static/chat/shared/text.js";

const SIGNS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

test("every sign of the keyboard can be looked for, alone and within a word", () => {
  for (const sign of [...SIGNS, "－", "’"]) {
    const text = `a${sign}b`;
    assert.ok(new RegExp(`^${escapeRegExp(text)}$`, "u").test(text), sign);
    for (const pattern of [asParts([text]), asWords([text])])
      assert.deepEqual(pieces(text, pattern), [{ text, hit: true }], sign);
  }
});

test("a character is what people see as one", () => {
  assert.deepEqual(characters("é👩‍👩‍👧🇨🇳x"), ["é", "👩‍👩‍👧", "🇨🇳", "x"]);
});
