/**
 * Why the composer is replaced by a message: no membership, archived, muted or read-only.
 *
 * @import {Room} from "../state/room.js"
 * @import {Membership} from "../state/rooms.js"
 */
import { moment, t } from "../shared/i18n.js";

/**
 * @param {"removed" | "no_such_room" | null} problem @param {Room} room @param {Membership | undefined} membership
 * @returns {{words: string, join: boolean, reacts?: boolean} | null} reacts: emoji can be added all the same
 */
export function lockComposer(problem, room, membership) {
  if (problem) return { words: t(`locked.${problem}`), join: false };
  if (!membership)
    return room.loaded ? { words: t("locked.outside"), join: room.info.kind === "public" } : null;
  if (room.info.archived_at) return { words: t("locked.archived"), join: false };
  if (membership.mutedUntil && Date.parse(membership.mutedUntil) > Date.now())
    return { words: t("locked.muted", { time: moment(membership.mutedUntil) }), join: false };
  if (room.info.posting === "moderators" && membership.role === "member")
    return { words: t("locked.read_only"), join: false, reacts: true };
  return null;
}
