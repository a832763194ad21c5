/**
 * Handles the start and the end of a connection: the welcome with the list of rooms, and its loss.
 *
 * @import {Welcome} from "../net/protocol.js"
 * @import {Connection} from "../net/socket.js"
 * @import {NotifyDispatcher} from "../notifications/notify_dispatcher.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { close } from "../net/protocol.js";
import { addressOf } from "../shared/addresses.js";

export class Session {
  /** @param {OpenRoom} openRoom @param {NotifyDispatcher} dispatcher */
  constructor(openRoom, dispatcher) {
    this.openRoom = openRoom;
    this.dispatcher = dispatcher;
    /** @type {((event: Welcome) => void)[]} */
    this.onWelcome = [];
    /** @type {((connection: Connection) => void)[]} */
    this.onChange = [];
  }

  /** @param {Welcome} event */
  welcome(event) {
    const { rooms, key } = this.openRoom;
    const before = rooms.welcomed ? this.dispatcher.waiting : null;
    rooms.welcome(event, key);
    if (before) this.dispatcher.notifyMissed(before);
    for (const listener of this.onWelcome) listener(event);
  }

  /** @param {Connection} connection */
  change(connection) {
    if (connection.code === close.LOGIN_ENDED) return location.assign(addressOf("home"));
    this.openRoom.rooms.banned = connection.code === close.BANNED;
    for (const listener of this.onChange) listener(connection);
  }
}
