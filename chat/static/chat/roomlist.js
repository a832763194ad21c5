/**
 * How does the list of my rooms look? Draws what rooms.js knows; a link of each works without script too.
 *
 * @import {Room} from "./room.js"
 * @import {Rooms} from "./rooms.js"
 */

import { fillSeal } from "./message.js";
import { arrange, copy } from "./people.js";
import { number, say } from "./words.js";

/** Of a room, or of one message in it. @param {string} key @param {number | null} [id] */
export const addressOf = (key, id = null) =>
  `/rooms/${encodeURIComponent(key)}/${id === null ? "" : `${id}/`}`;

/** The room and message of an address of ours, or null. @param {string} href @returns {{key: string, id: number | null} | null} */
export function placeAt(href) {
  const { origin, pathname } = new URL(href, location.href);
  const [, key, id] = pathname.match(/^\/rooms\/([^/]+)\/(?:(\d+)\/)?$/) ?? [];
  return key && origin === location.origin ? { key: decodeURIComponent(key), id: Number(id) || null } : null;
}

/** @param {{rooms: HTMLElement, direct: HTMLElement}} places @param {Rooms} rooms @param {string} open */
export function drawRooms({ rooms: place, direct }, rooms, open) {
  const [people, topics] = [true, false].map((of) =>
    rooms.listed.filter((room) => (room.info.kind === "direct") === of),
  );
  fill(place, topics, rooms, open);
  fill(direct, people, rooms, open);
}

/** @param {HTMLElement} place @param {Room[]} list @param {Rooms} rooms @param {string} open */
function fill(place, list, rooms, open) {
  const known = new Map([...place.children].map((item) => [item.querySelector("a")?.dataset.room, item]));
  const items = list.map((room) => {
    const item = known.get(room.key) ?? /** @type {Element} */ (copy("room-template"));
    drawRoom(/** @type {HTMLElement} */ (item.querySelector("a")), room, rooms, open);
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
  /** @type {HTMLElement} */ (link.querySelector("span")).textContent = rooms.titleOf(room);
  const count = /** @type {HTMLElement} */ (link.querySelector(".count"));
  count.textContent = waiting ? number(waiting) : "";
  count.toggleAttribute("data-forme", mentions > 0);
  if (waiting) count.setAttribute("aria-label", told(waiting, mentions));
  else count.removeAttribute("aria-label");
  drawKind(link, room, rooms);
}

/** @param {number} unread @param {number} mentions */
const told = (unread, mentions) =>
  [say("unread", { n: unread }), mentions && say("unread.forme", { n: mentions })].filter(Boolean).join(", ");

/** @param {HTMLElement} link @param {Room} room @param {Rooms} rooms */
function drawKind(link, room, rooms) {
  const lock = /** @type {Element} */ (link.querySelector("svg"));
  lock.setAttribute("aria-label", say("private"));
  lock.toggleAttribute("hidden", room.info.kind !== "private");
  const seal = /** @type {HTMLElement} */ (link.querySelector(".seal"));
  seal.hidden = room.info.kind !== "direct";
  if (seal.hidden) return;
  const others = rooms.others(room);
  // With one person it bears their seal, and says like every seal whether they are here.
  const [mark, solid] =
    others.length === 1 ? [others[0], String(others[0]) in room.presence] : [room.key, true];
  fillSeal(seal, mark, rooms.titleOf(room), solid);
}
