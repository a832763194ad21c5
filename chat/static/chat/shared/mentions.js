/**
 * Highlights mentions in a message body, outside of code and links. The server has resolved who is meant.
 *
 * @import {Mention, Person} from "../net/protocol.js"
 */

import { opensCard } from "./person_link.js";
import { escapeRegExp } from "./text.js";

/** A letter of a script with spaces between words, as in chat/text.py. */
export const SPACED =
  "(?:(?!\\p{sc=Han}|\\p{sc=Hiragana}|\\p{sc=Katakana}|\\p{sc=Hangul}|\\p{sc=Thai}|\\p{sc=Lao}|\\p{sc=Khmer}|\\p{sc=Myanmar})[\\p{L}\\p{N}_])";
const BEGIN = `(?<!${SPACED}|[/.+\\-])[@＠]`;

/** @param {Mention[]} mentions the longest first: "Anna Lee" is not Anna */
function pattern(mentions) {
  const names = [...new Set(mentions.map(({ name }) => name))].sort((a, b) => b.length - a.length);
  return new RegExp(
    `${BEGIN}(${names.map(escapeRegExp).join("|")})(?:(?<!${SPACED})|(?!${SPACED}))(?![/.\\-]${SPACED})`,
    "gu",
  );
}

/** @param {Element} body @param {Mention[]} mentions @param {Person} me */
export function markMentions(body, mentions, me) {
  if (!mentions.length) return;
  const mine = new Set(
    mentions.filter(({ person }) => person === null || person === me).map(({ name }) => name),
  );
  const meant = new Map(mentions.map(({ name, person }) => [name, person]));
  for (const text of texts(body)) markIn(text, pattern(mentions), mine, meant);
}

/** @param {Node} node @returns {Text[]} */
function texts(node) {
  if (node.nodeType === Node.TEXT_NODE) return [/** @type {Text} */ (node)];
  if (/^(CODE|PRE|A)$/.test(node.nodeName)) return [];
  return [...node.childNodes].flatMap(texts);
}

/** @param {Text} text @param {RegExp} names @param {Set<string>} mine @param {Map<string, Person | null>} meant */
function markIn(text, names, mine, meant) {
  const found = [...text.data.matchAll(names)].reverse();
  for (const match of found) {
    const rest = text.splitText(match.index);
    rest.splitText(match[0].length);
    const mark = document.createElement("span");
    mark.className = mine.has(match[1]) ? "mention for-me" : "mention";
    opensCard(mark, meant.get(match[1]));
    rest.replaceWith(mark);
    mark.append(rest);
  }
}
