/**
 * Renders the member list of the room.
 *
 * @import {Person} from "../net/protocol.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @typedef {{person: Person, name: string, latin: string}} Member
 * @typedef {object} PersonRow what the row of a person shows
 * @property {string} key
 * @property {string} name
 * @property {boolean} mine
 * @property {boolean} online is among those who are online
 * @property {boolean} bright the avatar: not while the connection is lost
 * @property {string} role
 * @property {string} status
 */

import { fillAvatar } from "../shared/avatar.js";
import { cloneTemplate, find, setText } from "../shared/dom.js";
import { clock, t } from "../shared/i18n.js";
import { normal, soundsLike } from "../shared/matching.js";
import { RowList } from "../shared/row_list.js";
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
    /** @type {RowList<PersonRow>} */
    this.rows = new RowList(() => cloneTemplate("person-template"), drawPerson);
    /** The members of `of`, in order. @type {{of: unknown[], all: Member[]}} */
    this.sorted = { of: [], all: [] };
    /** @type {string[]} */
    this.typists = [];
  }

  draw() {
    const { room, rooms } = this.openRoom;
    // Presence is unknown before the welcome.
    if (!rooms.welcomed && rooms.lostAt === null) return;
    this.typists = typists(room, Date.now());
    const members = this.members;
    const online = members.filter(({ person }) => this.isOnline(person));
    const offline = members.filter(({ person }) => !this.isOnline(person));
    this.drawCounts(online.length, Math.max(room.memberCount, room.info.people.length, 1));
    this.filter.hidden = members.length <= SHOWN;
    this.rows.draw([
      [find(this.pane, "#online"), this.found(online)],
      [find(this.pane, "#offline"), this.found(offline)],
    ]);
  }

  /** @param {Person} person */
  isOnline(person) {
    return person === this.openRoom.rooms.me || String(person) in this.openRoom.room.presence;
  }

  /** Myself first, then by name. Sorted again only when somebody comes, goes or has another name. */
  get members() {
    const { room } = this.openRoom;
    const of = [room.members, room.people, room.info];
    if (of.some((part, index) => part !== this.sorted.of[index])) this.sorted = { of, all: this.sort() };
    return this.sorted.all;
  }

  sort() {
    const { openRoom } = this;
    const { room, rooms } = openRoom;
    const members = openRoom.people.map((person) => ({
      person,
      name: openRoom.nameOf(person),
      latin: rooms.latinOf(room, person),
    }));
    const mine = (/** @type {Member} */ { person }) => Number(person === rooms.me);
    return members.sort((a, b) => mine(b) - mine(a) || rooms.collator.compare(a.name, b.name));
  }

  /** @param {number} online @param {number} all members, listed or not */
  drawCounts(online, all) {
    const { lostAt } = this.openRoom.rooms;
    const [at, time] = lostAt === null ? ["", ""] : [".at", clock(lostAt)];
    const offline = find(this.pane, "#offline-count");
    setText(find(this.pane, "#online-count"), t(`people.online${at}`, { count: online, time }));
    setText(offline, t(`people.offline${at}`, { count: all - online, time }));
    offline.hidden = all <= online;
  }

  /** Those that the filter leaves. @param {Member[]} members */
  found(members) {
    const wanted = normal(this.filter.value.trim());
    const fits = members.filter(
      ({ name, latin }) => !wanted || normal(name).includes(wanted) || soundsLike(latin, wanted),
    );
    return fits.slice(0, SHOWN).map((member) => this.row(member));
  }

  /** @param {Member} member @returns {PersonRow} */
  row({ person, name }) {
    const { rooms } = this.openRoom;
    return {
      key: String(person),
      name,
      mine: person === rooms.me,
      online: this.isOnline(person),
      bright: this.openRoom.isOnline(person),
      role: this.roleOf(person),
      status: this.statusOf(person),
    };
  }

  /** What sets somebody apart from most. @param {Person} person */
  roleOf(person) {
    const { room, rooms } = this.openRoom;
    const role = room.members[person]?.role ?? "member";
    const words = [
      role === "member" ? "" : t(`role.${role}`),
      rooms.isGuest(room, person) ? t("kind.guest") : "",
    ];
    return words.filter(Boolean).join(" · ");
  }

  /** @param {Person} person */
  statusOf(person) {
    const { room, rooms } = this.openRoom;
    if (rooms.isBlocked(person)) return t("people.blocked");
    if (this.typists.includes(String(person))) return t("people.writing");
    return room.presence[person] === "away" ? t("people.idle") : "";
  }
}

/** @param {HTMLElement} element @param {PersonRow} row */
function drawPerson(element, { key, name, mine, online, bright, role, status }) {
  element.dataset.person = key;
  element.classList.toggle("online", online);
  fillAvatar(find(element, ".avatar"), key, name, bright);
  find(element, "bdi").textContent = mine ? t("you") : name;
  find(element, ".role").textContent = role;
  find(element, "small").textContent = status;
  find(element, "button").dataset.card = key;
}
