/**
 * What is being typed that could be completed, and by what? A sign at the start, after a space, or right after a
 * character of a script without spaces; then any part of a name. No document.
 *
 * @typedef {{query: string, start: number}} Token
 * @typedef {object} Choice
 * @property {string} text is put in, and searched
 * @property {string} [shown] instead of it
 * @property {string} [note] before it, or an avatar
 * @property {string} [person]
 */
import { SPACED } from "../shared/mentions.js";

const LONGEST = 40;
export const SHOWN = 8;

/** What stands between the last sign and the caret. @param {string} text @param {string} signs @returns {Token | null} */
export function tokenIn(text, signs) {
  const found = new RegExp(`(?<!${SPACED}|[/.+\\-])([${signs}])([^${signs}\\n]*)$`, "u").exec(text);
  if (!found || found[2].length > LONGEST || /^\s/.test(found[2])) return null;
  return { query: found[2], start: found.index };
}

/** What stands after an operator of the search field, of several words once it is quoted. @param {string} text @param {string} operator @returns {Token | null} */
export function valueIn(text, operator) {
  const found = new RegExp(`(?<=(?:^|\\s)${operator}[:：])(?:["“]([^"”]*)|([^\\s"“]*))$`, "iu").exec(text);
  return found && { query: found[1] ?? found[2], start: found.index };
}

/** @param {string} value */
export const quoted = (value) => (/\s/.test(value) ? `"${value}"` : value);

/** How well it fits: from the start, from the start of a word, anywhere, not. @param {string} word @param {string} query */
export function fit(word, query) {
  const at = word.toLocaleLowerCase().indexOf(query);
  if (at < 0) return 3;
  return at === 0 ? 0 : /\s/.test(word[at - 1]) ? 1 : 2;
}

/** The best first, otherwise in the order given. @param {Choice[]} choices @param {string} query @returns {Choice[]} */
export function choose(choices, query) {
  const wanted = query.toLocaleLowerCase();
  // After a space it is the rest of a longer name, or of the sentence.
  const worst = /\s$/.test(query) ? 0 : 2;
  const ranked = choices.map((choice) => ({
    choice,
    rank: fit(choice.text, wanted),
  }));
  const fitting = ranked.filter(({ rank }) => rank <= worst).sort((a, b) => a.rank - b.rank);
  return fitting.slice(0, SHOWN).map(({ choice }) => choice);
}
