/**
 * Renders the list of rooms, and how much is unread. Its links also work without scripts.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {LatestRow} from "../net/protocol.js"
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 * @import {Directory} from "./directory.js"
 * @typedef {object} RoomRow what the row of a room shows
 * @property {string} key
 * @property {string} title
 * @property {boolean} open
 * @property {number} unread
 * @property {number} mentions
 * @property {Record<"private" | "muted" | "archived", boolean>} tags
 * @property {{of: import("../net/protocol.js").Person | string, online: boolean} | null} avatar
 * @property {{line: string, time: string}} latest
 */

import { roomAddress } from "../shared/addresses.js";
import { fillAvatar } from "../shared/avatar.js";
import { byId, cloneTemplate, find, setText } from "../shared/dom.js";
import { number, shortTime, t } from "../shared/i18n.js";
import { RowList } from "../shared/row_list.js";
import { drawTitle } from "./title.js";

export class RoomList {
  /** @param {OpenRoom} openRoom @param {Directory} directory */
  constructor(openRoom, directory) {
    this.openRoom = openRoom;
    this.directory = directory;
    /** The room last scrolled into view. */
    this.scrolledTo = "";
    /** @type {RowList<RoomRow>} */
    this.rows = new RowList(() => cloneTemplate("room-template"), drawRoom);
    /** Rooms that were listed first when the list was drawn last. @type {Set<string> | null} */
    this.first = null;
  }

  draw() {
    const { rooms } = this.openRoom;
    this.drawLists();
    this.scrollToOpen();
    this.directory.draw(rooms.memberships);
    this.drawTotals();
    const name = this.openRoom.nameOf(rooms.me);
    setText(byId("my-name"), name);
    fillAvatar(byId("my-avatar"), rooms.me, name, true);
  }

  /** Of the open room, before the layout is read: only after that it is known what of it is still unread. */
  drawLatest() {
    const { rooms, room, key } = this.openRoom;
    const item = this.rows.rowOf(key);
    if (item) fillLatest(item, latestOf(room, rooms));
  }

  drawLists() {
    const { rooms, key } = this.openRoom;
    /** @type {Record<"favourites" | "rooms" | "direct" | "hidden", Room[]>} */
    const lists = { favourites: [], rooms: [], direct: [], hidden: [] };
    for (const room of this.unreadFirst()) lists[listOf(room, rooms)].push(room);
    byId("favourites-section").hidden = !lists.favourites.length;
    fold(byId("hidden-rooms"), lists.hidden, key);
    const rowsOf = (/** @type {Room[]} */ list) => list.map((room) => roomRow(room, rooms, key));
    this.rows.draw([
      [byId("favourites"), rowsOf(lists.favourites)],
      [byId("rooms"), rowsOf(lists.rooms)],
      [byId("direct"), rowsOf(lists.direct)],
      [byId("hidden-rooms"), rowsOf(lists.hidden)],
    ]);
  }

  /** Otherwise by name. The open room stays where it was found: it would leave the place of the one next to be read. */
  unreadFirst() {
    const { rooms, key } = this.openRoom;
    const { listed } = rooms;
    const isFirst = (/** @type {Room} */ room) =>
      this.first && room.key === key ? this.first.has(key) : rooms.waiting(room).unread > 0;
    const [first, others] = [listed.filter(isFirst), listed.filter((room) => !isFirst(room))];
    if (rooms.welcomed) this.first = new Set(first.map((room) => room.key));
    return [...first, ...others];
  }

  /** Scrolls the open room into view once, when it is entered. */
  scrollToOpen() {
    const { rooms, key } = this.openRoom;
    // Before the welcome the list has one room.
    if (this.scrolledTo === key || !rooms.welcomed) return;
    const link = /** @type {HTMLElement | null} */ (document.querySelector("nav.sidebar [aria-current]"));
    if (!link?.offsetParent) return; // on a phone it may be hidden
    this.scrolledTo = key;
    link.scrollIntoView({ block: "nearest" });
  }

  /** What is unread, in the sidebar, on the way back to it and in the title. */
  drawTotals() {
    const { rooms, room, key } = this.openRoom;
    const [total, elsewhere] = [rooms.total(), rooms.total(key)];
    byId("unread-marker").hidden = total.unread === 0;
    setText(byId("elsewhere"), elsewhere.unread ? number(elsewhere.unread) : "");
    const title = rooms.titleOf(room) || byId("room-name").textContent || "";
    drawTitle(total, title, byId("app").dataset.workspace ?? "");
  }
}

/** Archived rooms with unread messages stay visible, because the title counts them. @param {Room} room @param {Rooms} rooms */
function listOf(room, rooms) {
  const over = room.info.archived_at && !rooms.waiting(room).unread;
  if (rooms.levelOf(room) === "hidden" || over) return "hidden";
  if (rooms.memberships.get(room.key)?.favourite) return "favourites";
  return room.info.kind === "direct" ? "direct" : "rooms";
}

/** Hidden rooms, unfolded if the open room is one of them. @param {HTMLElement} container @param {Room[]} list @param {string} open */
function fold(container, list, open) {
  const details = /** @type {HTMLDetailsElement} */ (container.closest("details"));
  details.hidden = !list.length;
  setText(find(details, "small"), String(list.length));
  const opened = list.some((room) => room.key === open) ? open : "";
  if (opened && container.dataset.opened !== opened) details.open = true;
  container.dataset.opened = opened;
}

/** @param {Room} room @param {Rooms} rooms @param {string} open @returns {RoomRow} */
function roomRow(room, rooms, open) {
  return {
    key: room.key,
    title: rooms.titleOf(room),
    open: room.key === open,
    ...rooms.waiting(room),
    tags: {
      private: room.info.kind === "private",
      muted: rooms.levelOf(room) === "nothing",
      archived: Boolean(room.info.archived_at),
    },
    avatar: avatarOf(room, rooms),
    latest: latestOf(room, rooms),
  };
}

/** Nothing of a person I have blocked. @param {Room} room @param {Rooms} rooms */
function latestOf(room, rooms) {
  const { latest } = room;
  if (!latest || rooms.isBlocked(latest.author)) return { line: "", time: "" };
  const text = latest.text ?? t("deleted");
  const name = nameIn(latest, room, rooms);
  return { line: name ? t("latest", { name, text }) : text, time: shortTime(latest.created_at) };
}

/** In a conversation of two, the other needs no name. @param {LatestRow} latest @param {Room} room @param {Rooms} rooms */
function nameIn({ author }, room, rooms) {
  if (author === rooms.me) return t("you");
  return rooms.others(room).length === 1 ? "" : rooms.nameOf(room, author);
}

/** With one other person, that person's avatar and presence. @param {Room} room @param {Rooms} rooms */
function avatarOf(room, rooms) {
  if (room.info.kind !== "direct") return null;
  const [other, ...more] = rooms.others(room);
  if (other === undefined || more.length) return { of: room.key, online: true };
  return { of: other, online: String(other) in room.presence };
}

/** @param {HTMLElement} item @param {RoomRow} row */
function drawRoom(item, row) {
  const link = find(item, "a");
  link.dataset.room = row.key;
  link.setAttribute("href", roomAddress(row.key));
  link.classList.toggle("has-unread", row.unread > 0);
  if (row.open) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  setText(find(link, "bdi"), row.title);
  drawCount(find(link, ".count"), row);
  for (const [what, shown] of Object.entries(row.tags)) drawTag(link, what, shown);
  const avatar = find(link, ".avatar");
  avatar.hidden = !row.avatar;
  if (row.avatar) fillAvatar(avatar, row.avatar.of, row.title, row.avatar.online);
  fillLatest(item, row.latest);
}

/** @param {HTMLElement} item @param {RoomRow["latest"]} latest */
function fillLatest(item, { line, time }) {
  setText(find(item, "time"), time);
  setText(find(item, ".latest"), line);
}

/** @param {HTMLElement} count @param {RoomRow} row */
function drawCount(count, { unread, mentions }) {
  setText(count, unread ? number(unread) : "");
  count.toggleAttribute("data-for-me", mentions > 0);
  if (unread) count.setAttribute("aria-label", countLabel(unread, mentions));
  else count.removeAttribute("aria-label");
}

/** @param {number} unread @param {number} mentions */
const countLabel = (unread, mentions) =>
  [t("unread", { n: unread }), mentions && t("unread.mentions", { n: mentions })].filter(Boolean).join(", ");

/** @param {HTMLElement} link @param {string} what @param {boolean} shown */
function drawTag(link, what, shown) {
  const icon = /** @type {Element} */ (link.querySelector(`[data-mark=${what}]`));
  icon.setAttribute("aria-label", t(what));
  icon.toggleAttribute("hidden", !shown);
}
