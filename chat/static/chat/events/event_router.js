/**
 * Passes each server event to its handler, with the request that it answers.
 *
 * @import {Event} from "../net/protocol.js"
 * @import {Request, Requests} from "../net/requests.js"
 * @typedef {Event & {room: string}} RoomEvent
 * @typedef {{[Type in Event["type"]]?: (event: Extract<Event, {type: Type}>, request: Request | null) => void}} Handlers
 */

export class EventRouter {
  /** @param {Requests} requests @param {Handlers} handlers @param {(event: RoomEvent, request: Request | null) => void} onRoomEvent any other event of a room */
  constructor(requests, handlers, onRoomEvent) {
    this.requests = requests;
    this.handlers = handlers;
    this.onRoomEvent = onRoomEvent;
  }

  /** @param {Event} event */
  handle(event) {
    const request = this.requests.handle(event);
    const handler = /** @type {((event: Event, request: Request | null) => void) | undefined} */ (
      this.handlers[event.type]
    );
    if (handler) handler(event, request);
    else if ("room" in event) this.onRoomEvent(/** @type {RoomEvent} */ (event), request);
  }
}
