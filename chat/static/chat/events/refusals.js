/**
 * Handles errors: of a message, of a request that gets no answer, and of an action, which the user is told about.
 *
 * @import {Command, Failure} from "../net/protocol.js"
 * @import {Outbox} from "../net/outbox.js"
 * @import {Request} from "../net/requests.js"
 * @import {Search} from "../navigation/search.js"
 * @import {Screen} from "../page/screen.js"
 * @import {Toast} from "../page/toast.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { PASSING } from "../net/protocol.js";
import { refusal } from "../shared/i18n.js";

export class Refusals {
  /** @param {OpenRoom} openRoom @param {Outbox} outbox @param {Search} search @param {Toast} toast @param {Screen} screen */
  constructor(openRoom, outbox, search, toast, screen) {
    this.openRoom = openRoom;
    this.outbox = outbox;
    this.search = search;
    this.toast = toast;
    this.screen = screen;
  }

  /** @param {Failure} error @param {Request | null} request */
  handle(error, request) {
    if (error.nonce) return this.outbox.nack(error);
    if (request?.isAction) request.onAnswer?.(error) || this.actionRefused(error, request.command);
    else if (request && !PASSING.has(error.code)) this.unanswered(request);
    this.screen.scheduleDraw();
  }

  /** @param {Failure} error @param {Command} action */
  actionRefused(error, action) {
    if (action.type === "room.leave") this.openRoom.leaving = null;
    this.toast.fail(refusal(error.code, error.reason));
  }

  /** @param {Request} request */
  unanswered({ command, part }) {
    const { openRoom } = this;
    if (command.type === "search") this.search.refused(command);
    if (command.type === "room.open" && command.room === openRoom.key) openRoom.problem = "no_such_room";
    if (openRoom.isTarget(part)) openRoom.giveUpTarget();
  }
}
