/**
 * How does an address that is longer than anybody reads stand in a message? With its middle left out; the whole one is
 * where it leads, and in its title. Imports nothing.
 */

/** About three lines; of it the beginning says where, the end what. */
const [MOST, BEGIN, END] = [180, 120, 50];

/** Links that are called what they lead to; others are sentences of somebody. @param {Element} body */
export function shorten(body) {
  for (const link of body.querySelectorAll("a")) {
    const text = link.textContent ?? "";
    if (text.length <= MOST || link.childElementCount || /\s/.test(text)) continue;
    link.title = text;
    link.textContent = `${text.slice(0, BEGIN)}…${text.slice(-END)}`;
  }
}
