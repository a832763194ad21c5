import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

openPage();
const { stayAboveKeyboard } = await import("../../chat/static/chat/page/viewport.js");

function screen() {
  const view = Object.assign(new EventTarget(), { height: 800, scale: 1 });
  const [app, scrolled] = [document.createElement("div"), []];
  stayAboveKeyboard(app, { visualViewport: view, innerHeight: 800, scrollTo: (...to) => scrolled.push(to) });
  const become = (how) => view.dispatchEvent(new Event("resize"), Object.assign(view, how));
  return { app, scrolled, become };
}

test("an on-screen keyboard shrinks the page to the visible height", () => {
  const { app, scrolled, become } = screen();
  become({ height: 480 });
  assert.equal(app.style.height, "480px");
  assert.deepEqual(scrolled, [[0, 0]]);
  become({ height: 800 });
  assert.equal(app.style.height, "");
});

test("browser bars and pinch zoom change nothing", () => {
  const { app, become } = screen();
  become({ height: 740 });
  assert.equal(app.style.height, "");
  become({ height: 400, scale: 2 });
  assert.equal(app.style.height, "");
});
