/**
 * Reads the body of a notice, which is data and not a sentence.
 *
 * @import {MessageRow, Notice, Person} from "../net/protocol.js"
 * @typedef {Notice & {author: Person | null}} NoticeBody
 */

/** @param {MessageRow} row @returns {NoticeBody | null} */
export function noticeOf(row) {
  try {
    return { ...JSON.parse(row.body ?? ""), author: row.author };
  } catch {
    return null;
  }
}
