/**
 * Renders the pin count in the header and the dialog with the pinned messages.
 *
 * @import {Around} from "./message.js"
 * @import {Room} from "../state/room.js"
 */

import { roomAddress } from "../shared/addresses.js";
import { arrange, cloneTemplate, closest, find, isPlainClick } from "../shared/dom.js";
import { moment, t } from "../shared/i18n.js";
import { watchOverlay } from "../shared/overlay.js";
import { pinnedOf } from "../state/room.js";
import { shortly } from "./message.js";

export class Pins {
  /** @param {HTMLElement} button @param {HTMLDialogElement} dialog @param {(id: number) => void} onGo */
  constructor(button, dialog, onGo) {
    this.button = button;
    this.dialog = dialog;
    this.onGo = onGo;
    button.addEventListener("click", () => dialog.showModal());
    watchOverlay(dialog);
    dialog.addEventListener("click", (event) => this.press(event));
  }

  /** @param {MouseEvent} event */
  press(event) {
    const link = closest(event, "[data-pin]");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    this.dialog.close();
    this.onGo(Number(link.dataset.pin));
  }

  /** @param {Room} room @param {Around} around */
  draw(room, around) {
    const rows = pinnedOf(room);
    this.button.hidden = !rows.length;
    find(this.button, "span").textContent = String(rows.length);
    this.button.title = t("pinned", { n: rows.length });
    this.button.setAttribute("aria-label", this.button.title);
    if (!rows.length) this.dialog.close();
    arrange(
      find(this.dialog, "ul"),
      rows.map((row) => entry(room.key, row, around)),
    );
  }
}

/** @param {string} key of the room @param {import("../net/protocol.js").MessageRow} row @param {Around} around */
function entry(key, row, around) {
  const element = cloneTemplate("pin-template");
  const link = /** @type {HTMLAnchorElement} */ (find(element, "a"));
  link.href = roomAddress(key, row.id);
  link.dataset.pin = String(row.id);
  find(link, "bdi").textContent = row.author === around.me ? t("you") : around.nameOf(row.author);
  find(link, "time").textContent = moment(row.created_at);
  find(link, "p").textContent = shortly(row, around);
  return element;
}
