/**
 * Joins and leaves the open room, and blocks people.
 *
 * @import {Requests} from "../net/requests.js"
 * @import {Toast} from "../page/toast.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { command } from "../net/protocol.js";
import { byId, closest, find } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const CONFIRM_WITHIN = 3000;

export class RoomActions {
  /** @param {OpenRoom} openRoom @param {Requests} requests @param {Toast} toast */
  constructor(openRoom, requests, toast) {
    this.openRoom = openRoom;
    this.requests = requests;
    this.toast = toast;
    find(byId("composer-lock"), "button").addEventListener("click", () => this.join());
    byId("leave").addEventListener("click", () => this.leave(byId("leave")));
    // The second click is for the room of the first.
    openRoom.onEnter.push(() => this.unconfirm(byId("leave")));
    byId("person-card").addEventListener("click", (event) => this.block(closest(event, "[data-block]")));
  }

  join() {
    this.requests.act(command.join(this.openRoom.key));
  }

  /** Takes two clicks. @param {HTMLElement} button */
  leave(button) {
    if (!button.classList.contains("confirming")) return this.confirm(button);
    if (this.requests.act(command.leave(this.openRoom.key))) this.openRoom.leaving = this.openRoom.key;
  }

  /** @param {HTMLElement} button */
  confirm(button) {
    this.word = button.textContent ?? "";
    button.classList.add("confirming");
    button.textContent = t("leave.sure");
    this.timer = setTimeout(() => this.unconfirm(button), CONFIRM_WITHIN);
  }

  /** @param {HTMLElement} button */
  unconfirm(button) {
    clearTimeout(this.timer);
    if (!button.classList.contains("confirming")) return;
    button.classList.remove("confirming");
    button.textContent = this.word ?? "";
  }

  /** Blocks or unblocks, with undo. @param {HTMLElement | null} button */
  block(button) {
    if (!button) return;
    /** @type {HTMLDialogElement | null} */ (button.closest("dialog"))?.close();
    const { rooms } = this.openRoom;
    const person = rooms.idOf(/** @type {HTMLButtonElement} */ (button).value);
    const block = !rooms.isBlocked(person);
    const name = this.openRoom.nameOf(person);
    if (!this.requests.act(command.block(person, block))) return;
    const undo = block ? () => void this.requests.act(command.block(person, false)) : null;
    this.toast.show(t(block ? "blocked.done" : "blocked.undone", { name }), undo);
  }
}
