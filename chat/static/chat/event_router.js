/**
 * Applies each server event to the rooms, the outbox and the screen, and requests what is missing.
 *
 * @import {Ack, Command, Event, Failure, HistoryPart, MessageRow, MyRoom, People, Welcome} from "./net/protocol.js"
 * @import {Request} from "./net/requests.js"
 * @import {Connection} from "./net/socket.js"
 * @import {Chat} from "./main.js"
 * @typedef {Event & {room: string}} RoomEvent
 */

import { BODY_CHARACTERS, close, command, PASSING } from "./net/protocol.js";
import { addressOf } from "./shared/addresses.js";
import { refusal } from "./shared/i18n.js";
import { addPresence } from "./state/presence_lines.js";
import { behind, rowOf, TYPING_LASTS } from "./state/room.js";
import { byOthers } from "./state/unread.js";

/** How long a change announced by its seq may take to arrive before it is requested. */
const IN_TRANSIT = 2000;
const TOAST = 6000;

export class EventRouter {
  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
  }

  /** @param {Event} event */
  handle(event) {
    const request = this.chat.requests.handle(event);
    switch (event.type) {
      case "welcome":
        return this.welcome(event);
      case "ack":
        return this.acknowledged(event);
      case "error":
        return this.refused(event, request);
      case "pong":
        for (const [key, seq] of Object.entries(event.heads)) this.checkSeq(key, seq);
        return;
      case "joined":
        return this.roomJoined(event.room, event.people);
      case "left":
        return this.roomLeft(event.room);
      case "directory":
        this.chat.directory.update(event.rooms);
        return this.chat.screen.scheduleDraw();
      case "level":
        this.chat.rooms.setLevel(event);
        return this.chat.screen.scheduleDraw();
      case "blocks":
        return this.blocks(event.people);
      case "revisions":
        return this.chat.revisions.show(event, rowOf(this.chat.screen.room, event.message));
      case "bye":
        return;
      case "found":
        return this.chat.search.handle(event, request?.command);
      default:
        return "room" in event && this.applyToRoom(event, request?.part);
    }
  }

  /** @param {Welcome} event */
  welcome(event) {
    const { rooms, composer, banner, socket, screen, requests, reader, outbox, page, dispatcher, search } =
      this.chat;
    const before = screen.welcomed ? dispatcher.waiting : null;
    rooms.welcome(event, screen.open);
    if (before) dispatcher.notifyMissed(before);
    composer.limit = event.limits.body ?? BODY_CHARACTERS;
    banner.outdated = event.version !== page.version;
    banner.draw(socket.connection);
    screen.welcomed = true;
    requests.forget();
    reader.forget();
    search.resume();
    this.fetchRoom();
    this.chat.reading.loadMissing();
    outbox.connect();
    screen.scheduleDraw();
  }

  /** Unread counts depend on who is blocked. @param {import("./net/protocol.js").Person[]} people */
  blocks(people) {
    const { rooms, reader, screen } = this.chat;
    rooms.setBlocked(people);
    for (const { key } of rooms.listed) reader.recount(key, () => rooms.of(key).readUpTo);
    screen.scheduleDraw();
  }

  /** Catches up, or loads the room. */
  fetchRoom() {
    const { key, loaded, seq } = this.chat.screen.room;
    this.chat.requests.ask(command.open(key, loaded ? seq : null));
  }

  /** @param {RoomEvent} event @param {HistoryPart | null} [part] */
  applyToRoom(event, part = null) {
    const { rooms, screen, reader } = this.chat;
    if (!rooms.memberships.has(event.room) && event.room !== screen.open) return;
    if (this.lacks(event, part)) {
      screen.targetMissing();
      return screen.draw();
    }
    const now = Date.now();
    const change = rooms.handle(event, now, part);
    if (!change) return;
    const { before, after } = change;
    this.settle(event);
    this.chat.dispatcher.handle(before, after, event);
    if (after.doubt) reader.recount(event.room, () => rooms.of(event.room).readUpTo);
    if (behind(after)) this.sync(event.room);
    screen.notices.set(event.room, addPresence(screen.notices.get(event.room) ?? [], before, event, now));
    if (event.type === "typing") setTimeout(() => screen.scheduleDraw(), TYPING_LASTS + 50);
    if (event.room === screen.open && after.readGeneration > before.readGeneration) screen.markedUnread();
    if (event.room === screen.open) this.updateOpenRoom(event, before.newest ?? 0);
    else screen.scheduleDraw();
  }

  /** @param {RoomEvent} event @param {number} newest before it */
  updateOpenRoom(event, newest) {
    const { screen, reading } = this.chat;
    if (event.type === "message") this.messageArrived(event.message, newest);
    if (event.type === "history" || event.type === "room") screen.draw({ quiet: true });
    else screen.scheduleDraw();
    reading.loadMissing();
  }

  /** Whether this page of history should contain the target but does not. @param {RoomEvent} event @param {HistoryPart | null} part */
  lacks(event, part) {
    const { target, open } = this.chat.screen;
    if (event.type !== "history" || event.room !== open || !this.isTarget(part)) return false;
    return !target?.line && !event.messages.some(({ id }) => id === target?.id);
  }

  /** @param {HistoryPart | null} part */
  isTarget(part) {
    return part !== null && "around" in part && part.around === this.chat.screen.target?.id;
  }

  /** Updates the outbox and search results. @param {RoomEvent} event */
  settle(event) {
    const rows = event.type === "message" ? [event.message] : "messages" in event ? event.messages : [];
    this.chat.search.revise(event.room, rows);
    for (const row of rows) if (row.author === this.chat.page.me) this.chat.outbox.settle(row.nonce);
  }

  /** @param {MessageRow} row @param {number} newest before it */
  messageArrived(row, newest) {
    const { attention, timeline, screen } = this.chat;
    const reading = attention.reading && timeline.stuck;
    if (row.id > newest && byOthers(screen.room, row) && row.kind === "text" && !reading)
      screen.missedMessage(row.id);
  }

  /** @param {string} key */
  sync(key) {
    if (!this.chat.rooms.memberships.has(key)) return;
    this.chat.requests.ask(command.sync(key, this.chat.rooms.of(key).seq));
  }

  /** @param {Ack} ack */
  acknowledged(ack) {
    this.chat.outbox.ack(ack);
    this.checkSeq(ack.room, ack.seq);
  }

  /** Requests a change that does not arrive by itself. @param {string} key @param {number} seq */
  checkSeq(key, seq) {
    const { rooms } = this.chat;
    if (rooms.of(key).seq >= seq) return;
    setTimeout(() => rooms.of(key).seq < seq && this.sync(key), IN_TRANSIT);
  }

  /** @param {Failure} error @param {Request | null} request */
  refused(error, request) {
    if (error.nonce) return this.chat.outbox.nack(error);
    if (request?.isAction) this.actionRefused(error, request.command);
    else if (request && !PASSING.has(error.code)) this.unanswered(request);
    this.chat.screen.scheduleDraw();
  }

  /** @param {Failure} error @param {Command} action */
  actionRefused(error, action) {
    const { screen } = this.chat;
    if (action.type === "room.leave") screen.leaving = null;
    screen.showToast(refusal(error.code, error.reason), TOAST);
  }

  /** @param {Request} request */
  unanswered({ command, part }) {
    const { screen, search } = this.chat;
    if (command.type === "search") search.refused(command);
    if (command.type === "room.open" && command.room === screen.open) screen.problem = "no_such_room";
    if (this.isTarget(part)) screen.targetMissing();
  }

  /** @param {MyRoom} mine @param {People} people */
  roomJoined(mine, people) {
    const { rooms, screen } = this.chat;
    Object.assign(rooms.people, people);
    rooms.list(mine, mine.id === screen.open);
    if (mine.id === screen.open) {
      screen.problem = null;
      this.fetchRoom();
    }
    screen.scheduleDraw();
  }

  /** The open room stays readable until the reader leaves it. @param {string} key */
  roomLeft(key) {
    const { rooms, screen, search } = this.chat;
    rooms.memberships.delete(key);
    search.leave(key);
    if (key === screen.leaving) return location.assign(addressOf("home"));
    if (key === screen.open) screen.problem = "removed";
    else rooms.leave(key);
    screen.scheduleDraw();
  }

  /** @param {Connection} connection */
  connected(connection) {
    const { outbox, banner, screen, tabLeader } = this.chat;
    if (connection.code === close.LOGIN_ENDED) return location.assign(addressOf("home"));
    if (connection.phase === "waiting" || connection.phase === "stopped") outbox.disconnect();
    if (connection.phase === "open") tabLeader.connect();
    else tabLeader.disconnect();
    banner.draw(connection);
    screen.scheduleDraw();
  }
}
