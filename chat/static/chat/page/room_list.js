/**
 * How does the list of my rooms look? Draws what rooms.js knows; a link of each works without script too.
 *
 * @import {Room} from "../state/room.js"
 * @import {Rooms} from "../state/rooms.js"
 */

import { addressOf } from "../shared/addresses.js";
import { fillAvatar } from "../shared/avatar.js";
import { arrange, cloneTemplate, find } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";

/** @param {Record<"rooms" | "direct" | "hidden", HTMLElement>} places @param {Rooms} rooms @param {string} open */
export function drawRooms(places, rooms, open) {
  /** @type {Record<"rooms" | "direct" | "hidden", Room[]>} */
  const lists = { rooms: [], direct: [], hidden: [] };
  for (const room of rooms.listed) lists[placeOf(room, rooms)].push(room);
  fill(places.rooms, lists.rooms, rooms, open);
  fill(places.direct, lists.direct, rooms, open);
  fold(places.hidden, lists.hidden, rooms, open);
  bring(Object.values(places), open, rooms.epoch !== null);
}

/** The room that was last brought into view. */
let brought = "";

/** In a list longer than the screen the open room is in view when it is entered; then the list is the reader's. @param {HTMLElement[]} places @param {string} open @param {boolean} welcomed */
function bring(places, open, welcomed) {
  const link = places.map((place) => place.querySelector("[aria-current]")).find((one) => one !== null);
  // Before the welcome the list is that one room; on a phone it may lie behind it.
  if (brought === open || !welcomed || !(/** @type {HTMLElement | undefined} */ (link)?.offsetParent)) return;
  brought = open;
  link?.scrollIntoView({ block: "nearest" });
}

/** What waits is never out of sight: the title counts it. @param {Room} room @param {Rooms} rooms */
function placeOf(room, rooms) {
  const over = room.info.archived_at && !rooms.waiting(room).unread;
  if (rooms.levelOf(room) === "hidden" || over) return "hidden";
  return room.info.kind === "direct" ? "direct" : "rooms";
}

/** What is out of sight; it unfolds by itself for the room that is open. @param {HTMLElement} place @param {Room[]} list @param {Rooms} rooms @param {string} open */
function fold(place, list, rooms, open) {
  const details = /** @type {HTMLDetailsElement} */ (place.closest("details"));
  details.hidden = !list.length;
  find(details, "small").textContent = String(list.length);
  const here = list.some((room) => room.key === open) ? open : "";
  if (here && place.dataset.here !== here) details.open = true;
  place.dataset.here = here;
  fill(place, list, rooms, open);
}

/** @param {HTMLElement} place @param {Room[]} list @param {Rooms} rooms @param {string} open */
function fill(place, list, rooms, open) {
  const known = new Map([...place.children].map((item) => [item.querySelector("a")?.dataset.room, item]));
  const items = list.map((room) => {
    const item = known.get(room.key) ?? cloneTemplate("room-template");
    drawRoom(find(item, "a"), room, rooms, open);
    return item;
  });
  arrange(place, items);
}

/** @param {HTMLElement} link @param {Room} room @param {Rooms} rooms @param {string} open */
function drawRoom(link, room, rooms, open) {
  const { unread: waiting, mentions } = rooms.waiting(room);
  link.dataset.room = room.key;
  link.setAttribute("href", addressOf(room.key));
  link.classList.toggle("has", waiting > 0);
  if (room.key === open) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  find(link, "bdi").textContent = rooms.titleOf(room);
  const count = find(link, ".count");
  count.textContent = waiting ? number(waiting) : "";
  count.toggleAttribute("data-forme", mentions > 0);
  if (waiting) count.setAttribute("aria-label", told(waiting, mentions));
  else count.removeAttribute("aria-label");
  drawKind(link, room, rooms);
}

/** @param {number} unread @param {number} mentions */
const told = (unread, mentions) =>
  [t("unread", { n: unread }), mentions && t("unread.forme", { n: mentions })].filter(Boolean).join(", ");

/** @param {HTMLElement} link @param {Room} room @param {Rooms} rooms */
function drawKind(link, room, rooms) {
  tag(link, "private", room.info.kind === "private");
  tag(link, "muted", rooms.levelOf(room) === "nothing");
  tag(link, "archived", Boolean(room.info.archived_at));
  const seal = find(link, ".seal");
  seal.hidden = room.info.kind !== "direct";
  if (seal.hidden) return;
  const others = rooms.others(room);
  // With one person it bears their seal, and says like every seal whether they are here.
  const [mark, solid] =
    others.length === 1 ? [others[0], String(others[0]) in room.presence] : [room.key, true];
  fillAvatar(seal, mark, rooms.titleOf(room), solid);
}

/** @param {HTMLElement} link @param {string} what @param {boolean} shown */
function tag(link, what, shown) {
  const icon = /** @type {Element} */ (link.querySelector(`[data-mark=${what}]`));
  icon.setAttribute("aria-label", t(what));
  icon.toggleAttribute("hidden", !shown);
}
