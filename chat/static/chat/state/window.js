/**
 * The loaded window of a room's messages: a bounded list in order of id that rows are inserted into and history extends.
 *
 * @import {History, HistoryPart, MessageRow} from "../net/protocol.js"
 * @import {Room} from "./room.js"
 */

export const WINDOW = 300;
const STRAYS = 50;

/** Whether the window covers this id; if it does and has no such row, there is none. @param {Room} room @param {number} id */
export function inWindow(room, id) {
  const [first, last] = [room.messages[0]?.id, room.messages.at(-1)?.id];
  if (first === undefined || last === undefined) return room.atEnd;
  return (id >= first || !room.more) && (id <= last || room.atEnd);
}

/** Ids of quoted messages that are not loaded. @param {Room} room */
export function unquoted(room) {
  const known = new Set(room.messages.map((row) => row.id));
  const asked = room.messages.filter((row) => row.reply_to !== null && !row.deleted_at);
  return asked.map((row) => Number(row.reply_to)).filter((id) => !known.has(id) && !(id in room.quoted));
}

/** Merges by id; the row with the higher seq wins. @param {MessageRow[]} rows @param {MessageRow[]} others */
function merged(rows, others) {
  const all = new Map(rows.map((row) => [row.id, row]));
  for (const row of others) if (row.seq > (all.get(row.id)?.seq ?? -1)) all.set(row.id, row);
  return [...all.values()].sort((a, b) => a.id - b.id);
}

/** Limits the window. Dropped rows that others quote are kept. @param {Room} room @param {"oldest" | "newest"} end @returns {Room} */
function trimmed(room, end) {
  const spare = room.messages.length - WINDOW;
  if (spare <= 0) return room;
  const messages = end === "oldest" ? room.messages.slice(spare) : room.messages.slice(0, -spare);
  const gone = end === "oldest" ? room.messages.slice(0, spare) : room.messages.slice(-spare);
  const asked = new Set(messages.map((row) => row.reply_to));
  const quoted = { ...room.quoted, ...byId(gone.filter((row) => asked.has(row.id))) };
  return { ...room, messages, quoted, ...(end === "oldest" ? { more: true } : { atEnd: false }) };
}

/** Inserts a row. Rows outside the window are remembered for a while. @param {Room} room @param {MessageRow} row @returns {Room} */
export function insertRow(room, row) {
  if (inWindow(room, row.id)) return trimmed({ ...room, messages: merged(room.messages, [row]) }, "oldest");
  return { ...room, stray: [...room.stray.filter((stray) => stray.id !== row.id), row].slice(-STRAYS) };
}

/** A page that no longer fits the window is ignored. @param {Room} room @param {History} event @param {HistoryPart | null} part that was asked for @returns {Room} */
export function withHistory(room, event, part) {
  if (!part) return room;
  const quoted = { ...room.quoted, ...byId(event.quoted) };
  const fresh = merged(
    event.messages,
    room.stray.filter((s) => event.messages.some((row) => row.id === s.id)),
  );
  const ends = (fresh.at(-1)?.id ?? 0) >= (room.newest ?? 0);
  if ("before" in part && room.messages[0]?.id === part.before)
    return trimmed({ ...room, quoted, messages: merged(room.messages, fresh), more: event.more }, "newest");
  if ("after" in part && room.messages.at(-1)?.id === part.after)
    return trimmed(
      {
        ...room,
        quoted,
        messages: merged(room.messages, fresh),
        atEnd: !event.more && (ends || !fresh.length),
      },
      "oldest",
    );
  if ("quote" in part) return { ...room, quoted: { ...quoted, ...byId(fresh) } };
  if ("around" in part && fresh.length)
    return { ...room, quoted, messages: fresh, more: event.more, atEnd: ends };
  return room;
}

/** @param {MessageRow[]} rows @returns {Record<number, MessageRow>} */
export const byId = (rows) => Object.fromEntries(rows.map((row) => [row.id, row]));
