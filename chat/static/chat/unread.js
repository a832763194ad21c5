/**
 * What counts as unread, and how many are there? Exact where the loaded rows say so, otherwise the server's number,
 * counted on. No document, no connection.
 *
 * @import {MessageRow} from "./protocol.js"
 * @import {Room} from "./room.js"
 */

/** What the server knows to be read, or what was read here a moment ago. @param {Room} room */
export const readHere = (room) => Math.max(room.readUpTo, room.seen);

/** A message that counts as unread, were it below nothing read. @param {Room} room @param {MessageRow} row */
export const counts = (room, row) =>
  row.author !== room.me && row.kind === "text" && row.deleted_at === null && row.id > readHere(room);

/** The told number after one more row. @param {Room} room @param {MessageRow} row */
export function count(room, row) {
  if (row.id <= room.readUpTo) return room.unread;
  const before = room.messages.find((known) => known.id === row.id);
  if (before) return room.unread + Number(counts(room, row)) - Number(counts(room, before));
  if (isNew(room, row)) return room.unread + Number(counts(room, row));
  // Of an older one only its end is sure to change the number: an edit or a reaction looks like any other row.
  return row.deleted_at && row.kind === "text" && row.author !== room.me
    ? Math.max(0, room.unread - 1)
    : room.unread;
}

/** @param {Room} room @param {MessageRow} row */
function isNew(room, row) {
  if (room.newest !== null) return row.id > room.newest;
  return room.activeAt === null || Date.parse(row.created_at) > Date.parse(room.activeAt);
}

/** Counted from the rows themselves where the window holds all that is unread. @param {Room} room */
export function unread(room) {
  const covered =
    room.loaded && room.atEnd && (!room.more || (room.messages[0]?.id ?? 0) <= room.readUpTo + 1);
  return covered ? room.messages.filter((row) => counts(room, row)).length : room.unread;
}
