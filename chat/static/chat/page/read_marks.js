/**
 * Marks visible messages as read while somebody is looking, and a room as read or unread on request, with undo.
 *
 * @import {Command} from "../net/protocol.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Reader} from "../state/read.js"
 * @import {Timeline} from "../timeline/timeline.js"
 * @import {Attention} from "./attention.js"
 * @import {Toast} from "./toast.js"
 */

import { command } from "../net/protocol.js";
import { t } from "../shared/i18n.js";
import { readHere, unread } from "../state/unread.js";

export class ReadMarks {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline @param {Attention} attention @param {Reader} reader @param {Toast} toast @param {(command: Command) => boolean} send */
  constructor(openRoom, timeline, attention, reader, toast, send) {
    this.openRoom = openRoom;
    this.timeline = timeline;
    this.attention = attention;
    this.reader = reader;
    this.toast = toast;
    this.send = send;
  }

  /** Returns whether more is read now. */
  markSeen() {
    const { room, rooms, positioned, keepUnread } = this.openRoom;
    if (!room.loaded || !positioned || keepUnread || !this.attention.reading) return false;
    const { seen } = this.timeline;
    this.reader.seen(room.key, seen, room.readUpTo);
    return rooms.markSeen(room.key, seen);
  }

  /** @param {number} id */
  markUnreadFrom(id) {
    const { openRoom } = this;
    const [key, before] = [openRoom.key, readHere(openRoom.room)];
    if (!this.send(command.unread(key, id))) return;
    this.toast.show(t("unread.kept"), () => {
      openRoom.keepUnread = false;
      this.send(command.read(key, before));
    });
  }

  /** Marks the room as read and removes the divider. Returns false if there is nothing to mark. */
  markAllRead() {
    const { key, room, divider } = this.openRoom;
    const [before, n] = [room.readUpTo, unread(room)];
    if (!n && !divider) return false;
    this.openRoom.removeDivider();
    if (n && this.send(command.read(key, Number(room.newest))))
      this.toast.show(t("unread.done", { n }), () => this.send(command.unread(key, before + 1)));
    return true;
  }
}
