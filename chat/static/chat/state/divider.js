/**
 * Computes where the divider of unread messages starts and ends.
 *
 * @import {Divider} from "../timeline/blocks.js"
 * @import {Room} from "./room.js"
 */
import { readHere, unread } from "./unread.js";

/** On entering a room: from the first unread message to the newest. @param {Room} room @returns {Divider | null} */
export function dividerOnEntry(room) {
  const waits = unread(room) > 0 && room.newest !== null && room.newest > readHere(room);
  return waits ? { after: readHere(room), upto: Number(room.newest), count: unread(room) } : null;
}

/**
 * One more has come. It hangs from the mark; all read before, from a new one.
 * @param {Divider | null} divider @param {Room} room @param {number} endSeen @param {number} id @returns {Divider}
 */
export function extendDivider(divider, room, endSeen, id) {
  if (divider && divider.upto > room.readUpTo) return { ...divider, upto: id, count: divider.count + 1 };
  return { after: Math.max(room.readUpTo, endSeen), upto: id, count: 1 };
}
