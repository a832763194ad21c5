import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { openPage, words } from "./page.js";

openPage();
const { bdi, day, fullTime, initials, list, number, refusal, sentence, loadMessages } = await import(
  "../../chat/static/chat/shared/i18n.js"
);
const text = (node) => {
  const box = document.createElement("p");
  box.append(node);
  return box.textContent;
};
const names = (...all) => list(all.map(bdi));

const scripts = new URL("../../chat/static/chat/", import.meta.url);
const source = readdirSync(scripts, { recursive: true })
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(new URL(name, scripts), "utf8"))
  .join("\n");
const keys = new Set(Object.keys(words).map((key) => key.replace(/\.(one|other)$/, "")));

test("every sentence the scripts name is in the page", () => {
  const named = [...source.matchAll(/\b(?:t|sentence)\(\s*"([\w.]+)"/g)].map(([, key]) => key);
  assert.ok(named.length > 80);
  assert.deepEqual(
    named.filter((key) => !keys.has(key)),
    [],
  );
});

test("every sentence in the page is named by the scripts, whole or by its first part", () => {
  const whole = new Set([...source.matchAll(/["`]([\w.]+)["`]/g)].map(([, key]) => key));
  const parts = [...source.matchAll(/`([\w.]+)\$\{/g)].map(([, part]) => part);
  const unused = [...keys].filter((key) => !whole.has(key) && !parts.some((part) => key.startsWith(part)));
  assert.deepEqual(unused, []);
});

test("numbers and lists are formatted for the language", () => {
  loadMessages(words, "en");
  assert.equal(text(sentence("typing", { names: names("Ines"), n: 1 })), "Ines is typing");
  assert.equal(text(sentence("typing", { names: names("Ines", "林夏"), n: 2 })), "Ines and 林夏 are typing");
  assert.equal(text(names("Ines", "陈默", "3 others")), "Ines, 陈默 and 3 others");
  loadMessages({ "typing.other": "{names}正在输入" }, "zh-hans");
  assert.equal(text(sentence("typing", { names: names("Ines", "林夏"), n: 2 })), "Ines和林夏正在输入");
});

test("a formatter is made once for each language and form", () => {
  const original = Intl.DateTimeFormat;
  let made = 0;
  Intl.DateTimeFormat = class DateTimeFormat extends original {
    constructor(...how) {
      super(...how);
      made++;
    }
  };
  loadMessages(words, "de");
  for (let minute = 0; minute < 60; minute++) fullTime(Date.UTC(2026, 2, 1, 9, minute));
  assert.equal(made, 1);
  loadMessages(words, "zh-hans");
  assert.match(fullTime(Date.UTC(2026, 2, 1, 9, 0)), /2026年3月1日/);
  Intl.DateTimeFormat = original;
});

test("a name keeps its own direction inside a sentence", () => {
  loadMessages(words, "en");
  const box = document.createElement("p");
  box.append(sentence("notice.came", { came: names("سلمى حداد") }));
  assert.equal(box.innerHTML, "<bdi>سلمى حداد</bdi> came online.");
});

test("text of people never becomes markup of a sentence", () => {
  loadMessages(words, "en");
  const box = document.createElement("p");
  box.append(sentence("notice.came", { came: names("<img src=x> {left}") }));
  assert.equal(box.textContent, "<img src=x> {left} came online.");
  assert.equal(box.querySelector("img"), null);
});

test("days are named in the reader's language", () => {
  loadMessages(words, "en");
  assert.equal(day(new Date(2020, 10, 22)), "Sunday, 22 November 2020");
  assert.match(day(Date.now()), /^Today, \d+ \w+$/);
  loadMessages({ today: "今天 {date}" }, "zh-hans");
  assert.equal(day(new Date(2020, 10, 22)), "2020年11月22日 星期日");
});

test("initials are the same as on pages the server renders", () => {
  const table = JSON.parse(readFileSync(new URL("../initials.json", import.meta.url), "utf8"));
  for (const [name, expected] of table) assert.equal(initials(name), expected, name);
});

test("counts are exact to 999", () => assert.deepEqual([0, 999, 1000].map(number), ["0", "999", "999+"]));

test("a refusal is explained by its reason, or else by its code", () => {
  loadMessages(words, "en");
  assert.equal(refusal("too_many", "too_many_guests"), words["refused.too_many_guests"]);
  assert.equal(refusal("too_many", null), words["refused.too_many"]);
  assert.equal(refusal("bad_body", "of a later version"), words["refused.bad_body"]);
  assert.equal(refusal("of a later version"), "");
});
