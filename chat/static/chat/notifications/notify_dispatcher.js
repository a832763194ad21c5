/**
 * Decides which new messages to notify about: from others, wanted by the room's level, and not in the room being read.
 * Only the leading tab notifies. After a disconnect there is at most one notification per room.
 *
 * @import {Event} from "../net/protocol.js"
 * @import {Room} from "../state/room.js"
 * @import {Waiting} from "../state/unread.js"
 * @import {News, Notifier} from "./notifier.js"
 * @import {TabLeader} from "./tab_leader.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { t } from "../shared/i18n.js";
import { newsIn } from "../state/news.js";
import { readHere } from "../state/unread.js";
import { gist } from "../timeline/message.js";

export class NotifyDispatcher {
  /** @param {OpenRoom} openRoom @param {{reading: boolean}} attention @param {Notifier} notifier @param {TabLeader} tabLeader */
  constructor(openRoom, attention, notifier, tabLeader) {
    this.openRoom = openRoom;
    this.rooms = openRoom.rooms;
    this.attention = attention;
    this.notifier = notifier;
    this.tabLeader = tabLeader;
  }

  /** @param {Room} before @param {Room} after @param {Event} event */
  handle(before, after, event) {
    this.settle(after, event);
    const level = this.rooms.memberships.get(after.key)?.level ?? "nothing";
    const news = newsIn(before, after, event, level);
    const last = news.at(-1);
    if (last) this.notify(after, { id: last.id, text: gist(last), count: news.length }, last.author);
  }

  /** Closes the notification if its message was read or deleted. @param {Room} room @param {Event} event */
  settle(room, event) {
    const shown = this.notifier.shown.get(room.key);
    if (!shown) return;
    const rows = event.type === "message" ? [event.message] : "messages" in event ? event.messages : [];
    const deleted = rows.some((row) => row.id === shown.id && row.deleted_at);
    if (deleted || readHere(room) >= shown.id) this.notifier.close(room.key);
  }

  /** Unread counts per room, to compare with those after a reconnect. @returns {Map<string, Waiting>} */
  get waiting() {
    const { rooms } = this;
    return new Map(rooms.listed.map((room) => [room.key, rooms.waiting(room)]));
  }

  /** Notifies about messages missed while disconnected, except in the open room, which catches up. @param {Map<string, Waiting>} before */
  notifyMissed(before) {
    const { rooms, openRoom } = this;
    for (const room of rooms.listed) {
      const count = rooms.waiting(room).unread - (before.get(room.key)?.unread ?? 0);
      if (room.key === openRoom.key || count <= 0) continue;
      this.notify(room, { id: room.serverCounts.last, text: t("unread", { n: count }), count }, null);
    }
  }

  /** @param {Room} room @param {Pick<News, "id" | "text" | "count">} news @param {import("../net/protocol.js").Person | null} author */
  async notify(room, news, author) {
    const { rooms, openRoom, attention } = this;
    // If the leading tab shows the room, nobody notifies.
    if (!(await this.tabLeader.leads(`${room.key} ${news.id}`))) return;
    if (attention.reading && openRoom.key === room.key) return;
    if (readHere(rooms.of(room.key)) >= news.id) return;
    const names = [author === null ? "" : rooms.nameOf(room, author), rooms.titleOf(room)];
    const title = [...new Set(names.filter(Boolean))].join(" · ");
    this.notifier.notify({ room: room.key, title, ...news });
  }
}
