/**
 * Replaces a name between colons, such as :tada:, with its emoji when the second colon is typed.
 *
 * @import {Emojis} from "./emoji.js"
 */
import { insertText } from "../shared/insert_text.js";

/** @param {HTMLTextAreaElement} field @param {Emojis} emojis */
export function replaceEmojiNames(field, emojis) {
  field.addEventListener("input", async (event) => {
    // Only what was typed: undoing it must not replace it again.
    const { inputType, data } = /** @type {InputEvent} */ (event);
    if (inputType !== "insertText" || data !== ":") return;
    const before = field.value.slice(0, field.selectionStart);
    const name = /(?<=^|[\s(]):([\p{L}\d_+&’.-]{2,40}):$/u.exec(before);
    if (!name) return;
    await emojis.load();
    const emoji = emojis.called(name[1]);
    const isHere = document.activeElement === field && field.value.startsWith(before);
    if (emoji && isHere) replace(field, name.index, before.length, emoji);
  });
}

/** More may have been typed while the list was loading. @param {HTMLTextAreaElement} field @param {number} start @param {number} end @param {string} emoji */
function replace(field, start, end, emoji) {
  const caret = field.selectionStart - (end - start) + emoji.length;
  insertText(field, emoji, start, end);
  field.setSelectionRange(caret, caret);
}
