/**
 * What of an event is news to somebody who is not looking? Rows that are new, by others, and wanted by the room's level;
 * never what was edited, deleted or loaded as history. No document, no connection.
 *
 * @import {Event, MessageRow} from "./protocol.js"
 * @import {Room} from "./room.js"
 */
import { counts, forMe } from "./unread.js";

/** @param {Room} before @param {Room} after @param {Event} event @param {string} level @returns {MessageRow[]} oldest first */
export function newsIn(before, after, event, level) {
  const newest = Math.max(before.newest ?? 0, before.told.last);
  const fresh = rowsOf(before, event).filter((row) => row.id > newest && counts(after, row));
  return fresh.filter((row) => wanted(after, row, level));
}

/** A snapshot is news only to whoever had the room already, and has been away. @param {Room} before @param {Event} event @returns {MessageRow[]} */
function rowsOf(before, event) {
  if (event.type === "message") return [event.message];
  if (event.type === "changes" || (event.type === "room" && before.loaded)) return event.messages;
  return [];
}

/** @param {Room} room @param {MessageRow} row @param {string} level */
export function wanted(room, row, level) {
  if (level === "everything") return true;
  return level === "mentions" && forMe(room, row);
}
