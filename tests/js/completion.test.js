import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, words } from "./page.js";

const window = openPage();
const { Completion } = await import("../../chat/static/chat/composer/completion.js");
const { onEnter } = await import("../../chat/static/chat/shared/keys.js");
const { choose, tokenIn } = await import("../../chat/static/chat/composer/suggestions.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");
globalThis.Event = window.Event;

const field = document.getElementById("composer");
const names = ["Ines", "林夏", "林默"].map((text) => ({ text, person: text }));
const completion = new Completion(field, [
  {
    token: (before) => tokenIn(before, "@＠"),
    find: (query) => choose(names, query),
    put: ({ text }) => `@${text}`,
  },
]);
let sent = 0;
onEnter(field, () => sent++);

const type = (text) => {
  field.value = text;
  field.setSelectionRange(text.length, text.length);
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
};
const press = (key, more = {}) => {
  field.dispatchEvent(new window.KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more }));
  field.dispatchEvent(new window.KeyboardEvent("keyup", { key, bubbles: true }));
};
const shown = () =>
  completion.list.hidden ? null : [...completion.list.querySelectorAll("bdi")].map((one) => one.textContent);

beforeEach(() => {
  sent = 0;
  type("");
});

test("arrows, Enter and Tab choose a name after Chinese characters; that Enter does not send", () => {
  type("你好@林");
  assert.deepEqual(shown(), ["林夏", "林默"]);
  press("ArrowDown");
  assert.equal(field.getAttribute("aria-activedescendant"), completion.list.children[1].id);
  press("Enter");
  assert.deepEqual([field.value, sent, shown()], ["你好@林默 ", 0, null]);
  press("Enter");
  assert.equal(sent, 1);
  type("@in");
  press("Tab");
  assert.equal(field.value, "@Ines ");
});

test("keys of an input method choose nothing and send nothing", () => {
  type("@林");
  press("Enter", { isComposing: true });
  press("Enter", { keyCode: 229 });
  field.dispatchEvent(new window.CompositionEvent("compositionend"));
  field.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Enter", cancelable: true, bubbles: true }));
  assert.deepEqual([field.value, sent], ["@林", 0]);
  assert.deepEqual(shown(), ["林夏", "林默"]);
  field.dispatchEvent(new window.KeyboardEvent("keyup", { key: "Enter", bubbles: true }));
});

test("the list stays while an input method composes, also with letters that fit no name", () => {
  const compose = (text) => {
    field.value = text;
    field.setSelectionRange(text.length, text.length);
    const input = new window.Event("input", { bubbles: true });
    Object.defineProperty(input, "isComposing", { value: true });
    field.dispatchEvent(input);
  };
  type("@");
  compose("@zz");
  assert.equal(shown().length, 3);
  compose("@zz'zz");
  assert.equal(shown().length, 3);
  field.value = "@林";
  field.dispatchEvent(new window.CompositionEvent("compositionend"));
  assert.deepEqual(shown(), ["林夏", "林默"]);
  type("@zz");
  assert.equal(shown(), null);
  field.dispatchEvent(new window.KeyboardEvent("keyup", { key: "Enter", bubbles: true }));
});

test("Escape closes the list and nothing else", () => {
  type("@");
  assert.equal(shown().length, 3);
  press("Escape");
  assert.deepEqual([shown(), field.value], [null, "@"]);
});

test("text after the caret stays", () => {
  field.value = "@In and others";
  field.setSelectionRange(3, 3);
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
  press("Enter");
  assert.equal(field.value, "@Ines and others");
  assert.equal(field.selectionStart, "@Ines".length);
});
