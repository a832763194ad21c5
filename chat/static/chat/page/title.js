/**
 * Shows unread counts in the tab title, the favicon and the app badge.
 *
 * @import {Waiting} from "../state/unread.js"
 */
import { number } from "../shared/i18n.js";

/** @type {string | null} */
let quiet = null;
/** @type {number | null} */
let badge = null;

/** @param {Waiting} waiting @param {string} room @param {string} place */
export function drawTitle({ unread, mentions }, room, place) {
  const title = `${unread ? `(${mentions ? "@ " : ""}${number(unread)}) ` : ""}${room} · ${place}`;
  if (document.title !== title) document.title = title;
  drawIcon(unread, mentions);
  drawBadge(unread);
}

/** @param {number} unread @param {number} mentions */
function drawIcon(unread, mentions) {
  const icon = /** @type {HTMLLinkElement | null} */ (document.getElementById("favicon"));
  if (!icon) return;
  quiet ??= icon.getAttribute("href");
  const shown = (mentions ? icon.dataset.forMe : unread ? icon.dataset.unread : quiet) ?? "";
  if (icon.getAttribute("href") !== shown) icon.setAttribute("href", shown);
}

/** Badge of an installed app. @param {number} unread */
function drawBadge(unread) {
  const app = /** @type {Partial<Navigator>} */ (navigator);
  if (badge === unread) return;
  badge = unread;
  // Fails if the app is not installed or badges are not allowed.
  (unread ? app.setAppBadge?.(unread) : app.clearAppBadge?.())?.catch(() => {});
}
