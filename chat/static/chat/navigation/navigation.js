/**
 * Connects the switcher, search, keyboard shortcuts and their help to the rooms.
 *
 * @import {Result} from "../net/protocol.js"
 * @import {Choice} from "../composer/suggestions.js"
 * @import {Source} from "../composer/completion.js"
 * @import {Destination} from "./destinations.js"
 * @import {Chat} from "../main.js"
 * @import {UserActions} from "../user_actions.js"
 */

import { choose, quoted, valueIn } from "../composer/suggestions.js";
import { t } from "../shared/i18n.js";
import { openDialog, watchOverlay } from "../shared/overlay.js";
import { destinations } from "./destinations.js";
import { SearchPane } from "./search_pane.js";
import { goToRegion, neighbour, neighbourThat, watchShortcuts } from "./shortcuts.js";
import { Switcher } from "./switcher.js";

const dialog = (/** @type {string} */ id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));

/** Hidden rooms are skipped. */
const LISTED = "nav.sidebar .room-list:not(#hidden-rooms) a[data-room]";

export class Navigation {
  /** @param {Chat} chat @param {UserActions} userActions */
  constructor(chat, userActions) {
    this.chat = chat;
    this.userActions = userActions;
    this.switcher = new Switcher(dialog("switcher"), {
      find: (query) => destinations(chat.rooms, chat.screen.open, query),
      go: (to) => this.go(to),
      search: (text) => this.search({ text, here: false }),
    });
    this.pane = new SearchPane(dialog("search"), chat.search, {
      room: () => chat.screen.open,
      connected: () => chat.socket.connection.phase === "open",
      names: (result) => this.namesOf(result),
      go: (room, message) => chat.reading.goTo(room, message),
      sources: this.sources,
      onClose: () => chat.panes.leave("search"),
    });
    chat.panes.onShow.push((pane) => this.follow(pane));
    watchOverlay(dialog("shortcuts"));
    this.listen();
  }

  listen() {
    document.addEventListener("click", (event) => this.press(/** @type {Element} */ (event.target)));
    watchShortcuts({
      switcher: () => this.switcher.open(),
      search: () => this.search({}),
      help: () => openDialog(dialog("shortcuts")),
      room: (step, unread) => this.step(step, unread),
      region: goToRegion,
    });
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
    else if (overlay) openDialog(dialog(overlay));
  }

  // -- rooms ---------------------------------------------------------------------------------------------------------

  /** @param {Destination} to */
  go(to) {
    if (to.room !== null) return this.userActions.visit(to.room);
    const button = /** @type {HTMLButtonElement} */ (document.getElementById("write-to"));
    button.value = String(to.person);
    button.click();
  }

  /** In the order of the list. @param {1 | -1} step @param {boolean} unread */
  step(step, unread) {
    const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(LISTED)]);
    const keys = links.map((link) => link.dataset.room ?? "");
    const { screen, rooms } = this.chat;
    const waits = (/** @type {string} */ key) => rooms.waiting(rooms.of(key)).unread > 0;
    const to = unread ? neighbourThat(keys, screen.open, step, waits) : neighbour(keys, screen.open, step);
    if (to !== undefined && to !== screen.open) this.userActions.visit(to);
  }

  // -- search --------------------------------------------------------------------------------------------------------

  /** @param {{text?: string, here?: boolean}} how */
  search(how) {
    const { panes } = this.chat;
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
    const { rooms, search, page } = this.chat;
    const room = rooms.of(key);
    const name = rooms.nameOf(room, message.author) || search.people[String(message.author)]?.name || "";
    const mine = message.author === page.me;
    return {
      author: name,
      mine,
      here: mine || String(message.author) in room.presence,
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
    const { rooms, page } = this.chat;
    const known = Object.assign({}, rooms.people, ...rooms.listed.map((room) => room.people));
    const all = Object.entries(known).filter(([person]) => person !== String(page.me));
    const choices = all.map(([person, { name }]) => ({ text: name, person }));
    choices.sort((a, b) => rooms.collator.compare(a.text, b.text));
    return [{ text: "me", shown: t("search.me"), note: "@" }, ...choices];
  }

  /** @returns {Choice[]} */
  roomChoices() {
    const { rooms } = this.chat;
    const named = rooms.listed.filter((room) => room.info.kind !== "direct");
    return named.map((room) => ({ text: room.info.name, note: "#" }));
  }
}
