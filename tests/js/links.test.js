import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

openPage();
const { noteAddresses, shortenLinks } = await import("../../chat/static/chat/timeline/message_body.js");

function shown(text) {
  const body = document.createElement("div");
  body.innerHTML = `<p>See <a href="https://example.org/">${text}</a></p>`;
  shortenLinks(body);
  return body.querySelector("a");
}

test("a very long address is shortened in the middle, and its link is complete", () => {
  const address = `https://example.org/${"a".repeat(200)}/the-end`;
  const link = shown(address);
  assert.match(link.textContent, /^https:\/\/example\.org\/a+…a+\/the-end$/);
  assert.ok(link.textContent.length < 180);
  assert.equal(link.title, address);
  assert.equal(link.href, "https://example.org/");
});

test("an address of three lines and a linked sentence are not shortened", () => {
  for (const text of [`https://example.org/${"a".repeat(100)}`, "many words ".repeat(30).trim()]) {
    assert.equal(shown(text).textContent, text);
    assert.equal(shown(text).title, "");
  }
});

test("a link whose text is not its address has it noted for print", () => {
  const noted = (href, text) => {
    const link = shown(text);
    link.setAttribute("href", href);
    noteAddresses(link.parentElement);
    return link.dataset.address;
  };
  const typed = ["https://example.org", "https://example.org/plan?a=1", "https://example.org/wiki/中文"];
  for (const text of typed) assert.equal(noted(encodeURI(text), text), undefined);
  assert.equal(noted("https://example.org/", "https://example.org"), undefined);
  assert.equal(noted("https://www.example.org/", "www.example.org"), undefined);
  assert.equal(noted("mailto:ines@example.org", "ines@example.org"), undefined);
  assert.equal(noted("https://example.org/plan", "the plan"), "https://example.org/plan");
  const long = `https://example.org/${"a".repeat(200)}`;
  assert.equal(noted(long, long), long, "it is shown shortened");
});

test("a long text of a link is cut between signs, never inside of one", () => {
  for (const text of [`a${"😀".repeat(200)}`, "😀".repeat(100)]) {
    const link = shown(text);
    assert.ok(link.textContent.isWellFormed());
    noteAddresses(link.parentElement);
    assert.equal(link.dataset.address, "https://example.org/");
  }
  assert.equal(shown("😀".repeat(100)).title, "", "a hundred are not long");
});
