/**
 * Renders the area below the timeline: the composer or why it is locked, the quoted message, and the toast.
 *
 * @import {Composer} from "../composer/composer.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Toast} from "./toast.js"
 */

import { byId, find, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { rowOf } from "../state/room.js";
import { lockText } from "../timeline/lock_text.js";
import { shortly } from "../timeline/message.js";

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
    const { banned, welcomed } = openRoom.rooms;
    const lock = welcomed || banned ? openRoom.lock : null;
    const element = byId("composer-lock");
    byId("composer-form").hidden = lock !== null;
    element.hidden = lock === null || banned; // the banner says it
    setText(find(element, "p"), lock ? lockText(openRoom, lock) : "");
    find(element, "button").hidden = lock !== "outside" || openRoom.room.info.kind !== "public";
    setText(find(element, "button"), t("join"));
  }

  drawComposer() {
    const { room, rooms } = this.openRoom;
    const hint = room.loaded && !room.messages.length ? "composer.first" : "composer";
    const key = rooms.lostAt === null ? hint : "composer.later";
    const { field } = this.composer.parts;
    const placeholder = t(key, { room: rooms.titleOf(room) });
    if (field.placeholder !== placeholder) field.placeholder = placeholder;
    this.drawReply();
  }

  drawReply() {
    const { room, rooms, around } = this.openRoom;
    const answered = rowOf(room, this.composer.replyTo);
    if (!answered) return;
    const name = answered.author === rooms.me ? t("you") : this.openRoom.nameOf(answered.author);
    this.composer.quote(name, shortly(answered, around));
  }
}
