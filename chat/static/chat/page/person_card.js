/**
 * The card of a person: who they are in this room, and what I can do: write to them, mention or block them.
 *
 * @import {Person} from "../net/protocol.js"
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { fillAvatar } from "../shared/avatar.js";
import { closest, find } from "../shared/dom.js";
import { longDate, t } from "../shared/i18n.js";
import { isPress } from "../shared/keys.js";
import { openDialog, watchOverlay } from "../shared/overlay.js";

export class PersonCard {
  /** @param {HTMLDialogElement} dialog @param {OpenRoom} openRoom @param {(name: string) => void} onMention */
  constructor(dialog, openRoom, onMention) {
    this.dialog = dialog;
    this.openRoom = openRoom;
    watchOverlay(dialog);
    document.addEventListener("click", (event) => this.press(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("focusin", reachNames);
    const mention = /** @type {HTMLButtonElement} */ (find(dialog, "[data-mention]"));
    mention.addEventListener("click", () => {
      dialog.close();
      onMention(openRoom.nameOf(openRoom.rooms.idOf(mention.value)));
    });
  }

  /** @param {Event} event */
  press(event) {
    const person = closest(event, "[data-card]")?.dataset.card;
    if (person !== undefined) this.open(this.openRoom.rooms.idOf(person));
  }

  /** As a <button> does. @param {KeyboardEvent} event */
  key(event) {
    const name = /** @type {Element} */ (event.target);
    if (!isPress(event) || !name.matches?.("[data-card][role=button]")) return;
    event.preventDefault();
    this.press(event);
  }

  /** @param {Person} person */
  open(person) {
    const { dialog, openRoom } = this;
    const name = openRoom.nameOf(person);
    fillAvatar(find(dialog, ".avatar"), person, name, openRoom.isOnline(person));
    find(dialog, "h2").textContent = name;
    find(dialog, "[data-facts]").textContent = this.factsOf(person).join(" · ");
    const mine = person === openRoom.rooms.me;
    for (const button of dialog.querySelectorAll(".form-actions button"))
      Object.assign(button, { value: String(person), hidden: mine });
    find(dialog, "[data-mention]").hidden = mine || !this.isMentionable(person);
    find(dialog, "[data-block]").textContent = t(openRoom.rooms.isBlocked(person) ? "unblock" : "block");
    openDialog(dialog);
  }

  /** @param {Person} person */
  isMentionable(person) {
    return this.openRoom.lock === null && this.openRoom.people.includes(person);
  }

  /** @param {Person} person @returns {string[]} */
  factsOf(person) {
    const { room, rooms } = this.openRoom;
    const member = room.members[person];
    const kind = rooms.personIn(room, person)?.kind;
    const isIn = member && member.removed_at === null && room.info.kind !== "direct";
    return [
      rooms.isBlocked(person) ? t("people.blocked") : "",
      kind === "guest" || kind === "bot" ? t(`kind.${kind}`) : "",
      isIn ? t(`role.${member.role}`) : "",
      isIn ? t("card.since", { date: longDate(member.joined_at) }) : "",
      member && member.removed_at !== null ? t("card.gone") : "",
    ].filter(Boolean);
  }
}

/** From a message that has the focus, Tab leads to the names in it, and not to those in others. @param {Event} event */
function reachNames(event) {
  const message = closest(event, ".message");
  const reached = document.querySelectorAll(".message [data-card][tabindex='0']");
  const names = message?.querySelectorAll("[data-card]") ?? [];
  for (const name of /** @type {Iterable<HTMLElement>} */ (reached)) name.tabIndex = -1;
  for (const name of /** @type {Iterable<HTMLElement>} */ (names)) name.tabIndex = 0;
}
