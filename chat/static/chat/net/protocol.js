/**
 * Types of the wire protocol and a builder for each command. chat/protocol is the original.
 *
 * @typedef {number | string} Person
 * @typedef {{name: string, kind: string, latin?: string, deactivated?: boolean}} PersonRow latin: readings of a Chinese name;
 *   deactivated: the account was
 * @typedef {Record<string, PersonRow>} People
 *
 * @typedef {{name: string, person: Person | null}} Mention what was written after @; null is everybody
 *
 * @typedef {object} MessageRow
 * @property {number} id
 * @property {number} seq
 * @property {string} kind text or notice
 * @property {Person | null} author
 * @property {string} nonce
 * @property {string | null} body null once deleted
 * @property {string | null} html null where the body is plain text
 * @property {string} created_at
 * @property {string | null} edited_at
 * @property {string | null} deleted_at
 * @property {string | null} pinned_at
 * @property {number | null} reply_to
 * @property {Mention[]} mentions
 * @property {Record<string, Person[]>} reactions
 * @property {AttachmentRow[]} attachments
 * @property {string} [deleted_by] moderator, if not the author has deleted it
 *
 * @typedef {{id: string, name: string, kind: "image" | "audio" | "video" | "file", type: string, size: number,
 *   width: number | null, height: number | null, has_thumbnail: boolean}} AttachmentRow
 *
 * @typedef {object} Notice what the body of a notice holds, as JSON: what has changed, by whom, and for a role of whom
 * @property {"name" | "topic" | "kind" | "posting" | "archived" | "opening" | "role" | "joined"} what
 * @property {string | boolean} from
 * @property {string | boolean} to
 * @property {string} by
 * @property {Person} [person]
 * @property {string} [name]
 *
 * @typedef {object} MemberRow
 * @property {Person} person
 * @property {number} seq
 * @property {string} role owner, moderator or member
 * @property {string | null} muted_until
 * @property {string} joined_at
 * @property {string | null} removed_at
 *
 * @typedef {{seq: number, name: string, topic: string, kind: string, archived_at: string | null, posting: string,
 *   people: Person[], latin: string}} InfoRow people: whose a direct room is; latin: readings of a Chinese name
 *
 * @typedef {object} MyRoom a room in my list: what is shared (seq, info) and what is mine
 * @property {string} id
 * @property {number} seq
 * @property {InfoRow} info
 * @property {string} role
 * @property {string | null} muted_until
 * @property {number} read_up_to
 * @property {number} read_generation
 * @property {number} last
 * @property {number} unread
 * @property {number} mentions
 * @property {string} level
 * @property {string | null} active_at
 * @property {boolean} favourite
 * @property {LatestRow | null} latest
 *
 * @typedef {{id: number, seq: number, author: Person | null, text: string | null, created_at: string}} LatestRow the
 *   newest message that somebody wrote, as one line; text is null once it is deleted
 *
 * @typedef {{type: "welcome", me: Person, epoch: string, version: string, rooms: MyRoom[], people: People,
 *   limits: Record<string, number>, heartbeat: number, now: string, blocked: Person[]}} Welcome
 * @typedef {{id: string, name: string, public_since: string}} PublicRoom
 * @typedef {{type: "directory", rooms: PublicRoom[]}} DirectoryEvent
 * @typedef {{type: "joined", room: MyRoom, people: People}} Joined
 * @typedef {{type: "left", room: string}} Left
 * @typedef {{type: "room", room: string, seq: number, info: InfoRow, messages: MessageRow[], members: MemberRow[],
 *   member_count: number, quoted: MessageRow[], pinned: MessageRow[], people: People, more: boolean,
 *   ref?: string | null}} Snapshot
 * @typedef {{type: "changes", room: string, since: number, seq: number, messages: MessageRow[],
 *   members: MemberRow[], info: InfoRow | null, quoted: MessageRow[], people: People}} Changes
 * @typedef {{type: "history", room: string, messages: MessageRow[], quoted: MessageRow[], people: People,
 *   more: boolean, ref?: string | null}} History
 * @typedef {{room: string, message: MessageRow}} Result
 * @typedef {{operator: string, value: string}} SearchProblem
 * @typedef {{type: "found", results: Result[], people: People, words: string[], problems: SearchProblem[],
 *   next: number | null, ref?: string | null}} Found
 * @typedef {{body: string, written_at: string}} RevisionRow
 * @typedef {{type: "revisions", message: number, revisions: RevisionRow[], more: boolean,
 *   ref?: string | null}} Revisions
 * @typedef {{type: "message", room: string, seq: number, message: MessageRow}} Message
 * @typedef {{type: "membership", room: string, seq: number, member: MemberRow, people: People}} Membership
 * @typedef {{type: "info", room: string, seq: number, info: InfoRow}} Info
 * @typedef {{type: "ack", room: string, seq: number, message: number | null, nonce: string | null,
 *   ref?: string | null}} Ack
 * @typedef {{type: "read", room: string, message: number, generation: number, seq: number, last: number, unread: number,
 *   mentions: number}} Read
 * @typedef {{type: "level", room: string, level: string}} Level
 * @typedef {{type: "favourite", room: string, favourite: boolean}} Favourite
 * @typedef {{type: "blocks", people: Person[]}} Blocks whom I have blocked
 * @typedef {{type: "typing", room: string, person: Person}} Typing
 * @typedef {{type: "presence", room: string, whole: boolean, online: Person[], away: Person[],
 *   offline: Person[]}} Presence
 * @typedef {{type: "pong", now: string, heads: Record<string, number>, ref?: string | null}} Pong
 * @typedef {{type: "error", code: string, reason: string | null, detail: string, nonce: string | null,
 *   retry_after: number | null, ref?: string | null}} Failure
 * @typedef {{type: "bye", code: number, reason: string, retry_after: number | null}} Bye
 * @typedef {Welcome | DirectoryEvent | Joined | Left | Snapshot | Changes | History | Found | Revisions | Message | Membership | Info |
 *   Ack | Read | Level | Favourite | Blocks | Typing | Presence | Pong | Failure | Bye} Event
 *
 * @typedef {{before: number} | {after: number} | {around: number} | {quote: number}} HistoryPart which messages are
 *   asked for, by an id; a quote is a single message shown with another
 * @typedef {{type: string, room?: string | null, [key: string]: unknown}} Command net/requests.js adds the ref
 */

export const close = {
  PROTOCOL: 4001,
  REPLACED: 4009,
  LOGIN_ENDED: 4401,
  BANNED: 4403,
  NO_SUCH_ADDRESS: 4404,
};

/** Close codes after which the client does not reconnect. */
export const FINAL_CLOSES = new Set(Object.values(close));

/** Temporary errors: the command may succeed later. */
export const PASSING = new Set(["rate_limited", "overloaded", "storage_unavailable"]);

/** Default limit of a body in code points, until `welcome` sends the server's. */
export const BODY_CHARACTERS = 4000;

export const command = {
  /** @param {import("./outbox.js").Entry} entry @returns {Command} */
  post: ({ room, nonce, body, reply_to, attachments }) => ({
    type: "message.post",
    room,
    nonce,
    body,
    reply_to,
    ...(attachments?.length ? { attachments: attachments.map(({ id }) => id) } : {}),
  }),
  /** @param {number} message @param {string} body @returns {Command} */
  edit: (message, body) => ({ type: "message.edit", message, body }),
  /** @param {number} message @returns {Command} */
  delete: (message) => ({ type: "message.delete", message }),
  /** @param {number} message @returns {Command} */
  revisions: (message) => ({ type: "message.revisions", message }),
  /** @param {number} message @param {boolean} pin @returns {Command} */
  pin: (message, pin) => ({ type: pin ? "message.pin" : "message.unpin", message }),
  /** @param {number} message @param {string} emoji @param {boolean} add @returns {Command} */
  react: (message, emoji, add) => ({ type: add ? "reaction.add" : "reaction.remove", message, emoji }),
  /** @param {string} room @param {number | null} since @returns {Command} */
  open: (room, since) => ({ type: "room.open", room, since }),
  /** @param {string} room @param {number} since @returns {Command} */
  sync: (room, since) => ({ type: "room.sync", room, since }),
  /** @param {string} room @param {HistoryPart} part @param {number} limit @returns {Command} */
  history: (room, part, limit) => ({
    type: "room.history",
    room,
    ...("quote" in part ? { around: part.quote } : part),
    limit,
  }),
  /** @param {string} text @param {string | null} room or in all @param {number | null} next @returns {Command} */
  search: (text, room, next) => ({
    type: "search",
    text,
    room,
    next,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    utc_offset: -new Date().getTimezoneOffset(),
  }),
  /** @param {string} room @returns {Command} */
  join: (room) => ({ type: "room.join", room }),
  /** @param {string} room @returns {Command} */
  leave: (room) => ({ type: "room.leave", room }),
  /** @param {string} room @param {number} message @returns {Command} */
  read: (room, message) => ({ type: "read.mark", room, message }),
  /** @param {string} room @param {number} message @returns {Command} */
  unread: (room, message) => ({ type: "read.unmark", room, message }),
  /** @param {string} room @param {string} level @returns {Command} */
  level: (room, level) => ({ type: "room.level", room, level }),
  /** @param {string} room @param {boolean} favourite @returns {Command} */
  favourite: (room, favourite) => ({ type: "room.favourite", room, favourite }),
  /** @param {Person} person @param {boolean} block @returns {Command} */
  block: (person, block) => ({ type: block ? "person.block" : "person.unblock", person }),
  /** @param {string} room @returns {Command} */
  typing: (room) => ({ type: "typing", room }),
  /** @param {"online" | "away"} state @returns {Command} */
  presence: (state) => ({ type: "presence", state }),
  /** @param {Record<string, number>} heads @returns {Command} */
  ping: (heads) => ({ type: "ping", heads }),
};

/** 128 random bits. Not crypto.randomUUID: that one is missing where the page is plain http on a local network. */
export const newNonce = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
