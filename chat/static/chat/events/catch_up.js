/**
 * Requests what did not arrive by itself: changes of a room, and a new count where one is in doubt.
 *
 * @import {Requests} from "../net/requests.js"
 * @import {Reader} from "../state/read.js"
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 */

import { command } from "../net/protocol.js";
import { behind } from "../state/room.js";

/** How long a change announced by its seq may take to arrive before it is requested. */
const IN_TRANSIT = 2000;

export class CatchUp {
  /** @param {Rooms} rooms @param {Requests} requests @param {Reader} reader */
  constructor(rooms, requests, reader) {
    this.rooms = rooms;
    this.requests = requests;
    this.reader = reader;
  }

  /** After a change of this room. @param {Room} room */
  check(room) {
    if (room.doubt) this.recount(room.key);
    if (behind(room)) this.sync(room.key);
  }

  /** @param {Record<string, number>} heads the latest seq of each room */
  checkHeads(heads) {
    for (const [key, seq] of Object.entries(heads)) this.checkSeq(key, seq);
  }

  /** @param {string} key @param {number} seq that the server has announced */
  checkSeq(key, seq) {
    const isBehind = () => this.rooms.of(key).seq < seq;
    if (isBehind()) setTimeout(() => isBehind() && this.sync(key), IN_TRANSIT);
  }

  /** @param {string} key */
  sync(key) {
    if (!this.rooms.memberships.has(key)) return;
    this.requests.ask(command.sync(key, this.rooms.of(key).seq));
  }

  /** @param {string} key */
  recount(key) {
    this.reader.recount(key, () => this.rooms.of(key).readUpTo);
  }
}
