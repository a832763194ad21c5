/**
 * Connects the switcher, search, keyboard shortcuts and their help to the rooms.
 *
 * @import {Result} from "../net/protocol.js"
 * @import {Choice} from "../composer/suggestions.js"
 * @import {Source} from "../composer/completion.js"
 * @import {Destination} from "./destinations.js"
 * @import {Panes} from "../page/panes.js"
 * @import {RoomNavigator} from "../page/room_navigator.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Search} from "./search.js"
 */

import { choose, quoted, valueIn } from "../composer/suggestions.js";
import { byId, dialogById } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { openDialog, watchOverlay } from "../shared/overlay.js";
import { destinations } from "./destinations.js";
import { SearchPane } from "./search_pane.js";
import { goToRegion, neighbour, neighbourThat, watchShortcuts, watchSkipLinks } from "./shortcuts.js";
import { Switcher } from "./switcher.js";

/** Hidden rooms are skipped. */
const LISTED = "nav.sidebar .room-list:not(#hidden-rooms) a[data-room]";

export class Navigation {
  /** @param {OpenRoom} openRoom @param {Search} search @param {RoomNavigator} navigator @param {Panes} panes @param {() => boolean} connected */
  constructor(openRoom, search, navigator, panes, connected) {
    this.openRoom = openRoom;
    this.rooms = openRoom.rooms;
    this.messageSearch = search;
    this.navigator = navigator;
    this.panes = panes;
    this.switcher = new Switcher(dialogById("switcher"), {
      find: (query) => destinations(this.rooms, openRoom.key, query),
      go: (to) => this.go(to),
      search: (text) => this.search({ text, here: false }),
    });
    this.pane = new SearchPane(dialogById("search"), search, {
      room: () => openRoom.key,
      connected,
      names: (result) => this.namesOf(result),
      go: (room, message) => navigator.goTo(room, message),
      sources: this.sources,
      onClose: () => panes.leave("search"),
    });
    panes.onShow.push((pane) => this.follow(pane));
    watchOverlay(dialogById("shortcuts"));
    this.listen();
  }

  listen() {
    document.addEventListener("click", (event) => this.press(/** @type {Element} */ (event.target)));
    watchShortcuts({
      switcher: () => this.switcher.open(),
      search: () => this.search({}),
      help: () => openDialog(dialogById("shortcuts")),
      room: (step, unread) => this.step(step, unread),
      region: goToRegion,
    });
    watchSkipLinks();
    if (/mac|iphone|ipad/i.test(navigator.userAgent))
      for (const key of document.querySelectorAll("kbd[data-mod]")) key.textContent = "⌘";
  }

  /** @param {Element} target */
  press(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-search], [data-overlay]"));
    if (!button) return;
    const { search, overlay } = button.dataset;
    if (search !== undefined) this.search({ here: search === "here" });
    else if (overlay === "switcher") this.switcher.open();
    else if (overlay) openDialog(dialogById(overlay));
  }

  // -- rooms ---------------------------------------------------------------------------------------------------------

  /** @param {Destination} to */
  go(to) {
    if (to.room !== null) return this.navigator.visit(to.room);
    const button = /** @type {HTMLButtonElement} */ (byId("write-to"));
    button.value = String(to.person);
    button.click();
  }

  /** In the order of the list. @param {1 | -1} step @param {boolean} unread */
  step(step, unread) {
    const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(LISTED)]);
    const keys = links.map((link) => link.dataset.room ?? "");
    const { rooms, openRoom } = this;
    const waits = (/** @type {string} */ key) => rooms.waiting(rooms.of(key)).unread > 0;
    const to = unread ? neighbourThat(keys, openRoom.key, step, waits) : neighbour(keys, openRoom.key, step);
    if (to !== undefined && to !== openRoom.key) this.navigator.visit(to);
  }

  // -- search --------------------------------------------------------------------------------------------------------

  /** @param {{text?: string, here?: boolean}} how */
  search(how) {
    const { panes } = this;
    if (!panes.shows("search")) panes.go("search");
    this.pane.open(how);
  }

  /** Opens or closes the search as the browser's history moves. @param {import("../page/panes.js").Pane} pane */
  follow(pane) {
    const { dialog } = this.pane;
    if (pane === "search") this.pane.reopen();
    else dialog.close();
  }

  /** @param {Result} result */
  namesOf({ room: key, message }) {
    const { rooms, messageSearch } = this;
    const room = rooms.of(key);
    const name =
      rooms.nameOf(room, message.author) || messageSearch.people[String(message.author)]?.name || "";
    const mine = message.author === rooms.me;
    return {
      author: name,
      mine,
      online: mine || String(message.author) in room.presence,
      roomName: rooms.titleOf(room),
    };
  }

  /** Completions for `from:` and `in:`. @returns {Source[]} */
  get sources() {
    const put = (/** @type {Choice} */ { text }) => quoted(text);
    return [
      {
        token: (before) => valueIn(before, "(?:from|来自|來自|作者)"),
        find: (query) => choose(this.personChoices(), query),
        put,
      },
      {
        token: (before) => valueIn(before, "(?:in|房间|房間)"),
        find: (query) => choose(this.roomChoices(), query),
        put,
      },
    ];
  }

  /** @returns {Choice[]} */
  personChoices() {
    const { rooms } = this;
    const known = Object.assign({}, rooms.people, ...rooms.listed.map((room) => room.people));
    const all = Object.entries(known).filter(([person]) => person !== String(rooms.me));
    const choices = all.map(([person, { name, latin }]) => ({ text: name, latin, person }));
    choices.sort((a, b) => rooms.collator.compare(a.text, b.text));
    return [{ text: "me", shown: t("search.me"), note: "@" }, ...choices];
  }

  /** @returns {Choice[]} */
  roomChoices() {
    const { rooms } = this;
    const named = rooms.listed.filter((room) => room.info.kind !== "direct");
    return named.map((room) => ({ text: room.info.name, latin: room.info.latin, note: "#" }));
  }
}
