/**
 * Characters as people see them, texts inside regular expressions, and messages in one line.
 *
 * @import {MessageRow} from "../net/protocol.js"
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Grapheme clusters. @param {string} text */
export const characters = (text) => [...segmenter.segment(text)].map(({ segment }) => segment);

/** @param {string} text */
export const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/**
 * The text, or the names of the files: so many code points at most, as the server counts. Half of one shows as �.
 *
 * @param {Pick<MessageRow, "body" | "attachments">} row @param {number} most
 */
export function oneLine({ body, attachments }, most) {
  const text = body || attachments.map(({ name }) => name).join(", ");
  return [...text.replace(/\s+/g, " ").trim()].slice(0, most).join("");
}
