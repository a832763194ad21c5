import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { copyText } from "../../chat/static/chat/shared/clipboard.js";
import { openPage } from "./page.js";

let copied;
beforeEach(() => {
  openPage();
  // A page on plain HTTP has no clipboard, and jsdom neither.
  document.execCommand = () => {
    const { activeElement: field } = document;
    copied = [field.parentElement, field.value];
    return true;
  };
});

test("on plain HTTP a text is copied too, and the focus stays where it was", async () => {
  const composer = document.getElementById("composer");
  composer.focus();
  assert.equal(await copyText("hello"), true);
  assert.deepEqual(copied, [document.body, "hello"]);
  assert.equal(document.activeElement, composer);
});

test("from a dialog it is copied inside of it, because nothing else takes the focus then", async () => {
  const dialog = document.getElementById("invite-dialog");
  dialog.setAttribute("open", "");
  const button = dialog.querySelector("[data-copy]");
  button.focus();
  await copyText("https://chat.test/join/abc/");
  assert.deepEqual(copied, [dialog, "https://chat.test/join/abc/"]);
  assert.equal(document.activeElement, button);
});
