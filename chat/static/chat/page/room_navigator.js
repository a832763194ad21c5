/**
 * Moves the reader between rooms and to messages, with the browser's history.
 *
 * @import {Composer} from "../composer/composer.js"
 * @import {OpenRoom, Target} from "../state/open_room.js"
 * @import {Timeline} from "../timeline/timeline.js"
 * @import {HistoryLoader} from "./history_loader.js"
 * @import {Panes} from "./panes.js"
 * @import {Screen} from "./screen.js"
 */

import { parseAddress, roomAddress } from "../shared/addresses.js";
import { byId, closest, isPlainClick } from "../shared/dom.js";

export class RoomNavigator {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline @param {HistoryLoader} history @param {Panes} panes @param {Screen} screen @param {Composer} composer */
  constructor(openRoom, timeline, history, panes, screen, composer) {
    this.openRoom = openRoom;
    this.timeline = timeline;
    this.history = history;
    this.panes = panes;
    this.screen = screen;
    this.composer = composer;
  }

  listen() {
    history.replaceState({ pane: "room", from: null }, "");
    addEventListener("popstate", (event) => this.moved(event.state?.pane ?? "room"));
    document.addEventListener("click", (event) => this.followLink(event));
    byId("jump-down").addEventListener("click", () => this.goToNewest());
    byId("jump-up").addEventListener("click", () => this.goToFirstUnread());
  }

  // -- rooms ---------------------------------------------------------------------------------------------------------

  /** @param {string} key */
  visit(key) {
    const address = roomAddress(key);
    // The same address twice would take Back two presses.
    if (!this.panes.shows("room") || location.pathname !== address) this.panes.go("room", address);
    if (key !== this.openRoom.key) this.enter(key);
    else this.composer.takeFocus();
  }

  /** Back or forward in the browser. @param {import("./panes.js").Pane} pane */
  moved(pane) {
    const address = parseAddress(location.href);
    this.panes.show(pane);
    if (address && address.key !== this.openRoom.key) this.enter(address.key, address.id);
  }

  /** Opens links to my rooms and their messages without loading a page. @param {MouseEvent} event */
  followLink(event) {
    const link = /** @type {HTMLAnchorElement | null} */ (closest(event, "a[data-room], .body a"));
    const address = link && isPlainClick(event) ? parseAddress(link.href) : null;
    if (!address || !this.openRoom.rooms.memberships.has(address.key)) return;
    event.preventDefault();
    if (address.id) this.goTo(address.key, address.id);
    else this.visit(address.key);
  }

  /** Enters a room at the divider, or at a message. @param {string} key @param {number | null} [id] */
  enter(key, id = null) {
    this.openRoom.enter(key, id);
    this.screen.draw();
    this.history.loadRoom();
    this.history.loadMissing();
    this.composer.takeFocus();
  }

  // -- messages ------------------------------------------------------------------------------------------------------

  /** Goes to a message, loading it if needed. @param {string} key @param {number} id */
  goTo(key, id) {
    if (key !== this.openRoom.key) {
      this.panes.go("room", roomAddress(key, id));
      return this.enter(key, id);
    }
    if (!this.panes.shows("room")) this.panes.go("room");
    this.bringTo({ id });
  }

  goToFirstUnread() {
    const { openRoom, timeline } = this;
    openRoom.following = false;
    if (timeline.newDrawn) timeline.toNew();
    else if (openRoom.divider) this.bringTo({ id: openRoom.divider.after, line: true });
  }

  /** Loads the newest messages if needed. */
  goToNewest() {
    const { openRoom } = this;
    openRoom.following = true;
    this.panes.readdress(roomAddress(openRoom.key));
    if (openRoom.room.atEnd) this.timeline.toEnd();
    else this.history.loadNewest();
  }

  /** @param {Target} target */
  bringTo(target) {
    this.openRoom.target = target;
    this.screen.draw();
    this.history.loadMissing();
  }
}
