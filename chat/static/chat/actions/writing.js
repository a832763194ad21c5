/**
 * Posts messages, answers them and edits one's own.
 *
 * @import {Source} from "../composer/completion.js"
 * @import {Composer} from "../composer/composer.js"
 * @import {AttachmentRow, MessageRow} from "../net/protocol.js"
 * @import {Entry, Outbox} from "../net/outbox.js"
 * @import {Requests} from "../net/requests.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Timeline} from "../timeline/timeline.js"
 * @import {Acts} from "./message_actions.js"
 */

import { command } from "../net/protocol.js";
import { edit } from "../timeline/edit.js";

export class Writing {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline @param {Composer} composer @param {Outbox} outbox @param {Requests} requests @param {Source[]} sources of completion */
  constructor(openRoom, timeline, composer, outbox, requests, sources) {
    this.openRoom = openRoom;
    this.timeline = timeline;
    this.composer = composer;
    this.outbox = outbox;
    this.requests = requests;
    this.sources = sources;
  }

  /** @returns {Acts} */
  get acts() {
    return { reply: (row) => this.reply(row), edit: (row, message) => this.edit(row, message) };
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

  /** @param {MessageRow} row @param {HTMLElement} message */
  edit(row, message) {
    edit(message, row, this.composer.limit, this.sources, (body) => {
      if (body !== null) this.requests.act(command.edit(row.id, body));
      this.composer.focus();
    });
  }

  /** Opens my last message: in the composer if it is not stored yet, else in its place. */
  editLast() {
    const { room, rooms } = this.openRoom;
    const unsent = this.outbox.of(this.openRoom.key).at(-1);
    if (unsent) return this.takeBack(this.outbox.discard(unsent.nonce));
    const row = room.messages.findLast(
      (row) => row.author === rooms.me && !row.deleted_at && row.kind === "text",
    );
    const message = row && this.timeline.messageElement(row.id);
    if (row && message) this.edit(row, message);
  }

  /** @param {Entry | null} entry null if it is on its way */
  takeBack(entry) {
    if (!entry) return;
    this.composer.answer(entry.reply_to);
    this.composer.files.restore(entry.attachments ?? []);
    this.composer.fill(entry.body);
    this.composer.keep();
  }
}
