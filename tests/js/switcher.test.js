import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, words } from "./page.js";

const window = openPage();
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { Switcher } = await import("../../chat/static/chat/navigation/switcher.js");
loadMessages(words, "en");

const dialog = document.getElementById("switcher");
dialog.showModal = () => dialog.setAttribute("open", "");
dialog.close = () => dialog.removeAttribute("open");
const to = (name, more = {}) => ({
  name,
  kind: "public",
  room: name,
  person: null,
  online: false,
  current: false,
  at: null,
  waiting: { unread: 0, mentions: 0 },
  ...more,
});
const all = [
  to("Harbour", { waiting: { unread: 12, mentions: 1 } }),
  to("Ines", { kind: "person", room: null, person: 2 }),
  to("Here", { current: true }),
];
let went;
const switcher = new Switcher(dialog, {
  find: (query) => all.filter(({ name }) => name.toLowerCase().includes(query)),
  go: ({ name }) => went.push(name),
  search: (query) => went.push(`search ${query}`),
});
const { field, list } = switcher;
const type = (text) => {
  field.value = text;
  field.dispatchEvent(new window.Event("input"));
};
const press = (key, more = {}) =>
  field.dispatchEvent(new window.KeyboardEvent("keydown", { key, cancelable: true, ...more }));
const chosen = () => list.querySelector("[aria-selected=true]");

beforeEach(() => {
  went = [];
  dialog.close();
  switcher.open();
});

test("the field names the chosen row, arrows wrap around, Enter opens it", () => {
  assert.equal(field.getAttribute("aria-activedescendant"), chosen().id);
  assert.equal(list.querySelectorAll("[aria-selected=true]").length, 1);
  press("ArrowUp");
  assert.equal(chosen(), list.lastElementChild);
  press("ArrowDown");
  press("ArrowDown");
  assert.equal(field.getAttribute("aria-activedescendant"), list.children[1].id);
  press("Enter");
  assert.deepEqual([went, dialog.open ?? dialog.hasAttribute("open")], [["Ines"], false]);
});

test("the last row searches messages, also without a matching name", () => {
  type("tide");
  assert.deepEqual(
    [...list.children].map((row) => row.textContent),
    ["Search all messages for “tide”"],
  );
  press("Enter");
  assert.deepEqual(went, ["search tide"]);
});

test("Enter of an input method opens nothing", () => {
  press("Enter", { isComposing: true });
  press("Enter", { keyCode: 229 });
  field.dispatchEvent(new window.CompositionEvent("compositionend"));
  press("Enter");
  assert.deepEqual(went, []);
  field.dispatchEvent(new window.KeyboardEvent("keyup", { key: "Enter" }));
  press("Enter");
  assert.deepEqual(went, ["Harbour"]);
});

test("a row shows unread counts, presence and the current room, and marks the match", () => {
  const [harbour, ines, here] = list.children;
  assert.equal(harbour.querySelector(".count").textContent, "12");
  assert.ok(harbour.querySelector(".count").hasAttribute("data-for-me"));
  assert.equal(ines.querySelector("small").textContent, "offline");
  assert.ok(ines.querySelector(".avatar.offline"));
  assert.equal(here.querySelector("small").textContent, "current room");
  type("arb");
  assert.equal(list.querySelector("mark").textContent, "arb");
});

test("a click on a row opens it", () => {
  list.children[1].dispatchEvent(new window.Event("click", { bubbles: true }));
  assert.deepEqual(went, ["Ines"]);
});
