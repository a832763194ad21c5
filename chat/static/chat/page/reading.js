/**
 * Moves the reader between rooms and messages, loads history near the edges, and reports what has been read.
 *
 * @import {Chat} from "../main.js"
 */

import { command } from "../net/protocol.js";
import { roomAddress } from "../shared/addresses.js";
import { t } from "../shared/i18n.js";
import { readHere, unread } from "../state/unread.js";
import { unquoted } from "../state/window.js";
import { drawJumpButtons } from "../timeline/jump_buttons.js";

const PAGE = 50;
const AROUND = 100;
const UNDO = 8000;

export class Reading {
  /** @param {Omit<Chat, "reading">} chat */
  constructor(chat) {
    this.chat = chat;
  }

  afterDraw() {
    this.markSeen();
    this.chat.timeline.edges();
    this.chat.toolbar.refresh();
  }

  markSeen() {
    const { screen, rooms, attention, reader, timeline } = this.chat;
    const room = screen.room;
    if (!room.loaded || !screen.positioned) return;
    if (attention.reading && !screen.keepUnread) {
      reader.seen(room.key, timeline.seen, room.readUpTo);
      if (rooms.markSeen(room.key, timeline.seen)) screen.drawRooms();
    }
    drawJumpButtons(screen);
  }

  loadOlder() {
    const { messages, more } = this.chat.screen.room;
    const first = messages[0]?.id;
    if (more && first && this.chat.screen.positioned) this.loadHistory({ before: first }, PAGE);
  }

  loadNewer() {
    const { messages, atEnd } = this.chat.screen.room;
    const last = messages.at(-1)?.id;
    if (!atEnd && last && this.chat.screen.positioned) this.loadHistory({ after: last }, PAGE);
  }

  goToFirstUnread() {
    const { timeline, screen } = this.chat;
    timeline.stuck = false;
    if (timeline.newDrawn) timeline.toNew();
    else if (screen.divider) this.bringTo({ id: screen.divider.after, line: true });
  }

  /** @param {number} id */
  markUnreadFrom(id) {
    const { screen, send } = this.chat;
    const [room, was] = [screen.open, readHere(screen.room)];
    if (!send(command.unread(room, id))) return;
    screen.showToast(t("unread.kept"), UNDO, () => {
      screen.keepUnread = false;
      send(command.read(room, was));
    });
  }

  /** Marks the room as read and removes the divider. */
  markAllRead() {
    const { screen, send } = this.chat;
    const [room, was, n] = [screen.open, screen.room.readUpTo, unread(screen.room)];
    if (!n && !screen.divider) return;
    Object.assign(screen, { keepUnread: false, divider: null });
    if (n && send(command.read(room, Number(screen.room.newest))))
      screen.showToast(t("unread.done", { n }), UNDO, () => send(command.unread(room, was + 1)));
    this.goToNewest();
    screen.scheduleDraw();
  }

  /** Loads the newest messages if needed. */
  goToNewest() {
    const { timeline, screen, requests, panes } = this.chat;
    timeline.stuck = true;
    panes.readdress(roomAddress(screen.open));
    if (screen.room.atEnd) timeline.toEnd();
    else requests.ask(command.open(screen.open, null));
  }

  /** Goes to a message, loading it if needed. @param {string} key @param {number} id */
  goTo(key, id) {
    const { screen, panes } = this.chat;
    if (key !== screen.open) {
      panes.go("room", roomAddress(key, id));
      return this.enter(key, id);
    }
    if (!panes.shows("room")) panes.go("room");
    this.bringTo({ id });
  }

  /** Enters a room at the divider, or at a message. @param {string} key @param {number | null} [id] */
  enter(key, id = null) {
    const { screen, rooms, composer, toolbar, requests, panes } = this.chat;
    toolbar.detach();
    rooms.resetToEnd(key);
    screen.enter(key, id);
    const { loaded, seq } = screen.room;
    requests.ask(command.open(key, loaded ? seq : null));
    this.loadMissing();
    if (!panes.phone) composer.focus();
  }

  /** @param {{id: number, line?: boolean}} target */
  bringTo(target) {
    this.chat.screen.target = target;
    this.chat.screen.scrollToTarget();
    this.loadMissing();
  }

  /** Requests the target and quoted messages that are not loaded. */
  loadMissing() {
    const { screen } = this.chat;
    for (const quote of unquoted(screen.room)) this.loadHistory({ quote }, 1);
    const around = screen.idToLoad;
    if (around !== null) this.loadHistory({ around }, AROUND);
  }

  /** @param {import("../net/protocol.js").HistoryPart} part @param {number} limit */
  loadHistory(part, limit) {
    this.chat.requests.ask(command.history(this.chat.screen.open, part, limit), part);
  }
}
