import assert from "node:assert/strict";
import { test } from "node:test";
import { watchOverlay } from "../../chat/static/chat/shared/overlay.js";
import { openPage } from "./page.js";

const window = openPage();

test("a click outside closes a dialog, and a text selected as far as there does not", () => {
  const dialog = document.getElementById("invite-dialog");
  let closed = 0;
  dialog.close = () => closed++;
  watchOverlay(dialog);
  const click = (from, to) => {
    from.dispatchEvent(new window.Event("pointerdown", { bubbles: true }));
    to.dispatchEvent(new window.Event("click", { bubbles: true }));
  };
  click(dialog.querySelector("code"), dialog);
  assert.equal(closed, 0);
  click(dialog, dialog);
  assert.equal(closed, 1);
});
