/**
 * Arranges a room's messages into blocks: days, runs of one author, notices and the divider.
 *
 * @import {MessageRow, Person} from "../net/protocol.js"
 * @import {Room} from "../state/room.js"
 * @import {Entry} from "../net/outbox.js"
 * @import {Divider} from "../state/open_room.js"
 * @import {PresenceLine} from "../state/presence_lines.js"
 * @typedef {object} Item one message: a row, or an entry of the outbox that has none yet
 * @property {string} key
 * @property {MessageRow | null} row
 * @property {Entry | null} entry
 * @property {boolean} first of its run: has the author line
 * @typedef {object} Run
 * @property {"run"} kind
 * @property {string} key
 * @property {Person | null} author
 * @property {number} at milliseconds: when it began
 * @property {boolean} follows continues the author of before a notice: no author line
 * @property {boolean} fresh hangs from the ribbon
 * @property {boolean} start of the ribbon
 * @property {boolean} end of the ribbon
 * @property {Item[]} items
 * @typedef {{kind: "day", key: string, at: number}} Day
 * @typedef {{kind: "new", key: string, count: number}} New
 * @typedef {{kind: "presence", key: string, line: PresenceLine, fresh: boolean}} Presence
 * @typedef {{kind: "notices", key: string, rows: MessageRow[]}} Notices notices that are rows, one right after the other
 * @typedef {Run | Day | New | Presence | Notices} Block
 */
import { sameDay } from "../shared/i18n.js";
import { byOthers } from "../state/unread.js";

const RUN = 5 * 60_000;

/** @param {Room} room @param {Entry[]} entries @param {PresenceLine[]} lines @param {Divider | null} divider @returns {Block[]} */
export function blocks(room, entries, lines, divider) {
  const drawing = new Drawing(room, divider);
  const left = lines.filter((line) => line.after >= (room.messages[0]?.id ?? 0) || !room.more);
  for (const row of room.messages) {
    while (left[0] && left[0].after < row.id) drawing.presence(/** @type {PresenceLine} */ (left.shift()));
    drawing.row(row);
  }
  if (room.atEnd) {
    const stored = new Set(room.messages.map((row) => row.nonce));
    for (const line of left) drawing.presence(line);
    for (const entry of entries) if (!stored.has(entry.nonce)) drawing.entry(entry);
  }
  return drawing.done();
}

class Drawing {
  /** @param {Room} room @param {Divider | null} divider */
  constructor(room, divider) {
    this.room = room;
    this.divider = divider;
    /** @type {Block[]} */
    this.blocks = [];
    /** @type {Run | null} the run a next message may continue */
    this.run = null;
    this.day = 0;
    this.broken = false;
    /** @type {Run[]} */
    this.hanging = [];
  }

  /** @param {MessageRow} row */
  row(row) {
    const at = Date.parse(row.created_at);
    const fresh = this.fresh(row);
    this.newDay(at, row.id);
    if (fresh && !this.hanging.length && this.whole) this.newMark();
    if (row.kind === "notice") return this.notice(row);
    const key = row.author === this.room.me && row.nonce ? row.nonce : String(row.id);
    this.item({ key, row, entry: null, first: true }, row.author, at, fresh);
  }

  /** @param {Entry} entry */
  entry(entry) {
    this.newDay(entry.order, 0);
    this.item({ key: entry.nonce, row: null, entry, first: true }, this.room.me, entry.order, false);
  }

  /** @param {Item} item @param {Person | null} author @param {number} at @param {boolean} fresh */
  item(item, author, at, fresh) {
    const same =
      this.run !== null && this.run.author === author && this.run.fresh === fresh && at - this.run.at < RUN;
    if (this.run && same && !this.broken) {
      this.run.items.push({ ...item, first: false });
      return;
    }
    this.run = {
      kind: "run",
      key: `run ${item.key}`,
      author,
      at: this.run && same ? this.run.at : at,
      follows: same,
      fresh,
      start: fresh && !this.hanging.length && this.whole,
      end: false,
      items: [{ ...item, first: !same }],
    };
    this.broken = false;
    if (fresh) this.hanging.push(this.run);
    this.blocks.push(this.run);
  }

  /** @param {PresenceLine} line */
  presence(line) {
    if (line.came.length + line.left.length === 0) return;
    this.newDay(line.at, line.after);
    const fresh = this.divider !== null && line.after > this.divider.after && line.after < this.divider.upto;
    this.blocks.push({ kind: "presence", key: `presence ${line.id}`, line, fresh });
    this.broken = true;
  }

  /** @param {MessageRow} row */
  notice(row) {
    if (row.deleted_at) return;
    const last = this.blocks.at(-1);
    if (last?.kind === "notices") last.rows.push(row);
    else this.blocks.push({ kind: "notices", key: String(row.id), rows: [row] });
    this.broken = true;
  }

  /** @param {number} at @param {number} id */
  newDay(at, id) {
    if (this.day && (sameDay(at, this.day) || at < this.day)) return;
    this.day = at;
    this.run = null;
    this.blocks.push({ kind: "day", key: `day ${new Date(at).toDateString()} ${id ? "" : "now"}`, at });
  }

  newMark() {
    this.run = null;
    const loaded = this.room.messages.filter((row) => this.fresh(row)).length;
    const count = this.room.atEnd ? loaded : Math.max(loaded, this.divider?.count ?? 0);
    this.blocks.push({ kind: "new", key: "new", count });
  }

  /** The start of the divider is loaded; otherwise the ribbon continues above the window. */
  get whole() {
    return !this.room.more || (this.room.messages[0]?.id ?? 0) <= (this.divider?.after ?? 0);
  }

  /** @param {MessageRow} row */
  fresh(row) {
    const divider = this.divider;
    if (!divider || !byOthers(this.room, row) || row.kind !== "text") return false;
    return row.id > divider.after && row.id <= divider.upto && !row.deleted_at;
  }

  done() {
    const last = this.hanging.at(-1);
    if (last) last.end = true;
    return this.blocks;
  }
}
