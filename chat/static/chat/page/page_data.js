/**
 * The data that the view puts into the page, and the browser's storage.
 *
 * @import {Person, Snapshot} from "../net/protocol.js"
 * @typedef {object} Page what the view gives (json_script "page")
 * @property {Person} me
 * @property {string} room
 * @property {number | null} message to begin with
 * @property {string} version
 * @property {string} language
 * @property {string} join_link empty while there is none
 * @property {boolean} invites into this room
 * @property {boolean} only_here the address of this page leads nowhere from another device
 * @property {boolean} guest
 * @property {boolean} moderates
 * @property {{bytes: number, most: number}} files how large one may be, and how many go with a message
 */

import { loadAddresses } from "../shared/addresses.js";
import { byId } from "../shared/dom.js";
import { loadMessages } from "../shared/i18n.js";

const read = (/** @type {string} */ id) => JSON.parse(byId(id).textContent ?? "null");

/** Loads sentences and addresses for all modules. @returns {{page: Page, snapshot: Snapshot}} */
export function readPage() {
  const page = /** @type {Page} */ (read("page"));
  loadMessages(read("words"), page.language);
  loadAddresses(read("addresses"));
  return { page, snapshot: read("first") };
}

/** Null if the browser forbids storage. */
export function openStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
