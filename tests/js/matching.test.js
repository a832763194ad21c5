import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  asParts,
  asWords,
  excerpt,
  normal,
  pieces,
  soundsLike,
} from "../../chat/static/chat/shared/matching.js";

const readings = JSON.parse(readFileSync(new URL("../readings.json", import.meta.url), "utf8"));
const shown = (found) => found.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");
const words = (text, ...looked) => shown(pieces(text, asWords(looked)));
const parts = (text, ...looked) => shown(pieces(text, asParts(looked)));

test("case, width and compatibility forms are normalised", () => {
  for (const [a, b] of [
    ["Straße", "STRASSE"],
    ["ＴＩＤＥ", "tide"],
    ["ｶﾞｽ", "ガス"],
    ["ΟΔΟΣ", "οδος"],
    ["❤️", "❤"],
    ["Café", "cafe"],
    ["ラーメン", "らーめん"],
    ["œuvre ﬁle", "oeuvre file"],
    ["I don’t", "i don't"],
    ["שָׁלוֹם", "שלום"],
    ["مُحَمَّد", "محمد"],
    ["Ёлка", "елка"],
    ["史蒂夫•乔布斯", "史蒂夫・乔布斯"],
    ["3ヵ月", "3か月"],
    ["A–B", "a-b"],
  ])
    assert.equal(normal(a), normal(b));
});

test("words are marked at their start, Chinese anywhere, in the original letters", () => {
  assert.equal(words("The Tide, a tidemark, riptide", "tide"), "The [Tide], a [tide]mark, riptide");
  assert.equal(words("a banana", "a"), "[a] banana");
  assert.equal(words("an iPhone15, 150", "15", "iphone"), "an [iPhone15], 150");
  assert.equal(words("IMG_20240301.jpg", "2024"), "IMG_[2024]0301.jpg");
  assert.equal(words("at the Café", "cafe"), "at the [Café]");
  assert.equal(words("新的軟\n件", "软件", "軟 件"), "新的[軟\n件]");
  assert.equal(normal("한국어 がす"), "한국어 がす");
  assert.equal(words("昨晚的潮位计坏了", "潮位"), "昨晚的[潮位]计坏了");
  assert.equal(words("看ＴＩＤＥ表", "tide"), "看[ＴＩＤＥ]表");
  assert.equal(words("(C++) and [x]", "c++", "[x]"), "([C++]) and [[x]]");
  assert.equal(words("nothing of it", "tide"), "nothing of it");
  assert.equal(words("as it stands"), "as it stands");
});

test("parts of a name are marked within words without splitting a visible letter", () => {
  assert.equal(parts("Harbour rebuild", "bu"), "Harbour re[bu]ild");
  assert.equal(parts("林小夏", "小"), "林[小]夏");
  assert.equal(parts("👩‍👩‍👧 crew", "👩‍👩‍👧"), "[👩‍👩‍👧] crew");
  assert.equal(parts("Straße", "ss"), "Stra[ß]e");
});

test("a long text is shown from shortly before the first match", () => {
  const long = `${"so many words ".repeat(30)}and the tide`;
  const [first, hit] = excerpt(long, asWords(["tide"]));
  assert.match(first.text, /^…\S.* the $/);
  assert.ok(first.text.length < 50);
  assert.deepEqual(hit, { text: "tide", hit: true });
  assert.equal(shown(excerpt("one\n\ntwo  tide", asWords(["tide"]))), "one two [tide]");
});

test("a Chinese name is found by its readings and initials, as the server finds it", () => {
  for (const { latin, query, found } of readings)
    assert.equal(soundsLike(latin, query), found, `${latin} ${query}`);
});
