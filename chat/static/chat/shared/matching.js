/**
 * Marks search matches in a text. Normalises width and case as the server does (chat/search/tokenizer.py).
 *
 * @typedef {{text: string, hit: boolean}} Piece
 */
import { SPACED } from "./mentions.js";

/** Shorter words match only as whole words. */
const SHORT = 3;
const BEFORE = 40;
const LONG = 160;

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const lettersOf = (/** @type {string} */ text) => [...characters.segment(text)].map(({ segment }) => segment);
// Upper case first: it unites more characters (ß and SS).
const form = (/** @type {string} */ letter) =>
  letter.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("\ufe0f", "");

/** @param {string} text */
export const normal = (text) => lettersOf(text).map(form).join("");

/** Matches words as the server does. @param {string[]} words @returns {RegExp | null} */
export function asWords(words) {
  const begins = new RegExp(`^${SPACED}`, "u");
  return anyOf(words, (word, safe) =>
    begins.test(word) ? `(?<!${SPACED})${safe}${word.length < SHORT ? `(?!${SPACED})` : ""}` : safe,
  );
}

/** Matches anywhere, also within words. @param {string[]} parts @returns {RegExp | null} */
export const asParts = (parts) => anyOf(parts, (_, safe) => safe);

/** @param {string[]} words @param {(word: string, safe: string) => string} how @returns {RegExp | null} */
function anyOf(words, how) {
  const longest = words
    .map(normal)
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  const all = longest.map((word) => how(word, word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")));
  return all.length ? new RegExp(all.join("|"), "gu") : null;
}

/** @param {string} text @param {RegExp | null} wanted @returns {Piece[]} */
export function pieces(text, wanted) {
  const letters = lettersOf(text);
  const hits = hitLetters(letters.map(form), wanted);
  /** @type {Piece[]} */
  const found = [];
  letters.forEach((letter, index) => {
    const last = found.at(-1);
    if (last?.hit === hits[index]) last.text += letter;
    else found.push({ text: letter, hit: hits[index] });
  });
  return found;
}

/** Whether each letter is part of a match. @param {string[]} forms @param {RegExp | null} wanted */
function hitLetters(forms, wanted) {
  const whole = forms.join("");
  const found = wanted ? [...whole.matchAll(wanted)] : [];
  let at = 0;
  return forms.map((form) => {
    const [start, end] = [at, at + form.length];
    at = end;
    return found.some((match) => match.index < end && match.index + match[0].length > start);
  });
}

/** A single line that starts shortly before the first match. @param {string} text @param {RegExp | null} wanted @returns {Piece[]} */
export function excerpt(text, wanted) {
  const line = text.replace(/\s+/g, " ").trim();
  const [before, ...rest] = pieces(line, wanted);
  if (!before || before.hit || !rest.length || before.text.length <= LONG) return pieces(line, wanted);
  const cut = before.text.slice(-BEFORE);
  return [{ text: `…${cut.slice(cut.indexOf(" ") + 1)}`, hit: false }, ...rest];
}

/** @param {Piece[]} pieces */
export function marked(pieces) {
  const whole = document.createDocumentFragment();
  for (const { text, hit } of pieces) {
    const mark = hit ? document.createElement("mark") : null;
    mark?.append(text);
    whole.append(mark ?? text);
  }
  return whole;
}
