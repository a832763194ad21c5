/**
 * Unread counts of a room: from the loaded rows if they cover everything unread, otherwise the server's count plus rows
 * received since. `doubt` means that the count must be requested.
 *
 * @import {MessageRow, Read} from "../net/protocol.js"
 * @import {Room} from "./room.js"
 * @typedef {{unread: number, mentions: number}} Waiting
 * @typedef {Waiting & {seq: number, last: number}} ServerCounts with every row up to `seq`, when `last` was the newest message
 */

/** Rows kept to count from; beyond that the server counts. */
const KEPT = 200;

/** The read position, including what was read here and is not confirmed. @param {Room} room */
export const readHere = (room) => Math.max(room.readUpTo, room.seen);

/** By another person who is not blocked. @param {Room} room @param {Pick<MessageRow, "author">} row */
export const byOthers = (room, { author }) =>
  author !== room.me && (author === null || !room.blocked.includes(author));

/** Mentions me or everybody. @param {Room} room @param {MessageRow} row */
export const forMe = (room, row) =>
  byOthers(room, row) && row.mentions.some(({ person }) => person === null || person === room.me);

/** @param {Room} room @param {MessageRow} row */
export const counts = (room, row) =>
  byOthers(room, row) && row.kind === "text" && row.deleted_at === null && row.id > readHere(room);

/** @param {Room} room @param {MessageRow[]} rows @returns {Waiting} */
function among(room, rows) {
  const unread = rows.filter((row) => counts(room, row));
  return { unread: unread.length, mentions: unread.filter((row) => forMe(room, row)).length };
}

/** @param {Room} room @returns {Waiting} */
export function waiting(room) {
  const covered =
    room.loaded && room.atEnd && (!room.more || (room.messages[0]?.id ?? 0) <= room.readUpTo + 1);
  if (covered) return among(room, room.messages);
  const since = among(room, room.since);
  if (room.seen >= room.serverCounts.last) return since;
  return {
    unread: room.serverCounts.unread + since.unread,
    mentions: room.serverCounts.mentions + since.mentions,
  };
}

/** @param {Room} room */
export const unread = (room) => waiting(room).unread;

/** Counts a received row. @param {Room} room @param {MessageRow} row @returns {Room} */
export function countRow(room, row) {
  if (row.seq <= room.serverCounts.seq) return room;
  if (row.id > room.serverCounts.last) {
    const since = [...room.since.filter((known) => known.id !== row.id), row];
    return since.length > KEPT ? doubted(room, row.seq) : { ...room, since };
  }
  if (row.id <= room.readUpTo || !byOthers(room, row) || row.kind !== "text") return room;
  const before = room.messages.find((known) => known.id === row.id);
  return before ? recounted({ ...room, revised: row.seq }, before, row) : doubted(room, row.seq);
}

/** Only a count as of this seq or later is right. @param {Room} room @param {number} seq @returns {Room} */
export const doubted = (room, seq) => ({ ...room, revised: seq, doubt: true });

/** Corrects the count for a row that has changed. @param {Room} room @param {MessageRow} before @param {MessageRow} row @returns {Room} */
function recounted(room, before, row) {
  const [was, is] = [among(room, [before]), among(room, [row])];
  const unread = room.serverCounts.unread - was.unread + is.unread;
  return {
    ...room,
    serverCounts: {
      ...room.serverCounts,
      unread,
      mentions: room.serverCounts.mentions - was.mentions + is.mentions,
    },
  };
}

/** Applies the server's count, which may be older or newer than this state. @param {Room} room @param {ServerCounts} fresh @returns {Room} */
export function counted(room, fresh) {
  if (fresh.seq < room.serverCounts.seq) return room;
  const later = room.since.filter((row) => row.seq > fresh.seq);
  const since = later.filter((row) => row.id > fresh.last);
  return {
    ...room,
    serverCounts: { seq: fresh.seq, last: fresh.last, unread: fresh.unread, mentions: fresh.mentions },
    since,
    doubt: since.length < later.length || room.revised > fresh.seq,
  };
}

/**
 * The later read position has the higher generation, then the higher message id.
 *
 * @param {Room} room @param {Read} event @returns {Room}
 */
export function readTo(room, event) {
  const back = event.generation > room.readGeneration;
  if (event.generation < room.readGeneration || (!back && event.message < room.readUpTo)) return room;
  const seen = back ? event.message : room.seen;
  return counted({ ...room, readUpTo: event.message, readGeneration: event.generation, seen }, event);
}
