/**
 * Groups presence changes into timeline lines of ten minutes each. They exist only on this page, and are never unread.
 *
 * @import {Event} from "../net/protocol.js"
 * @import {Room} from "./room.js"
 * @typedef {object} PresenceLine
 * @property {number} id
 * @property {number} at milliseconds
 * @property {number} after the newest message when it began: its place in the timeline
 * @property {string[]} came persons
 * @property {string[]} left
 */

import { noticeOf } from "./notice.js";

const TOGETHER = 10 * 60_000;
const MAX_LINES = 50;

/**
 * @param {PresenceLine[]} lines of this room
 * @param {Room} before the event
 * @param {Event} event
 * @param {number} now
 * @returns {PresenceLine[]}
 */
export function addPresence(lines, before, event, now) {
  // A full presence list says who is online, not that somebody just came.
  if (event.type !== "presence" || event.whole) return lines;
  const silent = [before.me, ...before.blocked].map(String);
  const others = (/** @type {(number | string)[]} */ people) =>
    people.map(String).filter((p) => !silent.includes(p));
  const news = (/** @type {string} */ person) =>
    !(person in before.presence) && !hasJustJoined(person, lines, before, now);
  const came = others([...event.online, ...event.away]).filter(news);
  const left = others(event.offline).filter((person) => person in before.presence);
  if (!came.length && !left.length) return lines;
  const last = lines.at(-1);
  if (last && now - last.at < TOGETHER) return [...lines.slice(0, -1), merge(last, came, left)];
  const fresh = { id: (last?.id ?? 0) + 1, at: now, after: before.newest ?? 0, came, left };
  return [...lines, fresh].slice(-MAX_LINES);
}

/** Their notice says so already. Who has left since may come again. @param {string} person @param {PresenceLine[]} lines @param {Room} room @param {number} now */
function hasJustJoined(person, lines, room, now) {
  const joined = room.messages.findLast(
    (row) => row.kind === "notice" && String(row.author) === person && noticeOf(row)?.what === "joined",
  );
  if (!joined || now - Date.parse(joined.created_at) > TOGETHER) return false;
  return !lines.some(({ after, left }) => after >= joined.id && left.includes(person));
}

/** Of two moves of a person the later counts. @param {PresenceLine} line @param {string[]} came @param {string[]} left @returns {PresenceLine} */
function merge(line, came, left) {
  const without = (/** @type {string[]} */ people, /** @type {string[]} */ out) =>
    people.filter((p) => !out.includes(p));
  return {
    ...line,
    came: [...without(line.came, [...left, ...came]), ...came],
    left: [...without(line.left, [...left, ...came]), ...left],
  };
}
