/**
 * Turns room notices, which are stored as data, into sentences in the reader's language.
 *
 * @import {MessageRow, Notice, Person} from "../net/protocol.js"
 * @import {Around} from "./message.js"
 * @typedef {Notice & {author: Person | null}} NoticeBody
 */
import { bdi, moment, sentence, t } from "../shared/i18n.js";

/** Merges consecutive changes of the same thing into one sentence, from the first value to the last. @param {MessageRow[]} rows @param {Around} around */
export function noticeSentences(rows, around) {
  /** @type {Map<string, NoticeBody>} */
  const last = new Map();
  for (const row of rows) {
    const notice = parse(row);
    if (!notice) continue;
    const thing = JSON.stringify([notice.what, notice.person, notice.author]);
    const first = last.get(thing)?.from ?? notice.from;
    last.delete(thing);
    last.set(thing, first === notice.to ? notice : { ...notice, from: first });
  }
  return [...last.values()].map((notice) => sentenceOf(notice, around)).filter((one) => one !== null);
}

/** @param {MessageRow} row @returns {NoticeBody | null} */
function parse(row) {
  try {
    return { ...JSON.parse(row.body ?? ""), author: row.author };
  } catch {
    return null;
  }
}

/** Null for kinds this version does not know. @param {NoticeBody} notice @param {Around} around */
function sentenceOf(notice, around) {
  const key = keyOf(notice);
  const { from, to } = notice;
  if (t(key) === key) return null;
  return sentence(key, {
    who: bdi(notice.author === around.me ? t("you") : around.nameOf(notice.author) || notice.by),
    person: bdi(notice.person === around.me ? t("you.too") : nameOf(notice, around)),
    from: bdi(String(from)),
    to: bdi(notice.what === "opening" && to ? moment(String(to)) : String(to)),
  });
}

/** @param {NoticeBody} notice */
function keyOf({ what, to }) {
  if (what === "name") return "notice.name";
  if (what === "opening") return to ? "notice.opening" : "notice.opening.none";
  if (what === "topic") return to ? "notice.topic" : "notice.topic.none";
  return `notice.${what}.${to}`;
}

/** @param {NoticeBody} notice @param {Around} around */
const nameOf = ({ person, name }, around) => around.nameOf(person ?? null) || (name ?? "");
