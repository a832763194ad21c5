import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, tokenIn } from "../../chat/static/chat/composer/suggestions.js";

const token = (text) => tokenIn(text, "@＠")?.query ?? null;

test("@ starts a mention at the beginning, after a space or bracket, or after a Chinese character", () => {
  for (const text of ["@", "hello @", "(@", "你好@", "こんにちは@", "안녕@", "你好，＠"])
    assert.equal(token(text), "", text);
  assert.equal(token("你好@林"), "林");
  assert.equal(token("@Ines D"), "Ines D");
});

test("a mention neither starts inside a word nor continues on another line", () => {
  for (const text of [
    "bob@",
    "bob@exa",
    "x.@y",
    "https://x/@bob",
    "@ ",
    "@bob\nnext",
    `@${"x".repeat(41)}`,
    "",
  ])
    assert.equal(token(text), null, text);
});

test("a name is found by any part of it, best from its start", () => {
  const names = ["Joanna Lee", "Anna", "Ines Duarte", "陈小默", "小林"].map((text) => ({ text }));
  const found = (query) => choose(names, query).map(({ text }) => text);
  assert.deepEqual(found("an"), ["Anna", "Joanna Lee"]);
  assert.deepEqual(found("lee"), ["Joanna Lee"]);
  assert.deepEqual(found("DUA"), ["Ines Duarte"]);
  assert.deepEqual(found("小"), ["小林", "陈小默"]);
  assert.deepEqual(found("默"), ["陈小默"]);
  assert.deepEqual(found("joanna "), ["Joanna Lee"]);
  assert.deepEqual(found("anna "), []);
  assert.deepEqual(found("anna 你好"), []);
});

test("a Chinese name is found by its readings and initials, after names with these letters", () => {
  const lin = { text: "林夏", latin: "lin/林 xia/jia/夏" };
  const names = [lin, { text: "Alexander" }, { text: "Felx" }];
  const found = (query) => choose(names, query).map(({ text }) => text);
  assert.deepEqual(found("linxia"), ["林夏"]);
  assert.deepEqual(found("LX"), ["林夏", "Felx"]);
  assert.deepEqual(found("jose"), []);
  assert.deepEqual(choose([{ text: "José" }], "jose").length, 1);
});
