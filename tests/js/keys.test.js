import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const HERE = new URL("../../chat/static/chat/", import.meta.url);

test("every handler of Enter first checks for an input method", () => {
  const files = readdirSync(HERE, { recursive: true, encoding: "utf8" });
  const scripts = files.filter((name) => name.endsWith(".js") && !name.endsWith("keys.js"));
  const texts = scripts.map((name) => [name, readFileSync(new URL(name, HERE), "utf8")]);
  const listening = texts.filter(([, text]) => /["'`]Enter["'`]/.test(text));
  assert.ok(listening.length > 1);
  for (const [name, text] of listening)
    assert.match(text, /import \{[^}]*\b(isOurs|onEnter)\b[^}]*\} from "[./]+(shared\/)?keys\.js"/, name);
});
