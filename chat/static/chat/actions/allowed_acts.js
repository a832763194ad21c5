/**
 * The actions that a message offers to me. The server checks them all again.
 *
 * @import {MessageRow} from "../net/protocol.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Act} from "../timeline/toolbar.js"
 */

/** @param {OpenRoom} openRoom @param {MessageRow | undefined} row @param {boolean} moderatesAll as staff @returns {Set<Act>} */
export function allowedActs(openRoom, row, moderatesAll) {
  const { lock, room, rooms, key } = openRoom;
  if (!row || row.deleted_at || row.kind !== "text") return new Set();
  const copy = Boolean(row.body) && !rooms.isBlocked(row.author);
  if (lock && lock !== "read_only") return new Set(copy ? ["copy", "link", "unread"] : ["link", "unread"]);
  const mine = row.author === rooms.me;
  const moderates = moderatesAll || rooms.moderates(key);
  /** @type {Partial<Record<Act, boolean>>} */
  const allowed = {
    reply: !lock,
    pick: true,
    copy,
    link: true,
    unread: true,
    edit: mine && !lock,
    [row.pinned_at ? "unpin" : "pin"]: !lock && (moderates || room.info.kind === "direct"),
    delete: mine || moderates,
  };
  return new Set(/** @type {Act[]} */ (Object.keys(allowed)).filter((act) => allowed[act]));
}
