/**
 * Turns room notices, which are stored as data, into sentences in the reader's language.
 *
 * @import {MessageRow} from "../net/protocol.js"
 * @import {NoticeBody} from "../state/notice.js"
 * @import {Around} from "./message.js"
 * @typedef {(names: string[]) => Node} Names draws several names
 */
import { bdi, list, moment, sentence, t } from "../shared/i18n.js";
import { noticeOf } from "../state/notice.js";

/**
 * Merges consecutive changes of the same thing into one sentence, from the first value to the last, and people who
 * joined in the same way.
 * @param {MessageRow[]} rows @param {Around} around @param {Names} [names]
 */
export function noticeSentences(rows, around, names = (all) => list(all.map(bdi))) {
  /** @type {Map<string, NoticeBody[]>} */
  const things = new Map();
  for (const row of rows) {
    const notice = noticeOf(row);
    if (!notice) continue;
    const joined = notice.what === "joined";
    const thing = JSON.stringify(
      joined ? ["joined", notice.to] : [notice.what, notice.person, notice.author],
    );
    const before = things.get(thing) ?? [];
    things.delete(thing);
    things.set(thing, joined ? [...before, notice] : [merged(before[0], notice)]);
  }
  return [...things.values()].map((one) => sentenceOf(one, around, names)).filter((one) => one !== null);
}

/** @param {NoticeBody | undefined} before @param {NoticeBody} notice */
function merged(before, notice) {
  const first = before?.from ?? notice.from;
  return first === notice.to ? notice : { ...notice, from: first };
}

/** Null for kinds this version does not know. @param {NoticeBody[]} notices one, unless several people joined @param {Around} around @param {Names} names */
function sentenceOf(notices, around, names) {
  const notice = /** @type {NoticeBody} */ (notices.at(-1));
  const key = keyOf(notice);
  const { from, to } = notice;
  if (t(key) === key) return null;
  return sentence(key, {
    who: names(authorsOf(notices, around)),
    person: bdi(notice.person === around.me ? t("you.too") : nameOf(notice, around)),
    from: bdi(String(from)),
    to: bdi(notice.what === "opening" && to ? moment(String(to)) : String(to)),
  });
}

/** Each person once, also those of one name, and "You" first. @param {NoticeBody[]} notices @param {Around} around */
function authorsOf(notices, around) {
  const mine = (/** @type {NoticeBody} */ { author }) => Number(author === around.me);
  const sorted = notices.toSorted((a, b) => mine(b) - mine(a));
  return [...new Map(sorted.map((one) => [one.author ?? one.by, authorOf(one, around)])).values()];
}

/** @param {NoticeBody} notice @param {Around} around */
const authorOf = ({ author, by }, around) => (author === around.me ? t("you") : around.nameOf(author) || by);

/** @param {NoticeBody} notice */
function keyOf({ what, to }) {
  if (what === "name") return "notice.name";
  if (what === "opening") return to ? "notice.opening" : "notice.opening.none";
  if (what === "topic") return to ? "notice.topic" : "notice.topic.none";
  return `notice.${what}.${to}`;
}

/** @param {NoticeBody} notice @param {Around} around */
const nameOf = ({ person, name }, around) => around.nameOf(person ?? null) || (name ?? "");
