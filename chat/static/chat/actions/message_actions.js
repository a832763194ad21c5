/**
 * Acts on a message that exists: reacting, pinning, copying it or its link, marking as unread, deleting.
 *
 * @import {Picker} from "../composer/picker.js"
 * @import {MessageRow} from "../net/protocol.js"
 * @import {Requests} from "../net/requests.js"
 * @import {ReadMarks} from "../page/read_marks.js"
 * @import {Toast} from "../page/toast.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Act} from "../timeline/toolbar.js"
 * @typedef {{[Name in Act]?: (row: MessageRow, message: HTMLElement) => void}} Acts by the names in the toolbar
 */

import { command } from "../net/protocol.js";
import { roomAddress } from "../shared/addresses.js";
import { copyText } from "../shared/clipboard.js";
import { t } from "../shared/i18n.js";

export class MessageActions {
  /** @param {OpenRoom} openRoom @param {Requests} requests @param {Picker} picker @param {ReadMarks} readMarks @param {Toast} toast */
  constructor(openRoom, requests, picker, readMarks, toast) {
    this.openRoom = openRoom;
    this.requests = requests;
    this.picker = picker;
    this.readMarks = readMarks;
    this.toast = toast;
  }

  /** @returns {Acts} */
  get acts() {
    return {
      pick: (row, message) => this.pick(row, message),
      pin: ({ id }) => this.requests.act(command.pin(id, true)),
      unpin: ({ id }) => this.requests.act(command.pin(id, false)),
      copy: (row) => this.copyBody(row),
      link: (row) => this.copyLink(row),
      unread: ({ id }) => this.readMarks.markUnreadFrom(id),
      delete: ({ id }) => this.requests.act(command.delete(id)),
    };
  }

  /** @param {MessageRow} row @param {HTMLElement} message */
  pick(row, message) {
    const beside = message.querySelector(".body") ?? message;
    this.picker.open(beside, (emoji) => this.requests.act(command.react(row.id, emoji, true)));
  }

  /** As it was typed, with its markup. @param {MessageRow} row */
  async copyBody({ body }) {
    if (await copyText(body ?? "")) this.toast.show(t("copied"));
    else this.toast.fail(t("copy.refused"));
  }

  /** @param {MessageRow} row */
  async copyLink(row) {
    const link = location.origin + roomAddress(this.openRoom.key, row.id);
    if (await copyText(link)) this.toast.show(t("copied"));
    else this.toast.fail(`${t("copy.hand")} ${link}`);
  }
}
