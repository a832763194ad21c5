/**
 * Whom can one name in this room, and in which order are they offered? Who is here, then the others, then everybody.
 *
 * @import {Choice} from "./suggestions.js"
 * @import {Person} from "../net/protocol.js"
 * @import {Room} from "../state/room.js"
 */

import { t } from "../shared/i18n.js";
import { membersOf } from "../state/room.js";

/** @param {Room} room @param {(person: Person) => string} nameOf @returns {Choice[]} */
export function namesIn(room, nameOf) {
  const others = membersOf(room).filter(({ person }) => person !== room.me);
  const choices = others.map(({ person }) => ({ text: nameOf(person), person: String(person) }));
  const here = (/** @type {Choice} */ { person }) => Number(String(person) in room.presence);
  choices.sort((a, b) => here(b) - here(a) || a.text.localeCompare(b.text));
  const [text, shown] = [t("mention.room"), t("mention.everybody")].map((said) => said.replace(/^@/, ""));
  return [...choices, { text, shown, note: "@" }];
}
