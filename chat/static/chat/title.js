/**
 * What does the tab say? "(3) Room · Place", and a ribbon on the icon while anything is unread. Imports only words.
 */
import { number } from "./words.js";

/** @type {string | null} */
let quiet = null;

/** @param {number} waiting @param {string} room @param {string} place */
export function drawTitle(waiting, room, place) {
  document.title = `${waiting ? `(${number(waiting)}) ` : ""}${room} · ${place}`;
  const icon = /** @type {HTMLLinkElement | null} */ (document.getElementById("favicon"));
  if (!icon) return;
  quiet ??= icon.getAttribute("href");
  icon.setAttribute("href", (waiting ? icon.dataset.unread : quiet) ?? "");
}
