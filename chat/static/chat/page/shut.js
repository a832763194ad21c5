/**
 * Why can nothing be written here? Words in place of the composer, or null. No document.
 *
 * @import {Room} from "../state/room.js"
 * @import {Place} from "../state/rooms.js"
 */
import { moment, say } from "../shared/words.js";

/**
 * @param {"removed" | "no_such_room" | null} problem @param {Room} room @param {Place | undefined} place
 * @returns {{words: string, join: boolean, reacts?: boolean} | null} reacts: emoji can be added all the same
 */
export function shutBecause(problem, room, place) {
  if (problem) return { words: say(`shut.${problem}`), join: false };
  if (!place) return room.loaded ? { words: say("shut.outside"), join: room.info.kind === "public" } : null;
  if (room.info.archived_at) return { words: say("shut.archived"), join: false };
  if (place.mutedUntil && Date.parse(place.mutedUntil) > Date.now())
    return { words: say("shut.muted", { time: moment(place.mutedUntil) }), join: false };
  if (room.info.posting === "moderators" && place.role === "member")
    return { words: say("shut.read_only"), join: false, reacts: true };
  return null;
}
