/**
 * Renders the member list of the room.
 *
 * @import {Person} from "../net/protocol.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @typedef {{person: Person, name: string, latin: string, online: boolean}} Member
 */

import { fillAvatar } from "../shared/avatar.js";
import { arrange, cloneTemplate, find } from "../shared/dom.js";
import { clock, t } from "../shared/i18n.js";
import { normal, soundsLike } from "../shared/matching.js";
import { typists } from "../state/room.js";

/** People beyond these are found with the filter. */
const SHOWN = 50;

export class People {
  /** @param {HTMLElement} pane @param {OpenRoom} openRoom */
  constructor(pane, openRoom) {
    this.pane = pane;
    this.openRoom = openRoom;
    this.filter = /** @type {HTMLInputElement} */ (find(pane, "#people-filter"));
    this.filter.addEventListener("input", () => this.draw());
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    /** @type {string[]} */
    this.typists = [];
  }

  draw() {
    const { room, rooms } = this.openRoom;
    // Presence is unknown before the welcome.
    if (!rooms.welcomed && rooms.lostAt === null) return;
    this.typists = typists(room, Date.now());
    const members = this.members();
    const [online, offline] = [members.filter((one) => one.online), members.filter((one) => !one.online)];
    this.drawCounts(online.length, Math.max(room.memberCount, room.info.people.length, 1));
    this.filter.hidden = members.length <= SHOWN;
    this.fill("#online", online);
    this.fill("#offline", offline);
  }

  /** Myself first, then by name. @returns {Member[]} */
  members() {
    const { openRoom } = this;
    const { room, rooms } = openRoom;
    const members = openRoom.people.map((person) => ({
      person,
      name: openRoom.nameOf(person),
      latin: rooms.latinOf(room, person),
      online: person === rooms.me || String(person) in room.presence,
    }));
    const mine = (/** @type {Member} */ { person }) => Number(person === rooms.me);
    return members.sort((a, b) => mine(b) - mine(a) || rooms.collator.compare(a.name, b.name));
  }

  /** @param {number} online @param {number} all members, listed or not */
  drawCounts(online, all) {
    const { lostAt } = this.openRoom.rooms;
    const [at, time] = lostAt === null ? ["", ""] : [".at", clock(lostAt)];
    find(this.pane, "#online-count").textContent = t(`people.online${at}`, { count: online, time });
    find(this.pane, "#offline-count").textContent = t(`people.offline${at}`, { count: all - online, time });
    find(this.pane, "#offline-count").hidden = all <= online;
  }

  /** @param {string} list @param {Member[]} members */
  fill(list, members) {
    const wanted = normal(this.filter.value.trim());
    const fits = members.filter(
      ({ name, latin }) => normal(name).includes(wanted) || soundsLike(latin, wanted),
    );
    const found = fits.slice(0, SHOWN);
    arrange(
      find(this.pane, list),
      found.map((member) => this.row(member)),
    );
  }

  /** @param {Member} member */
  row({ person, name, online }) {
    const id = String(person);
    const row = this.rows.get(id) ?? cloneTemplate("person-template");
    this.rows.set(id, row);
    const mine = person === this.openRoom.rooms.me;
    row.dataset.person = id;
    row.classList.toggle("online", online);
    fillAvatar(find(row, ".avatar"), person, name, this.openRoom.isOnline(person));
    find(row, "bdi").textContent = mine ? t("you") : name;
    find(row, "small").textContent = this.statusOf(person);
    const isBlocked = this.openRoom.rooms.isBlocked(person);
    const block = t(isBlocked ? "people.unblock" : "people.block", { name });
    fillButton(row, "[data-block]", id, mine, block);
    fillButton(row, "button[form]", id, mine, t("people.write", { name }));
    return row;
  }

  /** @param {Person} person */
  statusOf(person) {
    const { room, rooms } = this.openRoom;
    if (rooms.isBlocked(person)) return t("people.blocked");
    if (this.typists.includes(String(person))) return t("people.writing");
    return room.presence[person] === "away" ? t("people.idle") : "";
  }
}

/** @param {HTMLElement} row @param {string} selector @param {string} person @param {boolean} hidden @param {string} label */
function fillButton(row, selector, person, hidden, label) {
  const button = /** @type {HTMLButtonElement} */ (find(row, selector));
  Object.assign(button, { hidden, value: person, title: label });
  button.setAttribute("aria-label", label);
}
