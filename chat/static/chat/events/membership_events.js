/**
 * Applies what changes about my rooms: joined, left, another level, other people blocked.
 *
 * @import {MyRoom, People, Person} from "../net/protocol.js"
 * @import {HistoryLoader} from "../page/history_loader.js"
 * @import {Screen} from "../page/screen.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Search} from "../navigation/search.js"
 * @import {CatchUp} from "./catch_up.js"
 */

import { addressOf } from "../shared/addresses.js";

export class MembershipEvents {
  /** @param {OpenRoom} openRoom @param {CatchUp} catchUp @param {HistoryLoader} history @param {Search} search @param {Screen} screen */
  constructor(openRoom, catchUp, history, search, screen) {
    this.openRoom = openRoom;
    this.catchUp = catchUp;
    this.history = history;
    this.search = search;
    this.screen = screen;
  }

  /** @param {MyRoom} mine @param {People} people */
  joined(mine, people) {
    const { openRoom } = this;
    Object.assign(openRoom.rooms.people, people);
    openRoom.rooms.list(mine, mine.id === openRoom.key);
    if (mine.id === openRoom.key) {
      openRoom.problem = null;
      this.history.loadRoom();
    }
    this.screen.scheduleDraw();
  }

  /** The open room stays readable until the reader leaves it. @param {string} key */
  left(key) {
    const { openRoom } = this;
    openRoom.rooms.memberships.delete(key);
    this.search.leave(key);
    if (key === openRoom.leaving) return location.assign(addressOf("home"));
    if (key === openRoom.key) openRoom.problem = "removed";
    else openRoom.rooms.leave(key);
    this.screen.scheduleDraw();
  }

  /** @param {import("../net/protocol.js").Level} event */
  level(event) {
    this.openRoom.rooms.setLevel(event);
    this.screen.scheduleDraw();
  }

  /** @param {import("../net/protocol.js").Favourite} event */
  favourite(event) {
    this.openRoom.rooms.setFavourite(event);
    this.screen.scheduleDraw();
  }

  /** Unread counts depend on who is blocked. @param {Person[]} people */
  blocks(people) {
    const { rooms } = this.openRoom;
    rooms.setBlocked(people);
    for (const { key } of rooms.listed) this.catchUp.recount(key);
    this.screen.scheduleDraw();
  }
}
