import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, words } from "./page.js";

const window = openPage();
const { Composer } = await import("../../chat/static/chat/composer/composer.js");
const { Drafts } = await import("../../chat/static/chat/composer/drafts.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");

const part = (id) => document.getElementById(id);
const field = part("composer");
let sent, typed, ups, escapes, answered;
const composer = new Composer(
  {
    form: part("composer-form"),
    field,
    button: part("send"),
    left: part("characters-left"),
    about: part("reply-bar"),
  },
  {
    onSend: (body, replyTo) => sent.push([body, replyTo]),
    onTyping: () => typed++,
    onAnswer: (message) => {
      answered = message;
    },
    onUp: () => ups++,
    onEscape: () => escapes++,
  },
  { limit: 20, drafts: new Drafts("1", localStorage) },
);

test("what was typed before the script arrived is kept, after a draft of another time", () => {
  const start = (draft, typed) => {
    localStorage.setItem("chat.draft.2.lobby", draft);
    const form = part("composer-form").cloneNode(true);
    const field = form.querySelector("textarea");
    field.value = typed;
    field.setSelectionRange(3, 3);
    const parts = { ...composer.parts, form, field };
    const drafts = new Drafts("2", localStorage);
    const late = new Composer(parts, composer.hooks, { limit: 20, drafts });
    late.open("lobby");
    const shown = [field.value, field.selectionStart, drafts.of("lobby").text];
    late.open("harbour");
    late.open("lobby");
    assert.equal(field.value, shown[0]);
    return shown;
  };
  assert.deepEqual(start("", "hello"), ["hello", 3, "hello"]);
  assert.deepEqual(start("a draft", "hello"), ["a draft\nhello", 13, "a draft\nhello"]);
  assert.deepEqual(start("a draft", "a draft")[0], "a draft");
  assert.deepEqual(start("a draft", "")[0], "a draft");
});

const write = (text) => {
  field.value = text;
  field.dispatchEvent(new window.Event("input"));
};
const press = (key, more = {}) => {
  const event = new window.KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more });
  field.dispatchEvent(event);
  return event;
};
const release = (key) => field.dispatchEvent(new window.KeyboardEvent("keyup", { key, bubbles: true }));
const compose = (kind) => field.dispatchEvent(new window.CompositionEvent(kind));

beforeEach(() => {
  [sent, typed, ups, escapes] = [[], 0, 0, 0];
  localStorage.clear();
  composer.open("lobby");
});

test("Enter sends and empties the field", () => {
  write("  hello  ");
  press("Enter");
  assert.deepEqual(sent, [["hello", null]]);
  assert.equal(field.value, "");
});

test("Shift+Enter breaks the line", () => {
  write("hello");
  assert.equal(press("Enter", { shiftKey: true }).defaultPrevented, false);
  assert.deepEqual(sent, []);
});

test("Enter during a composition belongs to the input method", () => {
  write("ni hao");
  compose("compositionstart");
  press("Enter", { isComposing: true });
  press("Enter", { keyCode: 229 });
  assert.deepEqual(sent, []);
});

test("where the composition ends before the key event (Safari), that Enter does not send; the next one does", () => {
  write("你好");
  compose("compositionstart");
  compose("compositionend");
  press("Enter");
  assert.deepEqual(sent, []);
  release("Enter");
  press("Enter");
  assert.deepEqual(sent, [["你好", null]]);
});

test("Escape and ↑ during a composition belong to the input method, in Safari too", () => {
  composer.answer(7);
  compose("compositionstart");
  press("Escape", { isComposing: true });
  compose("compositionend");
  press("Escape", { keyCode: 229 });
  press("ArrowUp");
  assert.deepEqual([composer.replyTo, escapes, ups], [7, 0, 0]);
  release("Escape");
  press("Escape");
  press("Escape");
  assert.deepEqual([composer.replyTo, escapes], [null, 1]);
});

test("white space alone is not sent", () => {
  write(" \n ");
  press("Enter");
  assert.deepEqual(sent, []);
  assert.equal(part("send").disabled, true);
});

test("the length is shown before the limit, counted as the server counts", () => {
  write("😀".repeat(20));
  assert.equal(part("characters-left").textContent, "0 left");
  assert.equal(part("send").disabled, false);
  write("😀".repeat(21));
  assert.equal(part("characters-left").textContent, "1 over the limit");
  press("Enter");
  assert.deepEqual(sent, []);
  assert.equal(field.value, "😀".repeat(21));
});

test("a draft belongs to its room and is cleared when sent", () => {
  write("half a thought");
  composer.open("harbour");
  assert.equal(field.value, "");
  write("another");
  composer.open("lobby");
  assert.equal(field.value, "half a thought");
  press("Enter");
  composer.open("harbour");
  composer.open("lobby");
  assert.equal(field.value, "");
});

test("typing is sent at most every three seconds, and not for an empty field", () => {
  write("a");
  write("ab");
  write("abc");
  assert.equal(typed, 1);
  composer.typedAt -= 3000;
  write("");
  assert.equal(typed, 1);
  write("a");
  assert.equal(typed, 2);
});

test("↑ in an empty field edits my last message; in a text it moves the caret", () => {
  press("ArrowUp");
  assert.equal(ups, 1);
  write("text");
  press("ArrowUp");
  assert.equal(ups, 1);
});

test("a reply carries the quoted message; Escape cancels it", () => {
  composer.answer(7);
  assert.deepEqual([part("reply-bar").hidden, answered], [false, 7]);
  write("at seven");
  press("Enter");
  assert.deepEqual(sent, [["at seven", 7]]);
  composer.answer(7);
  press("Escape");
  assert.deepEqual([part("reply-bar").hidden, answered], [true, null]);
  write("by the way");
  press("Enter");
  assert.deepEqual(sent[1], ["by the way", null]);
});

test("the composer takes the focus unasked only where that raises no keyboard over the page", () => {
  const { matchMedia } = globalThis;
  const focused = (touch) => {
    field.blur();
    globalThis.matchMedia = () => ({ matches: touch });
    composer.takeFocus();
    return document.activeElement === field;
  };
  assert.deepEqual([focused(true), focused(false)], [false, true]);
  globalThis.matchMedia = matchMedia;
});

test("a reply is kept with its room, and by nobody else in this browser", () => {
  composer.answer(7);
  composer.open("harbour");
  assert.deepEqual([composer.replyTo, part("reply-bar").hidden], [null, true]);
  const again = (person) =>
    new Composer(composer.parts, composer.hooks, { limit: 20, drafts: new Drafts(person, localStorage) });
  const [mine, another] = [again("1"), again("2")];
  another.open("lobby");
  assert.equal(another.replyTo, null);
  mine.open("lobby");
  assert.deepEqual([mine.replyTo, part("reply-bar").hidden, answered], [7, false, 7]);
  mine.answer(null);
  composer.open("lobby");
  assert.deepEqual([composer.replyTo, localStorage.length], [null, 0]);
});

test("a text that is too long can be sent as a file, whole", async () => {
  const added = [];
  let takes = false;
  const add = (files) => takes && added.push(...files) > 0;
  composer.files = { busy: false, rows: [], take: () => [], add };
  write("short");
  assert.equal(composer.asFile.hidden, true);
  write(`${"long ".repeat(5)}end`);
  assert.equal(composer.asFile.hidden, false);
  composer.asFile.click();
  assert.equal(field.value, `${"long ".repeat(5)}end`, "where a file cannot be sent, the text stays");
  takes = true;
  composer.asFile.click();
  assert.equal(await added[0].text(), `${"long ".repeat(5)}end`);
  assert.match(added[0].name, /^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.txt$/);
  assert.deepEqual(
    [field.value, localStorage.getItem("chat.draft.1.lobby"), composer.asFile.hidden],
    ["", null, true],
  );
});

test("what is answered describes the field, and is not written again", () => {
  const description = () => part(field.getAttribute("aria-describedby"));
  composer.answer(7);
  composer.quote("Ines", "when?");
  const name = description().querySelector("b").firstChild;
  composer.quote("Ines", "when?");
  assert.equal(description().querySelector("b").firstChild, name);
  assert.equal(description().textContent, "Ineswhen?");
  composer.answer(null);
  assert.equal(description().textContent, "");
});
