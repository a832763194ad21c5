/**
 * Renders the list of rooms, and how much is unread. Its links also work without scripts.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 * @import {Directory} from "./directory.js"
 */

import { roomAddress } from "../shared/addresses.js";
import { fillAvatar } from "../shared/avatar.js";
import { arrange, byId, cloneTemplate, find } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";
import { drawTitle } from "./title.js";

export class RoomList {
  /** @param {OpenRoom} openRoom @param {Directory} directory */
  constructor(openRoom, directory) {
    this.openRoom = openRoom;
    this.directory = directory;
    /** The room last scrolled into view. */
    this.scrolledTo = "";
  }

  draw() {
    const { rooms } = this.openRoom;
    this.drawLists();
    this.scrollToOpen();
    this.directory.draw(rooms.memberships);
    this.drawTotals();
    const name = this.openRoom.nameOf(rooms.me);
    byId("my-name").textContent = name;
    fillAvatar(byId("my-avatar"), rooms.me, name, true);
  }

  drawLists() {
    const { rooms, key } = this.openRoom;
    /** @type {Record<"rooms" | "direct" | "hidden", Room[]>} */
    const lists = { rooms: [], direct: [], hidden: [] };
    for (const room of rooms.listed) lists[listOf(room, rooms)].push(room);
    fill(byId("rooms"), lists.rooms, rooms, key);
    fill(byId("direct"), lists.direct, rooms, key);
    fold(byId("hidden-rooms"), lists.hidden, rooms, key);
  }

  /** Scrolls the open room into view once, when it is entered. */
  scrollToOpen() {
    const { rooms, key } = this.openRoom;
    const link = /** @type {HTMLElement | null} */ (document.querySelector("nav.sidebar [aria-current]"));
    // Before the welcome the list has one room; on a phone it may be hidden.
    if (this.scrolledTo === key || !rooms.welcomed || !link?.offsetParent) return;
    this.scrolledTo = key;
    link.scrollIntoView({ block: "nearest" });
  }

  /** What is unread, in the sidebar, on the way back to it and in the title. */
  drawTotals() {
    const { rooms, room, key } = this.openRoom;
    const [total, elsewhere] = [rooms.total(), rooms.total(key)];
    byId("unread-marker").hidden = total.unread === 0;
    byId("elsewhere").textContent = elsewhere.unread ? number(elsewhere.unread) : "";
    const title = rooms.titleOf(room) || byId("room-name").textContent || "";
    drawTitle(total, title, byId("app").dataset.workspace ?? "");
  }
}

/** Archived rooms with unread messages stay visible, because the title counts them. @param {Room} room @param {Rooms} rooms */
function listOf(room, rooms) {
  const over = room.info.archived_at && !rooms.waiting(room).unread;
  if (rooms.levelOf(room) === "hidden" || over) return "hidden";
  return room.info.kind === "direct" ? "direct" : "rooms";
}

/** Hidden rooms, unfolded if the open room is one of them. @param {HTMLElement} container @param {Room[]} list @param {Rooms} rooms @param {string} open */
function fold(container, list, rooms, open) {
  const details = /** @type {HTMLDetailsElement} */ (container.closest("details"));
  details.hidden = !list.length;
  find(details, "small").textContent = String(list.length);
  const opened = list.some((room) => room.key === open) ? open : "";
  if (opened && container.dataset.opened !== opened) details.open = true;
  container.dataset.opened = opened;
  fill(container, list, rooms, open);
}

/** @param {HTMLElement} container @param {Room[]} list @param {Rooms} rooms @param {string} open */
function fill(container, list, rooms, open) {
  const known = new Map([...container.children].map((item) => [item.querySelector("a")?.dataset.room, item]));
  const items = list.map((room) => {
    const item = known.get(room.key) ?? cloneTemplate("room-template");
    drawRoom(find(item, "a"), room, rooms, open);
    return item;
  });
  arrange(container, items);
}

/** @param {HTMLElement} link @param {Room} room @param {Rooms} rooms @param {string} open */
function drawRoom(link, room, rooms, open) {
  const { unread: waiting, mentions } = rooms.waiting(room);
  link.dataset.room = room.key;
  link.setAttribute("href", roomAddress(room.key));
  link.classList.toggle("has-unread", waiting > 0);
  if (room.key === open) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  find(link, "bdi").textContent = rooms.titleOf(room);
  const count = find(link, ".count");
  count.textContent = waiting ? number(waiting) : "";
  count.toggleAttribute("data-for-me", mentions > 0);
  if (waiting) count.setAttribute("aria-label", countLabel(waiting, mentions));
  else count.removeAttribute("aria-label");
  drawKind(link, room, rooms);
}

/** @param {number} unread @param {number} mentions */
const countLabel = (unread, mentions) =>
  [t("unread", { n: unread }), mentions && t("unread.mentions", { n: mentions })].filter(Boolean).join(", ");

/** @param {HTMLElement} link @param {Room} room @param {Rooms} rooms */
function drawKind(link, room, rooms) {
  tag(link, "private", room.info.kind === "private");
  tag(link, "muted", rooms.levelOf(room) === "nothing");
  tag(link, "archived", Boolean(room.info.archived_at));
  const avatar = find(link, ".avatar");
  avatar.hidden = room.info.kind !== "direct";
  if (avatar.hidden) return;
  const others = rooms.others(room);
  // With one other person, show that person's avatar and presence.
  const [mark, solid] =
    others.length === 1 ? [others[0], String(others[0]) in room.presence] : [room.key, true];
  fillAvatar(avatar, mark, rooms.titleOf(room), solid);
}

/** @param {HTMLElement} link @param {string} what @param {boolean} shown */
function tag(link, what, shown) {
  const icon = /** @type {Element} */ (link.querySelector(`[data-mark=${what}]`));
  icon.setAttribute("aria-label", t(what));
  icon.toggleAttribute("hidden", !shown);
}
