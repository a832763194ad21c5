/**
 * A page for the modules that need one: jsdom with the templates' own parts, less what Django fills in.
 */
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { loadAddresses } from "../../chat/static/chat/shared/addresses.js";

/** What chat/addresses.py gives to the page; tests/views/test_addresses.py checks that. */
export const addresses = JSON.parse(readFileSync(new URL("../addresses.json", import.meta.url), "utf8"));
loadAddresses(addresses);

/** With the parts it is made of in their places. */
const template = (name) =>
  readFileSync(new URL(`../../chat/templates/${name}`, import.meta.url), "utf8").replace(
    /\{% include_cached "(.*?)" %\}/g,
    (_, part) => template(part),
  );

/** The template without its tags: sentences stay as they are in the source, which is English. */
const plain = (text) =>
  text
    .replace(/\{% comment %\}[\s\S]*?\{% endcomment %\}/g, "")
    .replace(/\{#.*?#\}/g, "")
    .replace(/\{% translate "(.*?)"(\|escapejs)? %\}/g, "$1")
    .replace(/\{[%{].*?[%}]\}/g, "");

/** Every sentence of the scripts, in English. */
export const words = JSON.parse(plain(template("chat/_words.html")).replace(/<\/?script.*?>/g, ""));

/** Opens the page and makes it this process's own. */
export function openPage() {
  const html = plain(template("chat/room.html"));
  const dom = new JSDOM(`<!doctype html><html lang="en"><body>${html}</body></html>`, {
    url: "http://chat.test/rooms/lobby/",
    pretendToBeVisual: true,
  });
  const { window } = dom;
  const names = [
    "window",
    "document",
    "Node",
    "location",
    "history",
    "localStorage",
    "matchMedia",
    "getComputedStyle",
    "addEventListener",
    "navigator",
  ];
  window.matchMedia = () => ({ matches: false, addEventListener() {} });
  for (const name of names)
    Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
  Object.defineProperty(globalThis, "requestAnimationFrame", {
    value: window.requestAnimationFrame.bind(window),
    configurable: true,
  });
  return window;
}
