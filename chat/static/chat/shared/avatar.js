/**
 * How is a person drawn where there is no picture? Two letters in one of eight inks. Imports only words.
 *
 * @import {Person} from "../net/protocol.js"
 */
import { initials } from "./i18n.js";

/** One of eight inks for each person, the same on every screen. @param {Person | null} person */
export const colour = (person) =>
  [...String(person)].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7) % 8;

/** @param {Element} seal @param {Person | null} person @param {string} name @param {boolean} here */
export function fillAvatar(seal, person, name, here) {
  seal.textContent = initials(name);
  seal.className = `seal c${colour(person)}${here ? "" : " out"}`;
  if (person !== null) seal.setAttribute("data-seal", String(person));
}
