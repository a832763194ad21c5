/**
 * A name that opens the card of its person (page/person_card.js). Not a <button>: as text it is selected and copied
 * with the words around it.
 *
 * @import {Person} from "../net/protocol.js"
 */

/** @param {HTMLElement} name @param {Person | null | undefined} person */
export function opensCard(name, person) {
  if (person === null || person === undefined) return;
  name.dataset.card = String(person);
  name.setAttribute("role", "button");
  // Reached with Tab from its message, once that has the focus.
  name.tabIndex = -1;
}
