/**
 * Renders the open room into the timeline, and scrolls to the divider, a message or the end.
 *
 * @import {Outbox} from "../net/outbox.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Timeline} from "../timeline/timeline.js"
 * @import {How} from "./screen.js"
 */

import { byId } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { blocks } from "../timeline/blocks.js";
import { showLink } from "./invite.js";

export class RoomTimeline {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline @param {Outbox} outbox @param {(key: string) => string | null} joinLink */
  constructor(openRoom, timeline, outbox, joinLink) {
    this.openRoom = openRoom;
    this.timeline = timeline;
    this.outbox = outbox;
    this.joinLink = joinLink;
  }

  /** @param {How} [how] */
  draw(how) {
    const { openRoom, timeline } = this;
    const { room, key } = openRoom;
    openRoom.startDivider();
    if (!room.loaded) return;
    const entries = this.outbox.of(key);
    this.drawEmpty(!entries.length);
    const drawn = blocks(room, entries, openRoom.rooms.presenceLines.get(key) ?? [], openRoom.divider);
    timeline.draw(drawn, openRoom.around, openRoom.positioned ? how : { quiet: true });
    this.drawPresence();
  }

  /** Scrolls. */
  settle() {
    const { openRoom, timeline } = this;
    if (!openRoom.room.loaded) return;
    timeline.settle();
    this.scrollToTarget();
    this.position();
    openRoom.seeEnd();
  }

  /** @param {boolean} nothingWaits to be sent */
  drawEmpty(nothingWaits) {
    const { room, key } = this.openRoom;
    const isOnlyMember = room.memberCount <= 1 && room.info.kind !== "direct";
    const empty = isOnlyMember && nothingWaits && !room.messages.some((row) => row.kind === "text");
    const element = byId("empty");
    this.timeline.root.classList.toggle("at-top", empty);
    element.hidden = !empty;
    if (!empty) return;
    const link = this.joinLink(key);
    showLink(element, link);
    byId("empty-lead").textContent = t(link ? "empty.lead" : "empty.alone");
  }

  scrollToTarget() {
    const { openRoom, timeline } = this;
    const { target } = openRoom;
    if (!target || !openRoom.targetLoaded) return;
    if (!target.line && !timeline.toMessage(target.id)) return openRoom.giveUpTarget();
    if (target.line) timeline.toNew();
    openRoom.reachedTarget();
  }

  /** Sets the first scroll position. */
  position() {
    const { openRoom, timeline } = this;
    if (!openRoom.canPosition) return;
    openRoom.positioned = true;
    if (openRoom.targetReached) return;
    if (openRoom.divider) timeline.toNew();
    else timeline.toEnd();
  }

  drawPresence() {
    for (const avatar of this.timeline.root.querySelectorAll("[data-avatar]"))
      avatar.classList.toggle("offline", !this.openRoom.isOnline(avatar.getAttribute("data-avatar")));
  }
}
