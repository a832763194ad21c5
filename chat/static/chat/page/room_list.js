/**
 * Renders the list of rooms. Its links also work without scripts.
 *
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 */

import { roomAddress } from "../shared/addresses.js";
import { fillAvatar } from "../shared/avatar.js";
import { arrange, cloneTemplate, find } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";

/** @param {Record<"rooms" | "direct" | "hidden", HTMLElement>} containers @param {Rooms} rooms @param {string} open */
export function drawRooms(containers, rooms, open) {
  /** @type {Record<"rooms" | "direct" | "hidden", Room[]>} */
  const lists = { rooms: [], direct: [], hidden: [] };
  for (const room of rooms.listed) lists[listOf(room, rooms)].push(room);
  fill(containers.rooms, lists.rooms, rooms, open);
  fill(containers.direct, lists.direct, rooms, open);
  fold(containers.hidden, lists.hidden, rooms, open);
  scrollToOpen(Object.values(containers), open, rooms.epoch !== null);
}

/** The room last scrolled into view. */
let scrolledTo = "";

/** Scrolls the open room into view once, when it is entered. @param {HTMLElement[]} containers @param {string} open @param {boolean} welcomed */
function scrollToOpen(containers, open, welcomed) {
  const link = containers
    .map((container) => container.querySelector("[aria-current]"))
    .find((one) => one !== null);
  // Before the welcome the list has one room; on a phone it may be hidden.
  if (scrolledTo === open || !welcomed || !(/** @type {HTMLElement | undefined} */ (link)?.offsetParent))
    return;
  scrolledTo = open;
  link?.scrollIntoView({ block: "nearest" });
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
  const here = list.some((room) => room.key === open) ? open : "";
  if (here && container.dataset.here !== here) details.open = true;
  container.dataset.here = here;
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
