/**
 * Rooms and people for the switcher, ranked by how well the name matches, then by latest activity.
 *
 * @import {Person} from "../net/protocol.js"
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 * @import {Waiting} from "../state/unread.js"
 * @typedef {object} Destination
 * @property {string} name
 * @property {string} latin the readings of the name
 * @property {string} kind public, private, direct, or person: somebody without a room of the two of us
 * @property {string | null} room
 * @property {Person | null} person of a direct room with one, or whom to write to
 * @property {boolean} online
 * @property {boolean} current one is there already
 * @property {string | null} at when something was said last
 * @property {Waiting} waiting
 */

import { fit } from "../composer/suggestions.js";
import { normal } from "../shared/matching.js";
import { membersOf } from "../state/room.js";

const SHOWN = 20;
const NOT = 3;

/** @param {string} query */
export const partsOf = (query) => normal(query).split(/\s+/).filter(Boolean);

/** @param {Rooms} rooms @param {string} open @param {string} query @returns {Destination[]} */
export function destinations(rooms, open, query) {
  const parts = partsOf(query);
  const all = [...rooms.listed.map((room) => asRoom(rooms, room, open)), ...people(rooms, open)];
  const ranked = all.map((to) => ({ to, rank: rank(to, parts) }));
  const fitting = ranked.filter(({ rank }) => rank < NOT);
  fitting.sort((a, b) => Number(a.to.current) - Number(b.to.current) || a.rank - b.rank || later(a.to, b.to));
  return fitting.slice(0, SHOWN).map(({ to }) => to);
}

/** Ranked by the part that matches worst. @param {Destination} to @param {string[]} parts */
function rank(to, parts) {
  const name = normal(to.name);
  return Math.max(0, ...parts.map((part) => fit(name, part, to.latin)));
}

/** @param {Destination} a @param {Destination} b */
const later = (a, b) => (a.at === b.at ? 0 : (a.at ?? "") > (b.at ?? "") ? -1 : 1);

/** @param {Rooms} rooms @param {Room} room @param {string} open @returns {Destination} */
function asRoom(rooms, room, open) {
  const others = room.info.kind === "direct" ? rooms.others(room) : [];
  const person = others.length === 1 ? others[0] : null;
  return {
    name: rooms.titleOf(room),
    latin: rooms.latinOfTitle(room),
    kind: room.info.kind,
    room: room.key,
    person,
    online: String(person) in room.presence,
    current: room.key === open,
    at: rooms.activeAt(room),
    waiting: rooms.waiting(room),
  };
}

/** Members of the open room without a direct room: those rooms are in the list already. @param {Rooms} rooms @param {string} open @returns {Destination[]} */
function people(rooms, open) {
  const room = rooms.of(open);
  const pairs = rooms.listed.map((one) => rooms.others(one)).filter((others) => others.length === 1);
  const known = new Set([rooms.me, ...pairs.flat()].map(String));
  const strangers = membersOf(room).filter(({ person }) => !known.has(String(person)));
  return strangers.map(({ person }) => ({
    name: rooms.nameOf(room, person),
    latin: rooms.latinOf(room, person),
    kind: "person",
    room: null,
    person,
    online: String(person) in room.presence,
    current: false,
    at: null,
    waiting: { unread: 0, mentions: 0 },
  }));
}
