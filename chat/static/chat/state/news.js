/**
 * Selects messages to notify about: new ones from others, at the room's level. Not edits, deletions or history.
 *
 * @import {Event, MessageRow} from "../net/protocol.js"
 * @import {Room} from "./room.js"
 */
import { counts, forMe } from "./unread.js";

/** @param {Room} before @param {Room} after @param {Event} event @param {string} level @returns {MessageRow[]} oldest first */
export function newsIn(before, after, event, level) {
  const fresh = rowsOf(before, event).filter((row) => row.id > newestOf(before) && counts(after, row));
  return fresh.filter((row) => wanted(after, row, level));
}

/** The newest message known. A loaded room still has to catch up with what the welcome counted. @param {Room} room */
const newestOf = ({ loaded, newest, serverCounts }) => Math.max(newest ?? 0, loaded ? 0 : serverCounts.last);

/** A snapshot contains news only for a room that was loaded before. @param {Room} before @param {Event} event @returns {MessageRow[]} */
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
