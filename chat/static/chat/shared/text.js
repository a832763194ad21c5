/**
 * Characters as people see them, and texts inside regular expressions.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Grapheme clusters. @param {string} text */
export const characters = (text) => [...segmenter.segment(text)].map(({ segment }) => segment);

/** @param {string} text */
export const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
