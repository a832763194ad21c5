/**
 * Renders the member list of the room.
 *
 * @import {MemberRow} from "../net/protocol.js"
 * @typedef {object} View
 * @property {string} me
 * @property {Pick<MemberRow, "person">[]} members
 * @property {number} count of members, listed or not
 * @property {Record<string, "online" | "away">} presence
 * @property {string[]} writing
 * @property {string[]} blocked
 * @property {(person: import("../net/protocol.js").Person) => string} nameOf
 * @property {number | null} lostAt without a connection nobody is known to be here
 */

import { fillAvatar } from "../shared/avatar.js";
import { arrange, cloneTemplate, find } from "../shared/dom.js";
import { clock, t } from "../shared/i18n.js";

/** People beyond these are found with the filter. */
const SHOWN = 50;

export class People {
  /** @param {HTMLElement} pane */
  constructor(pane) {
    this.pane = pane;
    this.filter = /** @type {HTMLInputElement} */ (this.part("#people-filter"));
    this.filter.addEventListener("input", () => this.view && this.draw(this.view));
    /** @type {View | null} */
    this.view = null;
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
  }

  /** @param {string} selector */
  part(selector) {
    return /** @type {HTMLElement} */ (this.pane.querySelector(selector));
  }

  /** @param {View} view */
  draw(view) {
    this.view = view;
    const people = this.sorted(view);
    const here = people.filter(({ id }) => this.here(id));
    const away = people.filter(({ id }) => !this.here(id));
    const at = view.lostAt === null ? "" : ".at";
    const time = view.lostAt === null ? "" : clock(view.lostAt);
    this.part("#here-count").textContent = t(`people.here${at}`, { count: here.length, time });
    this.part("#away-count").textContent = t(`people.away${at}`, { count: view.count - here.length, time });
    this.part("#away-count").hidden = view.count <= here.length;
    this.filter.hidden = view.members.length <= SHOWN;
    this.fill("#here", this.found(here));
    this.fill("#away", this.found(away));
  }

  /** @param {View} view */
  sorted(view) {
    const people = view.members.map(({ person }) => ({ id: String(person), name: view.nameOf(person) }));
    return people.sort(
      (a, b) => Number(b.id === view.me) - Number(a.id === view.me) || a.name.localeCompare(b.name),
    );
  }

  /** @param {string} id */
  here(id) {
    return id === this.view?.me || id in (this.view?.presence ?? {});
  }

  /** @param {{id: string, name: string}[]} people */
  found(people) {
    const wanted = this.filter.value.trim().toLocaleLowerCase();
    return people.filter(({ name }) => name.toLocaleLowerCase().includes(wanted)).slice(0, SHOWN);
  }

  /** @param {string} list @param {{id: string, name: string}[]} people */
  fill(list, people) {
    const rows = people.map(({ id, name }) => this.row(id, name));
    arrange(this.part(list), rows);
  }

  /** @param {string} id @param {string} name */
  row(id, name) {
    const known = this.rows.get(id);
    const row = known ?? cloneTemplate("person-template");
    this.rows.set(id, row);
    const view = /** @type {View} */ (this.view);
    const mine = id === view.me;
    row.dataset.person = id;
    row.classList.toggle("online", this.here(id));
    // Presence of others is unknown while disconnected.
    const solid = mine || (this.here(id) && view.lostAt === null);
    fillAvatar(find(row, ".avatar"), id, name, solid);
    const text = find(row, "bdi");
    text.textContent = mine ? t("you") : name;
    this.fillBlock(row, id, name);
    const write = /** @type {HTMLButtonElement} */ (row.querySelector("button[form]"));
    write.hidden = mine;
    write.value = id;
    write.title = t("people.write", { name });
    write.setAttribute("aria-label", write.title);
    const status = find(row, "small");
    status.textContent = this.statusOf(id);
    return row;
  }

  /** @param {string} id */
  statusOf(id) {
    const view = /** @type {View} */ (this.view);
    if (view.blocked.includes(id)) return t("people.blocked");
    if (view.writing.includes(id)) return t("people.writing");
    return view.presence[id] === "away" ? t("people.idle") : "";
  }

  /** @param {HTMLElement} row @param {string} id @param {string} name */
  fillBlock(row, id, name) {
    const view = /** @type {View} */ (this.view);
    const block = /** @type {HTMLButtonElement} */ (row.querySelector("[data-block]"));
    block.hidden = id === view.me;
    block.value = id;
    const blocked = view.blocked.includes(id);
    block.title = t(blocked ? "people.unblock" : "people.block", { name });
    block.setAttribute("aria-label", block.title);
  }
}
