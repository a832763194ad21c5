import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openPage, words } from "./page.js";

openPage();
const { Toast } = await import("../../chat/static/chat/page/toast.js");
const { Banner } = await import("../../chat/static/chat/page/banner.js");
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
loadMessages(words, "en");

const element = document.getElementById("toast");
const icon = () => element.querySelector("use").getAttribute("href");
let toast, held;

beforeEach(() => {
  held = new Map();
  toast = new Toast(element, { key: "harbour" }, { held });
});

test("only what has failed carries a warning sign", () => {
  toast.fail("No.");
  assert.equal(icon(), "#i-warning");
  toast.show("Copied.");
  assert.equal(icon(), "#i-check");
  held.set("harbour", { code: "rate_limited", wait: 5000, until: Date.now() + 5000 });
  toast.draw();
  assert.equal(icon(), "#i-clock");
});

test("a new version is no warning, a lost connection is", () => {
  const element = document.getElementById("banner");
  const hooks = { onTry() {}, onLostChange() {}, waiting: () => 0 };
  const banner = new Banner(element, document.getElementById("footer"), hooks);
  banner.outdated = true;
  banner.draw({ phase: "open", lostAt: null, retryAt: null, code: null });
  assert.equal(element.querySelector(".icon").hasAttribute("hidden"), true);
  banner.draw({ phase: "stopped", lostAt: Date.now(), retryAt: null, code: 4403 });
  assert.equal(element.querySelector(".icon").hasAttribute("hidden"), false);
});
