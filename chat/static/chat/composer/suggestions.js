/**
 * Finds the token before the caret that can be completed, and ranks the suggestions for it.
 *
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 * @typedef {{query: string, start: number}} Token
 * @typedef {object} Choice
 * @property {string} text is put in, and searched
 * @property {string} [shown] instead of it
 * @property {string} [note] before it, or an avatar
 * @property {string} [person]
 * @property {string} [latin] the readings of the text
 */
import { t } from "../shared/i18n.js";
import { normal, soundsLike } from "../shared/matching.js";
import { SPACED } from "../shared/mentions.js";
import { membersOf } from "../state/room.js";

const LONGEST = 40;
export const SHOWN = 8;

/** The text between the last sign (such as @) and the caret. @param {string} text @param {string} signs @returns {Token | null} */
export function tokenIn(text, signs) {
  const found = new RegExp(`(?<!${SPACED}|[/.+\\-])([${signs}])([^${signs}\\n]*)$`, "u").exec(text);
  if (!found || found[2].length > LONGEST || /^\s/.test(found[2])) return null;
  return { query: found[2], start: found.index };
}

/** The value after a search operator; quoted, it may contain spaces. @param {string} text @param {string} operator @returns {Token | null} */
export function valueIn(text, operator) {
  const found = new RegExp(`(?<=(?:^|\\s)${operator}[:：])(?:["“]([^"”]*)|([^\\s"“]*))$`, "iu").exec(text);
  return found && { query: found[1] ?? found[2], start: found.index };
}

/** @param {string} value */
export const quoted = (value) => (/\s/.test(value) ? `"${value}"` : value);

/** 0 start of the text, 1 start of a word, 2 anywhere or as it sounds, 3 no match. @param {string} word @param {string} query both in normal form @param {string} [latin] the readings of the word */
export function fit(word, query, latin = "") {
  const at = word.indexOf(query);
  if (at < 0) return soundsLike(latin, query) ? 2 : 3;
  return at === 0 ? 0 : /\s/.test(word[at - 1]) ? 1 : 2;
}

/** Best matches first, otherwise in the given order. @param {Choice[]} choices @param {string} query @returns {Choice[]} */
export function choose(choices, query) {
  const wanted = normal(query);
  // After a space only names that start with the query: it may be the rest of the sentence.
  const worst = /\s$/.test(query) ? 0 : 2;
  const ranked = choices.map((choice) => ({
    choice,
    rank: fit(normal(choice.text), wanted, choice.latin),
  }));
  const fitting = ranked.filter(({ rank }) => rank <= worst).sort((a, b) => a.rank - b.rank);
  return fitting.slice(0, SHOWN).map(({ choice }) => choice);
}

/** People who can be mentioned: online ones first, then the others, then the whole room. @param {Room} room @param {Rooms} rooms @returns {Choice[]} */
export function mentionChoices(room, rooms) {
  const others = membersOf(room).filter(({ person }) => person !== room.me);
  const choices = others.map(({ person }) => ({
    text: rooms.nameOf(room, person),
    latin: rooms.latinOf(room, person),
    person: String(person),
  }));
  const online = (/** @type {Choice} */ { person }) => Number(String(person) in room.presence);
  choices.sort((a, b) => online(b) - online(a) || rooms.collator.compare(a.text, b.text));
  const [text, shown] = [t("mention.room"), t("mention.everybody")].map((said) => said.replace(/^@/, ""));
  return [...choices, { text, shown, note: "@" }];
}
