/**
 * Renders the pin count in the header and the dialog with the pinned messages.
 *
 * @import {Around} from "./message.js"
 * @import {Room} from "../state/room.js"
 * @typedef {{key: string, href: string, author: string, time: string, text: string}} PinRow
 */

import { roomAddress } from "../shared/addresses.js";
import { cloneTemplate, closest, find, isPlainClick, setText } from "../shared/dom.js";
import { moment, t } from "../shared/i18n.js";
import { watchOverlay } from "../shared/overlay.js";
import { RowList } from "../shared/row_list.js";
import { pinnedOf } from "../state/room.js";
import { shortly } from "./message.js";

export class Pins {
  /** @param {HTMLElement} button @param {HTMLDialogElement} dialog @param {(id: number) => void} onGo */
  constructor(button, dialog, onGo) {
    this.button = button;
    this.dialog = dialog;
    this.onGo = onGo;
    /** @type {RowList<PinRow>} */
    this.rows = new RowList(() => cloneTemplate("pin-template"), drawPin);
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
    setText(find(this.button, "span"), String(rows.length));
    this.button.title = t("pinned", { n: rows.length });
    this.button.setAttribute("aria-label", this.button.title);
    if (!rows.length) this.dialog.close();
    this.rows.draw([[find(this.dialog, "ul"), rows.map((row) => pinRow(room.key, row, around))]]);
  }
}

/** @param {string} room @param {import("../net/protocol.js").MessageRow} row @param {Around} around @returns {PinRow} */
const pinRow = (room, row, around) => ({
  key: String(row.id),
  href: roomAddress(room, row.id),
  author: row.author === around.me ? t("you") : around.nameOf(row.author),
  time: moment(row.created_at),
  text: shortly(row, around),
});

/** @param {HTMLElement} element @param {PinRow} row */
function drawPin(element, { key, href, author, time, text }) {
  const link = /** @type {HTMLAnchorElement} */ (find(element, "a"));
  link.href = href;
  link.dataset.pin = key;
  find(link, "bdi").textContent = author;
  find(link, "time").textContent = time;
  find(link, "p").textContent = text;
}
