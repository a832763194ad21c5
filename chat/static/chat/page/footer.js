/**
 * Renders the area below the timeline: the composer or why it is locked, the quoted message, and the toast.
 *
 * @import {Composer} from "../composer/composer.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Toast} from "./toast.js"
 */

import { byId, find } from "../shared/dom.js";
import { moment, t } from "../shared/i18n.js";
import { rowOf } from "../state/room.js";
import { gist } from "../timeline/message.js";

export class Footer {
  /** @param {OpenRoom} openRoom @param {Composer} composer @param {Toast} toast */
  constructor(openRoom, composer, toast) {
    this.openRoom = openRoom;
    this.composer = composer;
    this.toast = toast;
  }

  draw() {
    this.drawLock();
    this.drawComposer();
    this.toast.draw();
  }

  drawLock() {
    const { openRoom } = this;
    const lock = openRoom.rooms.welcomed ? openRoom.lock : null;
    const element = byId("composer-lock");
    byId("composer-form").hidden = lock !== null;
    element.hidden = lock === null;
    const time = lock === "muted" ? moment(openRoom.membership?.mutedUntil ?? "") : "";
    find(element, "p").textContent = lock ? t(`locked.${lock}`, { time }) : "";
    find(element, "button").hidden = lock !== "outside" || openRoom.room.info.kind !== "public";
    find(element, "button").textContent = t("join");
  }

  drawComposer() {
    const { room, rooms } = this.openRoom;
    const hint = room.loaded && !room.messages.length ? "composer.first" : "composer";
    const key = rooms.lostAt === null ? hint : "composer.later";
    this.composer.parts.field.placeholder = t(key, { room: rooms.titleOf(room) });
    const answered = rowOf(room, this.composer.about?.id ?? null);
    if (answered) this.composer.quote(gist(answered));
  }
}
