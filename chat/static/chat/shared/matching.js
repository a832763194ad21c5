/**
 * Marks search matches in a text. Folds letters as the server does (chat/folding.py), except Chinese variants.
 *
 * @typedef {{text: string, hit: boolean}} Piece
 */
import { SPACED } from "./mentions.js";
import { characters, escapeRegExp } from "./text.js";

/** Shorter words match only as whole words. */
const SHORT = 3;
const BEFORE = 40;
const LONG = 160;
/** Accents, vowel points, and what joins or turns letters without being seen. */
const IGNORED =
  /[\u0300-\u036f]|[\u0591-\u05c7]|[\u0610-\u061c]|[\u064b-\u065f]|\u0670|[\u06d6-\u06ed]|[\u20d0-\u20ff]|[\ufe00-\ufe0f]|[\u00ad\u0640\u200b-\u200f\u2060-\u2069\ufeff]/g;
const ALIKE = /** @type {Record<string, string>} */ ({
  ...oneFor("‘’ʼ′`´", "'"),
  ...oneFor("‐‒–—―−", "-"),
  ...oneFor("・•‧", "·"),
  ...oneFor("ゕゖ", "か"),
  ...{ "〜": "~", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ħ: "h" },
});

/** @param {string} signs @param {string} one */
function oneFor(signs, one) {
  return Object.fromEntries([...signs].map((sign) => [sign, one]));
}

// Upper case first: it unites more characters (ß and SS).
const form = (/** @type {string} */ letter) =>
  [...letter.normalize("NFKC").toUpperCase().toLowerCase()].map(fold).join("");

/** @param {string} letter */
function fold(letter) {
  const parts = letter.normalize("NFD");
  const base = parts.replace(IGNORED, "");
  // Parts of Korean syllables and voiced kana are letters of their own.
  if (base !== parts) return base;
  const kana = /[\u30a1-\u30f6]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) - 0x60) : letter;
  return ALIKE[kana] ?? kana;
}

/** @param {string} text */
export const normal = (text) => characters(text).map(form).join("");

const LETTER = `(?:(?![\\p{N}_])${SPACED})`;

/** Matches words as the server does: letters and digits from the start of their run. @param {string[]} words @returns {RegExp | null} */
export function asWords(words) {
  return anyOf(words, (word, safe) => {
    const [first] = runAt(word, "^", "+");
    const [last, run] = runAt(word, "", "+$");
    const end = last && run.length < SHORT ? `(?!${last})` : "";
    return `${first && `(?<!${first})`}${safe.replace(/\s+/g, "\\s+")}${end}`;
  });
}

/** The class of the letters or digits that a word begins or ends with, and they. @param {string} word @param {string} before @param {string} after */
function runAt(word, before, after) {
  for (const kind of [LETTER, "\\d"]) {
    const run = new RegExp(before + kind + after, "u").exec(word);
    if (run) return [kind, run[0]];
  }
  return ["", ""];
}

/** Matches anywhere, also within words. @param {string[]} parts @returns {RegExp | null} */
export const asParts = (parts) => anyOf(parts, (_, safe) => safe);

/** @param {string[]} words @param {(word: string, safe: string) => string} how @returns {RegExp | null} */
function anyOf(words, how) {
  const longest = words
    .map(normal)
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  const all = longest.map((word) => how(word, escapeRegExp(word)));
  return all.length ? new RegExp(all.join("|"), "gu") : null;
}

/** The query consists of beginnings of syllables that follow each other, as in chat/latin.py. @param {string} latin as in `lin xia/jia` @param {string} query in normal form */
export function soundsLike(latin, query) {
  const wanted = query.replace(/[\s']/g, "");
  if (!latin || !wanted) return false;
  const syllables = latin.split(" ").map((syllable) => syllable.split("/"));
  return syllables.some((_, start) => follow(syllables.slice(start), wanted));
}

/** @param {string[][]} syllables @param {string} wanted */
function follow(syllables, wanted) {
  let ends = new Set([0]);
  for (const readings of syllables) {
    const next = new Set();
    for (const at of ends)
      for (const reading of readings)
        for (let size = 1; size <= reading.length && wanted.startsWith(reading.slice(0, size), at); size++)
          next.add(at + size);
    if (next.has(wanted.length)) return true;
    ends = next;
  }
  return false;
}

/** @param {string} text @param {RegExp | null} wanted @returns {Piece[]} */
export function pieces(text, wanted) {
  const letters = characters(text);
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
