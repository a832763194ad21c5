/**
 * Holds the state of all rooms and memberships, and applies events to them.
 *
 * @import {Event, HistoryPart, Level, MyRoom, People, Person, Snapshot, Welcome} from "../net/protocol.js"
 * @import {PresenceLine} from "./presence_lines.js"
 * @import {Room} from "./room.js"
 * @typedef {{role: string, mutedUntil: string | null, level: string, activeAt: string | null,
 *   favourite: boolean}} Membership what is mine about a room
 */

import { localeOf } from "../shared/i18n.js";
import { addPresence } from "./presence_lines.js";
import { apply, emptyRoom, listed, resetToEnd } from "./room.js";
import { readHere, waiting } from "./unread.js";

export class Rooms {
  /** @param {Person} me @param {string} language */
  constructor(me, language) {
    this.me = me;
    this.collator = new Intl.Collator(language, { numeric: true });
    this.format = new Intl.ListFormat(localeOf(language), { type: "conjunction" });
    /** @type {string | null} */
    this.epoch = null;
    /** @type {Map<string, Room>} */
    this.states = new Map();
    /** Since when the connection has been missed; null for the first seconds too. @type {number | null} */
    this.lostAt = null;
    /** @type {Map<string, PresenceLine[]>} */
    this.presenceLines = new Map();
    /** @type {Map<string, Membership>} */
    this.memberships = new Map();
    /** @type {People} */
    this.people = {};
    /** @type {Person[]} */
    this.blocked = [];
    /** From the whole site: the server has closed the connection for that. */
    this.banned = false;
    /** How far the server's clock is ahead of this device's. */
    this.clockOffset = 0;
  }

  /** Milliseconds by the server's clock. */
  get now() {
    return Date.now() + this.clockOffset;
  }

  /** @param {string} now as the server has just sent it */
  setClock(now) {
    this.clockOffset = Date.parse(now) - Date.now();
  }

  /** The list of rooms and what is unread are known. */
  get welcomed() {
    return this.epoch !== null;
  }

  /** @param {string} key */
  of(key) {
    return this.states.get(key) ?? emptyRoom(key, this.me, this.blocked);
  }

  /** Loads the snapshot embedded in the page. @param {Snapshot} event */
  loadSnapshot(event) {
    const room = apply(emptyRoom(event.room, this.me), event, Date.now());
    const mine = room.members[this.me];
    this.states.set(event.room, room);
    // Read position and level come with the welcome; until then nothing counts as unread.
    const membership = mine && {
      role: mine.role,
      mutedUntil: mine.muted_until,
      level: "nothing",
      activeAt: null,
      favourite: false,
    };
    if (membership) this.memberships.set(room.key, membership);
  }

  /**
   * The list anew. The open room keeps its cursor and catches up from there; others begin with these numbers.
   * After a restored backup nothing that was known is true.
   * @param {Welcome} event @param {string} open
   */
  welcome(event, open) {
    if (this.epoch !== null && this.epoch !== event.epoch)
      for (const key of this.states.keys()) this.leave(key);
    this.epoch = event.epoch;
    this.setClock(event.now);
    Object.assign(this.people, event.people);
    this.setBlocked(event.blocked ?? []);
    this.memberships.clear();
    for (const mine of event.rooms) this.list(mine, mine.id === open);
    for (const key of this.states.keys()) if (!this.memberships.has(key) && key !== open) this.leave(key);
  }

  /** @param {MyRoom} mine @param {boolean} keep the cursor */
  list(mine, keep) {
    const { role, muted_until: mutedUntil, level, active_at: activeAt, favourite } = mine;
    this.memberships.set(mine.id, { role, mutedUntil, level, activeAt, favourite });
    this.states.set(mine.id, listed(this.of(mine.id), mine, keep));
  }

  /** Returns the room's state before and after, or null if nothing changed. @param {Event & {room: string}} event @param {number} now @param {HistoryPart | null} [part] that a `history` brings */
  handle(event, now, part = null) {
    const before = this.of(event.room);
    const after = apply(before, event, now, part);
    if (after === before) return null;
    this.states.set(event.room, after);
    this.updateMembership(event.room, before, after);
    const lines = this.presenceLines.get(event.room) ?? [];
    // By the server's clock, as the messages between which they stand.
    this.presenceLines.set(event.room, addPresence(lines, before, event, now + this.clockOffset));
    return { before, after };
  }

  /** Takes role and mute from my own member row. @param {string} key @param {Room} before @param {Room} after */
  updateMembership(key, before, after) {
    const [row, membership] = [after.members[this.me], this.memberships.get(key)];
    if (!row || !membership || row === before.members[this.me]) return;
    this.memberships.set(key, { ...membership, role: row.role, mutedUntil: row.muted_until });
  }

  /** Returns whether the position has moved. @param {string} key @param {number} message */
  markSeen(key, message) {
    const room = this.of(key);
    if (message <= readHere(room)) return false;
    this.states.set(key, { ...room, seen: message });
    return true;
  }

  /** Rooms open at their newest messages. @param {string} key */
  resetToEnd(key) {
    const room = this.of(key);
    if (!room.atEnd) this.states.set(key, resetToEnd(room));
  }

  /** @param {Level} event */
  setLevel({ room, level }) {
    const membership = this.memberships.get(room);
    if (membership) this.memberships.set(room, { ...membership, level });
  }

  /** @param {import("../net/protocol.js").Favourite} event */
  setFavourite({ room, favourite }) {
    const membership = this.memberships.get(room);
    if (membership) this.memberships.set(room, { ...membership, favourite });
  }

  /** @param {Person[]} people */
  setBlocked(people) {
    this.blocked = people;
    for (const [key, room] of this.states) this.states.set(key, { ...room, blocked: people });
  }

  /** Parses an id from an attribute. @param {string} text @returns {Person} */
  idOf(text) {
    return typeof this.me === "number" ? Number(text) : text;
  }

  /** @param {Person | null} person */
  isBlocked(person) {
    return person !== null && this.blocked.includes(person);
  }

  /** @param {string} key */
  leave(key) {
    this.memberships.delete(key);
    this.states.delete(key);
    this.presenceLines.delete(key);
  }

  /** Sorted by name, so that the order stays stable. */
  get listed() {
    const mine = [...this.memberships.keys()].map((key) => this.of(key));
    const titles = new Map(mine.map((room) => [room, this.titleOf(room)]));
    const compare = (/** @type {Room} */ a, /** @type {Room} */ b) =>
      this.collator.compare(titles.get(a) ?? "", titles.get(b) ?? "");
    return mine.sort((a, b) => compare(a, b) || (a.key < b.key ? -1 : 1));
  }

  /** Direct rooms with a blocked person are hidden. @param {Room} room */
  levelOf(room) {
    const others = this.others(room);
    if (others.length === 1 && this.isBlocked(others[0])) return "hidden";
    return this.memberships.get(room.key)?.level ?? "everything";
  }

  /** Time of the latest message known. @param {Room} room */
  activeAt(room) {
    const times = [this.memberships.get(room.key)?.activeAt, room.latest?.created_at];
    const shown = room.atEnd ? room.messages.at(-1)?.created_at : null;
    return [...times, shown].reduce((last, at) => ((at ?? "") > (last ?? "") ? at : last), null) ?? null;
  }

  /** What the room adds to totals at its level: all, mentions or nothing. @param {Room} room @returns {import("./unread.js").Waiting} */
  waiting(room) {
    const level = this.levelOf(room);
    const { unread, mentions } = waiting(room);
    if (level === "everything") return { unread, mentions };
    return level === "mentions" ? { unread: mentions, mentions } : { unread: 0, mentions: 0 };
  }

  /** Totals of all rooms but the given one. @param {string | null} [but] */
  total(but = null) {
    const total = { unread: 0, mentions: 0 };
    for (const key of this.memberships.keys()) {
      if (key === but) continue;
      const { unread, mentions } = this.waiting(this.of(key));
      total.unread += unread;
      total.mentions += mentions;
    }
    return total;
  }

  /** @returns {Record<string, number>} */
  get cursors() {
    return Object.fromEntries([...this.memberships.keys()].map((key) => [key, this.of(key).seq]));
  }

  /** @param {string} key */
  moderates(key) {
    return ["owner", "moderator"].includes(this.memberships.get(key)?.role ?? "");
  }

  /** Direct rooms are named after the other people. @param {Room} room */
  titleOf(room) {
    if (room.info.kind !== "direct") return room.info.name;
    return this.format.format(this.others(room).map((person) => this.nameOf(room, person)));
  }

  /** @param {Room} room */
  others(room) {
    return room.info.people.filter((person) => person !== this.me);
  }

  /** @param {Room} room @param {Person | null} person @returns {string} */
  nameOf(room, person) {
    return this.personIn(room, person)?.name ?? "";
  }

  /** Whether the account was deactivated. @param {Room} room @param {Person} person */
  isDeactivated(room, person) {
    return this.personIn(room, person)?.deactivated === true;
  }

  /** @param {Room} room @param {Person | null} person */
  isGuest(room, person) {
    return this.personIn(room, person)?.kind === "guest";
  }

  /** The readings of a name. @param {Room} room @param {Person | null} person */
  latinOf(room, person) {
    return this.personIn(room, person)?.latin ?? "";
  }

  /** The readings of a room's title. @param {Room} room */
  latinOfTitle(room) {
    if (room.info.kind !== "direct") return room.info.latin ?? "";
    return this.others(room)
      .map((person) => this.latinOf(room, person))
      .join(" ");
  }

  /** @param {Room} room @param {Person | null} person */
  personIn(room, person) {
    const id = String(person);
    const known = room.people[id] ?? this.people[id];
    if (known) return known;
    // Perhaps from another room.
    return [...this.states.values()].find(({ people }) => id in people)?.people[id];
  }
}
