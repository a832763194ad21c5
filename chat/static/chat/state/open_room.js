/**
 * The open room and where its reader is in it: the divider, the message to scroll to, what was seen, and whether new
 * messages are followed. There is one for the page. The room's own rows are in room.js.
 *
 * @import {HistoryPart, Person} from "../net/protocol.js"
 * @import {Room} from "./room.js"
 * @import {Rooms} from "./rooms.js"
 * @typedef {object} Divider
 * @property {number} after id of what was read last
 * @property {number} upto id of the last that came while I was away
 * @property {number} count how many that are, where not all of them are loaded
 * @typedef {{id: number, line?: boolean}} Target a message, or with `line` the divider after it
 * @typedef {"removed" | "no_such_room"} Problem
 * @typedef {Problem | "banned" | "outside" | "archived" | "muted" | "read_only"} Lock
 */
import { membersOf, rowOf } from "./room.js";
import { byOthers, readHere, unread } from "./unread.js";
import { inWindow } from "./window.js";

/** The last minute of a mute is counted in seconds. */
export const COUNTED = 60_000;

export class OpenRoom {
  /** @param {Rooms} rooms @param {string} key */
  constructor(rooms, key) {
    this.rooms = rooms;
    this.key = key;
    /** The room being left. @type {string | null} */
    this.leaving = null;
    /** @type {((key: string) => void)[]} */
    this.onEnter = [];
    /** @type {(() => void)[]} */
    this.onTargetMissing = [];
    this.reset();
  }

  reset() {
    /** @type {Problem | null} */
    this.problem = null;
    /** @type {Divider | null} */
    this.divider = null;
    /** The divider has been in view. @type {boolean} */
    this.dividerSeen = false;
    /** The first scroll position has been set. @type {boolean} */
    this.positioned = false;
    /** @type {Target | null} */
    this.target = null;
    /** The target has been reached, so the first position is not the divider. @type {boolean} */
    this.targetReached = false;
    /** Marked as unread: visible messages do not count as read until the reader leaves, writes or marks all as read. @type {boolean} */
    this.keepUnread = false;
    /** The reader is at the end and stays there when messages arrive. @type {boolean} */
    this.following = true;
    /** The message that is being answered. @type {number | null} */
    this.answering = null;
    /** Keys of messages and notices that are shown whole. @type {Set<string>} */
    this.unfolded = new Set();
    /** The newest message when the end was last in view. @type {number} */
    this.endSeen = 0;
  }

  /** @param {string} key @param {number | null} [message] to begin with */
  enter(key, message = null) {
    this.key = key;
    this.rooms.resetToEnd(key);
    this.reset();
    if (message !== null) this.target = { id: message };
    for (const listener of this.onEnter) listener(key);
  }

  get room() {
    return this.rooms.of(this.key);
  }

  get membership() {
    return this.rooms.memberships.get(this.key);
  }

  /** Why nothing can be posted. @returns {Lock | null} */
  get lock() {
    const { info, loaded } = this.room;
    if (this.rooms.banned) return "banned";
    if (this.problem) return this.problem;
    if (!this.membership) return loaded ? "outside" : null;
    if (info.archived_at) return "archived";
    if (this.muteLeft > 0) return "muted";
    return info.posting === "moderators" && this.membership.role === "member" ? "read_only" : null;
  }

  /** Milliseconds until a mute is over. */
  get muteLeft() {
    const until = this.membership?.mutedUntil;
    return until ? Math.max(0, Date.parse(until) - this.rooms.now) : 0;
  }

  /** Milliseconds until the room looks different without an event; null if it will not. The last seconds are counted. */
  get changesIn() {
    const left = this.lock === "muted" ? this.muteLeft : 0;
    if (!left) return null;
    return left > COUNTED ? left - COUNTED : left % 1000 || 1000;
  }

  // -- people --------------------------------------------------------------------------------------------------------

  /** Direct rooms list both people even if one has hidden the room, unless an account was deactivated. @returns {Person[]} */
  get people() {
    const { room, rooms } = this;
    if (room.info.kind !== "direct") return membersOf(room).map(({ person }) => person);
    return room.info.people.filter((person) => !rooms.isDeactivated(room, person));
  }

  /** @param {Person | null} person */
  nameOf(person) {
    return this.rooms.nameOf(this.room, person);
  }

  /** Nobody else is known to be online while the connection is lost. @param {Person | string | null} person */
  isOnline(person) {
    if (String(person) === String(this.rooms.me)) return true;
    return this.rooms.lostAt === null && String(person) in this.room.presence;
  }

  /** What drawing a message needs of the room. @returns {import("../timeline/message.js").Around} */
  get around() {
    const { room, rooms } = this;
    return {
      me: rooms.me,
      nameOf: (person) => rooms.nameOf(room, person),
      isOnline: (person) => this.isOnline(person),
      isGuest: (person) => rooms.isGuest(room, person),
      rowOf: (id) => rowOf(room, id),
      connected: rooms.lostAt === null,
      lock: this.lock,
      moderates: rooms.moderates(this.key),
      blocked: (person) => rooms.isBlocked(person),
    };
  }

  // -- the divider ---------------------------------------------------------------------------------------------------

  /** Until the reader has been placed, it follows what is known about the room. */
  startDivider() {
    if (!this.positioned && this.rooms.welcomed && this.room.loaded) this.resetDivider();
  }

  resetDivider() {
    this.divider = dividerOnEntry(this.room);
    this.dividerSeen = false;
  }

  removeDivider() {
    this.divider = null;
    this.keepUnread = false;
  }

  markedUnread() {
    this.keepUnread = true;
    this.resetDivider();
  }

  /** A message arrived while nobody was reading. @param {number} id */
  missedMessage(id) {
    const before = this.divider;
    this.divider = extendDivider(before, this.room, this.endSeen, id);
    this.dividerSeen &&= before?.after === this.divider.after;
  }

  /** The divider lies above the loaded messages. */
  get dividerNotLoaded() {
    const { room, divider } = this;
    if (this.positioned || this.targetReached || !divider) return false;
    return room.more && room.readUpTo > 0 && (room.messages[0]?.id ?? 0) > room.readUpTo;
  }

  // -- the position --------------------------------------------------------------------------------------------------

  /** Whether the first scroll position can be set now. */
  get canPosition() {
    return !this.positioned && this.rooms.welcomed && !this.target && !this.dividerNotLoaded;
  }

  get targetLoaded() {
    return this.target !== null && inWindow(this.room, this.target.id);
  }

  /** Whether this part of the history was asked for to reach the target. @param {HistoryPart | null} part */
  isTarget(part) {
    return part !== null && "around" in part && part.around === this.target?.id;
  }

  /** The message does not exist. */
  giveUpTarget() {
    this.target = null;
    for (const listener of this.onTargetMissing) listener();
  }

  reachedTarget() {
    this.target = null;
    this.targetReached = true;
  }

  get atEnd() {
    return this.following && this.room.atEnd;
  }

  /** Notes what has been in view at the end. */
  seeEnd() {
    if (this.atEnd) this.endSeen = this.room.messages.at(-1)?.id ?? 0;
  }

  /** How many new messages are below the view. */
  get newBelow() {
    const { room } = this;
    if (!room.atEnd) return unread(room);
    const seen = Math.max(this.endSeen, readHere(room));
    const isNew = (/** @type {import("../net/protocol.js").MessageRow} */ row) =>
      row.id > seen && row.kind === "text" && !row.deleted_at && byOthers(room, row);
    return room.messages.filter(isNew).length;
  }

  // -- what to load --------------------------------------------------------------------------------------------------

  /** The first loaded message, if there are older ones. @returns {number | null} */
  get loadBefore() {
    const { messages, more } = this.room;
    return (this.positioned && more && messages[0]?.id) || null;
  }

  /** The last loaded message, if there are newer ones. @returns {number | null} */
  get loadAfter() {
    const { messages, atEnd } = this.room;
    return (this.positioned && !atEnd && messages.at(-1)?.id) || null;
  }

  /** The message to load history around, to reach the target or the divider. @returns {number | null} */
  get loadAround() {
    const { room, target } = this;
    if (target && room.loaded) return this.targetLoaded ? null : target.id;
    return this.dividerNotLoaded ? room.readUpTo : null;
  }
}

/** On entering a room: from the first unread message to the newest. @param {Room} room @returns {Divider | null} */
function dividerOnEntry(room) {
  const waits = unread(room) > 0 && room.newest !== null && room.newest > readHere(room);
  return waits ? { after: readHere(room), upto: Number(room.newest), count: unread(room) } : null;
}

/** One more has come. It hangs from the divider; if all before it is read, from a new one. @param {Divider | null} divider @param {Room} room @param {number} endSeen @param {number} id @returns {Divider} */
function extendDivider(divider, room, endSeen, id) {
  if (divider && divider.upto > room.readUpTo) return { ...divider, upto: id, count: divider.count + 1 };
  return { after: Math.max(room.readUpTo, endSeen), upto: id, count: 1 };
}
