/**
 * Who came and who left? Presence events grouped into quiet lines: one line for ten minutes, changed in place. They
 * are this page's own: no rows, never unread, never about me. No document.
 *
 * @import {Event} from "../net/protocol.js"
 * @import {Room} from "./room.js"
 * @typedef {object} Notice
 * @property {number} id
 * @property {number} at milliseconds
 * @property {number} after the newest message when it began: its place in the timeline
 * @property {string[]} came persons
 * @property {string[]} left
 */

const TOGETHER = 10 * 60_000;
const MOST = 50;

/**
 * @param {Notice[]} notices of this room
 * @param {Room} before the event
 * @param {Event} event
 * @param {number} now
 * @returns {Notice[]}
 */
export function noticed(notices, before, event, now) {
  // The whole says how things stand, not that anybody moved.
  if (event.type !== "presence" || event.whole) return notices;
  const others = (/** @type {(number | string)[]} */ people) =>
    people.map(String).filter((p) => p !== String(before.me));
  const came = others([...event.online, ...event.away]).filter((person) => !(person in before.presence));
  const left = others(event.offline).filter((person) => person in before.presence);
  if (!came.length && !left.length) return notices;
  const last = notices.at(-1);
  if (last && now - last.at < TOGETHER) return [...notices.slice(0, -1), joined(last, came, left)];
  const fresh = { id: (last?.id ?? 0) + 1, at: now, after: before.newest ?? 0, came, left };
  return [...notices, fresh].slice(-MOST);
}

/** Where somebody moved twice, the later move is told. @param {Notice} notice @param {string[]} came @param {string[]} left @returns {Notice} */
function joined(notice, came, left) {
  const without = (/** @type {string[]} */ people, /** @type {string[]} */ out) =>
    people.filter((p) => !out.includes(p));
  return {
    ...notice,
    came: [...without(notice.came, [...left, ...came]), ...came],
    left: [...without(notice.left, [...left, ...came]), ...left],
  };
}
