/**
 * Requests what the open room lacks: its newest messages, older and newer ones, the target and quoted messages.
 *
 * @import {HistoryPart} from "../net/protocol.js"
 * @import {Requests} from "../net/requests.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { command } from "../net/protocol.js";
import { rowOf } from "../state/room.js";
import { unquoted } from "../state/window.js";

const PAGE = 50;
const AROUND = 100;

export class HistoryLoader {
  /** @param {OpenRoom} openRoom @param {Requests} requests */
  constructor(openRoom, requests) {
    this.openRoom = openRoom;
    this.requests = requests;
  }

  /** Catches up, or loads the room. */
  loadRoom() {
    const { key, loaded, seq } = this.openRoom.room;
    this.requests.ask(command.open(key, loaded ? seq : null));
  }

  loadNewest() {
    this.requests.ask(command.open(this.openRoom.key, null));
  }

  loadOlder() {
    const before = this.openRoom.loadBefore;
    if (before !== null) this.load({ before }, PAGE);
  }

  loadNewer() {
    const after = this.openRoom.loadAfter;
    if (after !== null) this.load({ after }, PAGE);
  }

  /** The target, quoted messages and the one being answered. */
  loadMissing() {
    const { room, answering } = this.openRoom;
    for (const quote of unquoted(room)) this.load({ quote }, 1);
    if (answering !== null && !rowOf(room, answering)) this.load({ quote: answering }, 1);
    const around = this.openRoom.loadAround;
    if (around !== null) this.load({ around }, AROUND);
  }

  /** @param {HistoryPart} part @param {number} limit */
  load(part, limit) {
    this.requests.ask(command.history(this.openRoom.key, part, limit), part);
  }
}
