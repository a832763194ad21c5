/**
 * The newest message of a room that somebody wrote, as one line. The room list shows it.
 *
 * @import {LatestRow, MessageRow} from "../net/protocol.js"
 */

import { oneLine } from "../shared/text.js";

/** @param {MessageRow} row @returns {LatestRow} */
const lineOf = ({ id, seq, author, created_at, deleted_at, ...row }) => ({
  id,
  seq,
  author,
  created_at,
  text: deleted_at ? null : oneLine(row, 100),
});

/** @param {LatestRow | null} known @param {LatestRow | null} other @returns {LatestRow | null} */
export function newer(known, other) {
  if (!known || !other) return known ?? other;
  return (other.id - known.id || other.seq - known.seq) > 0 ? other : known;
}

/** @param {LatestRow | null} known @param {MessageRow[]} rows @returns {LatestRow | null} */
export const latestAmong = (known, rows) =>
  rows.filter(({ kind }) => kind === "text").reduce((latest, row) => newer(latest, lineOf(row)), known);
