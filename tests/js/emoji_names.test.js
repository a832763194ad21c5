import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { replaceEmojiNames } from "../../chat/static/chat/composer/emoji_names.js";
import { openPage } from "./page.js";

const window = openPage();
globalThis.Event = window.Event;
const field = document.getElementById("composer");
let load;
const loading = () =>
  new Promise((done) => {
    load = done;
  });
replaceEmojiNames(field, { load: loading, called: () => "🎉" });

async function type(meanwhile = () => {}) {
  field.focus();
  field.value = "yes :tada:";
  field.setSelectionRange(10, 10);
  field.dispatchEvent(new window.InputEvent("input", { inputType: "insertText", data: ":" }));
  meanwhile();
  load();
  await new Promise((done) => setTimeout(done));
}

beforeEach(() => field.blur());

test("a name between colons becomes its emoji", async () => {
  await type();
  assert.equal(field.value, "yes 🎉");
});

test("it does not take the focus back from where it has gone while the list was loading", async () => {
  const filter = document.querySelector("#search input");
  await type(() => filter.focus());
  assert.equal(document.activeElement, filter);
});
