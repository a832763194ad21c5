/**
 * Avatars without a picture: initials in one of eight colours.
 *
 * @import {Person} from "../net/protocol.js"
 */
import { setText } from "./dom.js";
import { initials } from "./i18n.js";

/** Colour 0 to 7, the same everywhere; as `colour` in chat_pages.py. @param {Person | null} person */
const colour = (person) => [...String(person)].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7) % 8;

/** @param {Element} element @param {Person | null} person @param {string} name @param {boolean} online */
export function fillAvatar(element, person, name, online) {
  const look = `avatar colour-${colour(person)}${online ? "" : " offline"}`;
  setText(element, initials(name));
  if (element.className !== look) element.className = look;
  if (person !== null) element.setAttribute("data-avatar", String(person));
}
