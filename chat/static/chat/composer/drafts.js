/**
 * Keeps the unfinished message of each room in local storage, with the message it answers and its files, and unfinished
 * edits. Each person has their own, so that another account in this browser is shown nothing of it.
 *
 * @import {AttachmentRow} from "../net/protocol.js"
 * @typedef {{name: string, size: number, row: AttachmentRow | null}} KeptFile row: null if it was not uploaded
 * @typedef {object} Draft
 * @property {string} text
 * @property {number | null} replyTo
 * @property {KeptFile[]} files
 * @property {Record<string, string>} edits the new texts of messages, by their ids
 */

/** @type {Draft} */
const EMPTY = { text: "", replyTo: null, files: [], edits: {} };

export class Drafts {
  /** @param {string} person @param {Storage | null} storage */
  constructor(person, storage) {
    this.prefix = `chat.draft.${person}.`;
    this.storage = storage;
    /** Where storage is full or forbidden, they live as long as the page. @type {Map<string, Draft>} */
    this.unsaved = new Map();
  }

  /** @param {string} room @returns {Draft} */
  of(room) {
    return this.unsaved.get(room) ?? parse(this.storage?.getItem(this.prefix + room) ?? "");
  }

  /** Only what is given: another tab may have changed the rest. @param {string} room @param {Partial<Draft>} parts */
  change(room, parts) {
    const draft = { ...this.of(room), ...parts };
    this.unsaved.set(room, draft);
    try {
      if (!this.storage) return;
      const text = JSON.stringify(draft);
      if (text === JSON.stringify(EMPTY)) this.storage.removeItem(this.prefix + room);
      else this.storage.setItem(this.prefix + room, text);
      this.unsaved.delete(room);
    } catch {
      // It stays in `unsaved`.
    }
  }

  /** @param {string} room @param {number} message @param {string | null} text null once it is saved or given up */
  changeEdit(room, message, text) {
    const { [message]: _before, ...others } = this.of(room).edits;
    this.change(room, { edits: text === null ? others : { ...others, [message]: text } });
  }
}

/** Earlier versions kept the text alone. @param {string} kept @returns {Draft} */
function parse(kept) {
  try {
    const draft = JSON.parse(kept);
    if (typeof draft?.text === "string") return { ...EMPTY, ...draft };
  } catch {
    // Not JSON.
  }
  return { ...EMPTY, text: kept };
}
