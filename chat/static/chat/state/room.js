/**
 * The state of one room and its reducer `apply(room, event)`. Pure: state is never mutated, time is a parameter.
 * Older rows are ignored. A gap in the sequence raises `ahead` above `seq`; the caller then requests what is missing.
 *
 * @import {Changes, Event, HistoryPart, InfoRow, MemberRow, MessageRow, MyRoom, People, Person, Presence,
 *   Snapshot} from "../net/protocol.js"
 * @typedef {object} Room
 * @property {string} key
 * @property {Person} me
 * @property {number} seq cursor: every change up to here is in this state
 * @property {number} ahead the highest seq heard of; above `seq` something is missing
 * @property {boolean} loaded messages have been fetched; otherwise only cursor and counts are kept
 * @property {InfoRow} info
 * @property {MessageRow[]} messages the loaded window, in order of id
 * @property {boolean} more older ones exist
 * @property {boolean} atEnd the window reaches the newest message
 * @property {MessageRow[]} stray rows outside the window: a page of history read before them must not win
 * @property {Record<number, MessageRow>} quoted
 * @property {Record<number, MessageRow>} pinned as the snapshot brought them and rows have changed them since
 * @property {Record<string, MemberRow>} members
 * @property {number} memberCount
 * @property {People} people
 * @property {Person[]} blocked whom I do not want to hear from
 * @property {Record<string, "online" | "away">} presence
 * @property {Record<string, number>} typing until when, in milliseconds
 * @property {number} readUpTo
 * @property {number} readGeneration
 * @property {number} seen read on this page; the server may not know yet
 * @property {import("./unread.js").ServerCounts} serverCounts what waits here, as the server counted it
 * @property {MessageRow[]} since rows above those that were counted
 * @property {number} revised seq of the last change of a row that was counted
 * @property {boolean} doubt a counted row has changed that is not loaded: the number may be wrong
 * @property {number | null} newest highest message id heard of
 * @property {import("../net/protocol.js").LatestRow | null} latest the newest message that somebody wrote
 */
import { latestAmong, newer } from "./latest.js";
import { counted, countRow, doubted, readTo } from "./unread.js";
import { byId, insertRow, withHistory } from "./window.js";

export const TYPING_LASTS = 6000;

/** @param {string} key @param {Person} me @param {Person[]} [blocked] @returns {Room} */
export const emptyRoom = (key, me, blocked = []) => ({
  key,
  me,
  seq: 0,
  ahead: 0,
  loaded: false,
  info: {
    seq: 0,
    name: "",
    topic: "",
    kind: "public",
    archived_at: null,
    posting: "everybody",
    people: [],
    latin: "",
  },
  messages: [],
  more: false,
  atEnd: true,
  stray: [],
  quoted: {},
  pinned: {},
  members: {},
  memberCount: 0,
  people: {},
  blocked,
  presence: {},
  typing: {},
  readUpTo: 0,
  readGeneration: 0,
  seen: 0,
  serverCounts: { seq: 0, last: 0, unread: 0, mentions: 0 },
  since: [],
  revised: 0,
  doubt: false,
  newest: null,
  latest: null,
});

/** Applies an entry of the room list. Messages are kept if nothing was missed or a catch-up will follow. @param {Room} room @param {MyRoom} mine @param {boolean} [keep] @returns {Room} */
export function listed(room, mine, keep = false) {
  const known =
    room.loaded && (keep || room.seq >= mine.seq)
      ? room
      : {
          ...emptyRoom(room.key, room.me, room.blocked),
          people: room.people,
          seq: mine.seq,
          ahead: mine.seq,
        };
  const info = mine.info.seq >= room.info.seq ? mine.info : room.info;
  const seen = mine.read_generation > room.readGeneration ? 0 : known.seen;
  const read = { readUpTo: mine.read_up_to, readGeneration: mine.read_generation, seen };
  return counted({ ...known, info, ...read, latest: newer(room.latest, mine.latest) }, mine);
}

/** @param {Room} room @param {Event} event @param {number} now milliseconds @param {HistoryPart | null} [part] that a `history` brings @returns {Room} */
export function apply(room, event, now, part = null) {
  switch (event.type) {
    case "room":
      return replace(room, event);
    case "changes":
      return event.since <= room.seq && room.seq < event.seq
        ? catchUp(room, event)
        : withSeq(room, event.seq);
    case "message":
      return next(room, event.seq, (to) => stopTyping(withRow(to, event.message), event.message.author));
    case "membership":
      return next(room, event.seq, (to) => withMembers(withPeople(to, event.people), [event.member]));
    case "info":
      return next(room, event.seq, (to) => withInfo(to, event.info));
    case "history":
      return withHistory(withPeople(room, event.people), event, part);
    case "read":
      return readTo(room, event);
    case "typing":
      return { ...room, typing: { ...room.typing, [event.person]: now + TYPING_LASTS } };
    case "presence":
      return withPresence(room, event);
    default:
      return room;
  }
}

/** Forgets the loaded window. @param {Room} room @returns {Room} */
export const resetToEnd = (room) => ({
  ...room,
  loaded: false,
  messages: [],
  more: false,
  atEnd: true,
  stray: [],
  quoted: {},
});

/** Notes a seq announced by an ack or pong. @param {Room} room @param {number} seq */
const withSeq = (room, seq) => (seq > room.ahead ? { ...room, ahead: seq } : room);

/** @param {Room} room */
export const behind = (room) => room.ahead > room.seq;

/** @param {Room} room @param {number} seq @param {(room: Room) => Room} change */
function next(room, seq, change) {
  if (seq <= room.seq) return room;
  if (seq > room.seq + 1) return withSeq(room, seq);
  return { ...change(room), seq, ahead: Math.max(room.ahead, seq) };
}

/** @param {Room} room @param {Snapshot} event @returns {Room} */
function replace(room, event) {
  // A late snapshot would undo newer changes.
  if (room.loaded && event.seq < room.seq && room.atEnd) return room;
  const missed = event.seq > Math.max(room.seq, room.serverCounts.seq);
  return {
    ...(missed ? doubted(room, event.seq) : room),
    seq: event.seq,
    ahead: event.seq,
    loaded: true,
    info: event.info,
    messages: event.messages,
    more: event.more,
    atEnd: true,
    stray: [],
    quoted: byId(event.quoted),
    pinned: byId(event.pinned),
    members: Object.fromEntries(event.members.map((row) => [row.person, row])),
    memberCount: event.member_count,
    people: { ...room.people, ...event.people },
    newest: Math.max(event.messages.at(-1)?.id ?? 0, room.newest ?? 0),
    latest: latestAmong(room.latest, event.messages),
  };
}

/** @param {Room} room @param {Changes} event @returns {Room} */
function catchUp(room, event) {
  let to = withMembers(withPeople(room, event.people), event.members);
  to = { ...to, quoted: { ...to.quoted, ...byId(event.quoted) } };
  for (const row of event.messages) to = withRow(to, row);
  if (event.info) to = withInfo(to, event.info);
  return { ...to, seq: event.seq, ahead: Math.max(room.ahead, event.seq) };
}

/** @param {Room} room @param {MessageRow} row @returns {Room} */
function withRow(room, row) {
  const pinned = withPin(room.pinned, row);
  const [newest, latest] = [Math.max(room.newest ?? 0, row.id), latestAmong(room.latest, [row])];
  const known = { ...countRow(room, row), pinned, newest, latest };
  const to = row.id in room.quoted ? { ...known, quoted: { ...room.quoted, [row.id]: row } } : known;
  return room.loaded ? insertRow(to, row) : to;
}

/** @param {Record<number, MessageRow>} pinned @param {MessageRow} row */
function withPin(pinned, row) {
  if (row.pinned_at) return { ...pinned, [row.id]: row };
  const { [row.id]: _gone, ...rest } = pinned;
  return rest;
}

/** @param {Room} room @param {MemberRow[]} rows @returns {Room} */
function withMembers(room, rows) {
  const newer = rows.filter((row) => row.seq > (room.members[row.person]?.seq ?? -1));
  const members = { ...room.members };
  let memberCount = room.memberCount;
  for (const row of newer) {
    memberCount += present(row) - present(members[row.person]);
    members[row.person] = row;
  }
  return { ...room, members, memberCount };
}

/** @param {MemberRow | undefined} row */
const present = (row) => Number(row !== undefined && row.removed_at === null);

/** @param {Room} room @param {InfoRow} info @returns {Room} */
const withInfo = (room, info) => (info.seq >= room.info.seq ? { ...room, info } : room);

/** @param {Room} room @param {People} people @returns {Room} */
const withPeople = (room, people) => ({ ...room, people: { ...room.people, ...people } });

/** @param {Room} room @param {Presence} event @returns {Room} */
function withPresence(room, event) {
  const presence = event.whole ? {} : { ...room.presence };
  const typing = { ...room.typing };
  for (const person of event.online) presence[person] = "online";
  for (const person of event.away) presence[person] = "away";
  for (const person of event.offline) {
    delete presence[person];
    delete typing[person];
  }
  // What is repeated draws nothing.
  if (isSame(presence, room.presence) && isSame(typing, room.typing)) return room;
  return { ...room, presence, typing };
}

/** @param {Record<string, unknown>} a @param {Record<string, unknown>} b */
const isSame = (a, b) =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => a[key] === b[key]);

/** A person who posted is no longer typing. @param {Room} room @param {Person | null} person @returns {Room} */
function stopTyping(room, person) {
  if (person === null || !(person in room.typing)) return room;
  const typing = { ...room.typing };
  delete typing[person];
  return { ...room, typing };
}

/** @param {Room} room @param {number} now @returns {string[]} */
export const typists = (room, now) =>
  Object.keys(room.typing).filter(
    (person) => room.typing[person] > now && ![room.me, ...room.blocked].map(String).includes(person),
  );

/** @param {Room} room @param {number | null} id @returns {MessageRow | undefined} */
export const rowOf = (room, id) =>
  id === null ? undefined : (room.messages.find((row) => row.id === id) ?? room.quoted[id]);

/** Latest pin first. @param {Room} room @returns {MessageRow[]} */
export const pinnedOf = (room) =>
  Object.values(room.pinned).sort((a, b) => ((a.pinned_at ?? "") < (b.pinned_at ?? "") ? 1 : -1));

/** @param {Room} room @returns {MemberRow[]} */
export const membersOf = (room) => Object.values(room.members).filter(present);
