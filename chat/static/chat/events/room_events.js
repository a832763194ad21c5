/**
 * Applies the events of rooms to their state and to the divider, and notifies.
 *
 * @import {HistoryPart, MessageRow} from "../net/protocol.js"
 * @import {NotifyDispatcher} from "../notifications/notify_dispatcher.js"
 * @import {Attention} from "../page/attention.js"
 * @import {HistoryLoader} from "../page/history_loader.js"
 * @import {Screen} from "../page/screen.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {CatchUp} from "./catch_up.js"
 * @import {RoomEvent} from "./event_router.js"
 */

import { TYPING_LASTS } from "../state/room.js";
import { byOthers } from "../state/unread.js";

export class RoomEvents {
  /** @param {OpenRoom} openRoom @param {CatchUp} catchUp @param {NotifyDispatcher} dispatcher @param {Attention} attention @param {HistoryLoader} history @param {Screen} screen */
  constructor(openRoom, catchUp, dispatcher, attention, history, screen) {
    this.openRoom = openRoom;
    this.catchUp = catchUp;
    this.dispatcher = dispatcher;
    this.attention = attention;
    this.history = history;
    this.screen = screen;
    /** @type {((rows: MessageRow[], room: string) => void)[]} */
    this.onRows = [];
  }

  /** @param {RoomEvent} event @param {HistoryPart | null} part of the history that was asked for */
  handle(event, part) {
    const { rooms, key } = this.openRoom;
    if (!rooms.memberships.has(event.room) && event.room !== key) return;
    if (this.lacksTarget(event, part)) {
      this.openRoom.giveUpTarget();
      return this.screen.draw();
    }
    const change = rooms.handle(event, Date.now(), part);
    if (!change) return;
    const rows = event.type === "message" ? [event.message] : "messages" in event ? event.messages : [];
    for (const listener of this.onRows) listener(rows, event.room);
    this.dispatcher.handle(change.before, change.after, event);
    this.catchUp.check(change.after);
    if (event.room === key) this.updateOpenRoom(event, change);
    else if (event.type !== "typing") this.screen.scheduleRoomList();
  }

  /** @param {RoomEvent} event @param {{before: import("../state/room.js").Room, after: import("../state/room.js").Room}} change */
  updateOpenRoom(event, { before, after }) {
    if (after.readGeneration > before.readGeneration) this.openRoom.markedUnread();
    if (event.type === "typing") setTimeout(() => this.screen.scheduleDraw(), TYPING_LASTS + 50);
    if (event.type === "message") this.messageArrived(event.message, before.newest ?? 0);
    if (event.type === "history" || event.type === "room") this.screen.draw({ quiet: true });
    else this.screen.scheduleDraw();
    this.history.loadMissing();
  }

  /** Whether this page of history should contain the target but does not. @param {RoomEvent} event @param {HistoryPart | null} part */
  lacksTarget(event, part) {
    const { target } = this.openRoom;
    if (event.type !== "history" || !this.openRoom.isTarget(part)) return false;
    return !target?.line && !event.messages.some(({ id }) => id === target?.id);
  }

  /** @param {MessageRow} row @param {number} newest before it */
  messageArrived(row, newest) {
    const { openRoom, attention } = this;
    const isRead = attention.reading && openRoom.following;
    if (row.id > newest && byOthers(openRoom.room, row) && row.kind === "text" && !isRead)
      openRoom.missedMessage(row.id);
  }
}
