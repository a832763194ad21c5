import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openPage } from "./page.js";

openPage();
const { markMentions } = await import("../../chat/static/chat/shared/mentions.js");

function marked(html, mentions, me = 1) {
  const body = document.createElement("div");
  body.innerHTML = html;
  markMentions(body, mentions, me);
  return [...body.querySelectorAll(".mention")].map((one) => [
    one.textContent,
    one.classList.contains("for-me"),
  ]);
}
const who = (name, person) => ({ name, person });

test("mentions are highlighted as written, mine differently, whatever the names are now", () => {
  const mentions = [who("Mara", 1), who("林夏", 4), who("room", null)];
  assert.deepEqual(marked("你好@Mara, @林夏你在吗 @room", mentions), [
    ["@Mara", true],
    ["@林夏", false],
    ["@room", true],
  ]);
});

test("the longest name is marked; code, links and other words are left alone", () => {
  const mentions = [who("Anna", 2), who("Anna Lee", 3)];
  assert.deepEqual(marked("@Anna Lee, @Anna; @Annabel x@Anna <code>@Anna</code> <a>@Anna</a>", mentions), [
    ["@Anna Lee", false],
    ["@Anna", false],
  ]);
  assert.deepEqual(marked("@a.b @axb", [who("a.b", 1)]), [["@a.b", true]]);
});

test("a text is highlighted where the server finds mentions in it", () => {
  const table = JSON.parse(readFileSync(new URL("../mentions.json", import.meta.url), "utf8"));
  const mentions = table.people.map((name, person) => who(name, person));
  for (const [text, names] of table.texts) {
    const found = marked(`<p>${text}</p>`, mentions).map(([name]) => name.slice(1));
    assert.deepEqual([...new Set(found)], names, text);
  }
});

test("any name can be marked without an error", () => {
  const name = "Anne-Marie O'Neill /\\^$*+?()[]{}|.&~!#%,:;<=>@`\"";
  const body = document.createElement("p");
  body.textContent = `@${name} and more`;
  markMentions(body, [who(name, 1)], 1);
  assert.equal(body.querySelector(".mention.for-me").textContent, `@${name}`);
});
