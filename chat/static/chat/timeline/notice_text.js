/**
 * What has the room said of itself? From notices, which hold no sentence, to sentences in the reader's language.
 *
 * @import {MessageRow, Notice, Person} from "../net/protocol.js"
 * @import {Around} from "./message.js"
 * @typedef {Notice & {author: Person | null}} Told
 */
import { bdi, moment, sentence, t } from "../shared/i18n.js";

/** Of the same thing changed several times in a row the last is told, from what it was at first. @param {MessageRow[]} rows @param {Around} around */
export function noticeSentences(rows, around) {
  /** @type {Map<string, Told>} */
  const last = new Map();
  for (const row of rows) {
    const told = read(row);
    if (!told) continue;
    const thing = JSON.stringify([told.what, told.person, told.author]);
    const first = last.get(thing)?.from ?? told.from;
    last.delete(thing);
    last.set(thing, first === told.to ? told : { ...told, from: first });
  }
  return [...last.values()].map((told) => said(told, around)).filter((one) => one !== null);
}

/** @param {MessageRow} row @returns {Told | null} */
function read(row) {
  try {
    return { ...JSON.parse(row.body ?? ""), author: row.author };
  } catch {
    return null;
  }
}

/** Null for what a newer server tells. @param {Told} told @param {Around} around */
function said(told, around) {
  const key = keyOf(told);
  const { from, to } = told;
  if (t(key) === key) return null;
  return sentence(key, {
    who: bdi(told.author === around.me ? t("you") : around.nameOf(told.author) || told.by),
    person: bdi(told.person === around.me ? t("you.too") : nameOf(told, around)),
    from: bdi(String(from)),
    to: bdi(told.what === "opening" && to ? moment(String(to)) : String(to)),
  });
}

/** @param {Told} told */
function keyOf({ what, to }) {
  if (what === "name") return "told.name";
  if (what === "opening") return to ? "told.opening" : "told.opening.none";
  if (what === "topic") return to ? "told.topic" : "told.topic.none";
  return `told.${what}.${to}`;
}

/** @param {Told} told @param {Around} around */
const nameOf = ({ person, name }, around) => around.nameOf(person ?? null) || (name ?? "");
