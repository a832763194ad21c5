/**
 * For tests and debugging: `chat.state()` in the console gives a copy of the state as plain data.
 *
 * @import {Outbox} from "../net/outbox.js"
 * @import {Socket} from "../net/socket.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

/** @param {OpenRoom} openRoom @param {Socket} socket @param {Outbox} outbox */
export const exposeState = (openRoom, socket, outbox) =>
  void Object.assign(window, { chat: { state: () => stateOf(openRoom, socket, outbox) } });

/** @param {OpenRoom} openRoom @param {Socket} socket @param {Outbox} outbox */
function stateOf({ key, room, rooms }, socket, outbox) {
  const waiting = rooms.listed.map((one) => ({ key: one.key, ...rooms.waiting(one) }));
  return {
    connection: socket.connection.phase,
    room: key,
    cursor: room.seq,
    ahead: room.ahead,
    messages: room.messages.map((row) => row.id),
    last: room.messages.at(-1)?.seq ?? 0,
    at_end: room.atEnd,
    outbox: outbox.waiting.length,
    failed: outbox.entries.filter((entry) => entry.state === "failed").length,
    read_up_to: room.readUpTo,
    unread: Object.fromEntries(waiting.map(({ key, unread }) => [key, unread])),
    mentions: Object.fromEntries(waiting.map(({ key, mentions }) => [key, mentions])),
    cursors: rooms.cursors,
  };
}
