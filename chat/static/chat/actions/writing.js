/**
 * Posts messages, answers them and opens one's last.
 *
 * @import {Composer} from "../composer/composer.js"
 * @import {AttachmentRow, MessageRow} from "../net/protocol.js"
 * @import {Entry, Outbox} from "../net/outbox.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Timeline} from "../timeline/timeline.js"
 * @import {Editing} from "./editing.js"
 * @import {Acts} from "./message_actions.js"
 */

export class Writing {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline @param {Composer} composer @param {Outbox} outbox @param {Editing} editing */
  constructor(openRoom, timeline, composer, outbox, editing) {
    this.openRoom = openRoom;
    this.timeline = timeline;
    this.composer = composer;
    this.outbox = outbox;
    this.editing = editing;
  }

  /** @returns {Acts} */
  get acts() {
    return { reply: (row) => this.reply(row), edit: (row, message) => this.editing.start(row, message) };
  }

  /** @param {string} body @param {number | null} replyTo @param {AttachmentRow[]} files */
  post(body, replyTo, files) {
    const { openRoom } = this;
    openRoom.following = true;
    openRoom.keepUnread = false;
    this.outbox.add(openRoom.key, body, replyTo, files);
  }

  /** @param {MessageRow} row */
  reply(row) {
    this.composer.answer(row.id);
  }

  /** Opens my last message: in the composer if it is not stored yet, else in its place. */
  editLast() {
    const { room, rooms } = this.openRoom;
    const unsent = this.outbox.of(this.openRoom.key).at(-1);
    if (unsent) return this.takeBack(unsent);
    const row = room.messages.findLast(
      (row) => row.author === rooms.me && !row.deleted_at && row.kind === "text",
    );
    const message = row && this.timeline.messageElement(row.id);
    if (row && message) this.editing.start(row, message);
  }

  /** @param {Entry} entry */
  takeBack(entry) {
    if (!this.outbox.discard(entry.nonce)) {
      // The server may have it: it opens as soon as it is stored.
      this.editing.awaited = entry.nonce;
      return;
    }
    this.composer.answer(entry.reply_to);
    this.composer.files.restore(entry.attachments ?? []);
    this.composer.fill(entry.body);
    this.composer.keep();
  }
}
