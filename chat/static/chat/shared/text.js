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

/** The text, or the names of the files. @param {Pick<MessageRow, "body" | "attachments">} row */
export const oneLine = ({ body, attachments }) =>
  (body || attachments.map(({ name }) => name).join(", ")).replace(/\s+/g, " ").trim();
