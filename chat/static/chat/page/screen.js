/**
 * Renders the open room. Holds its divider, its scroll target and the toast, and redraws every part from the state.
 *
 * @import {Rooms} from "../state/rooms.js"
 * @import {Outbox} from "../net/outbox.js"
 * @import {Composer} from "../composer/composer.js"
 * @import {AttachmentTray} from "../composer/attachment_tray.js"
 * @import {Timeline} from "../timeline/timeline.js"
 * @import {People} from "./people.js"
 * @import {Directory} from "./directory.js"
 * @import {Head} from "./head.js"
 * @import {Around} from "../timeline/message.js"
 * @import {Divider} from "../timeline/blocks.js"
 * @import {PresenceLine} from "../state/presence_lines.js"
 * @import {Person} from "../net/protocol.js"
 *
 * @typedef {object} Parts
 * @property {Rooms} rooms
 * @property {Outbox} outbox
 * @property {Timeline} timeline
 * @property {Composer} composer
 * @property {AttachmentTray} tray
 * @property {People} people
 * @property {Head} head
 * @property {Directory} directory
 * @property {() => number | null} lostAt since when the connection has been missed
 * @property {(key: string) => string | null} joinLink
 * @property {string} open key of the first room
 * @property {() => void} onDrawn
 */

import { fillAvatar } from "../shared/avatar.js";
import { byId } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";
import { dividerOnEntry, extendDivider } from "../state/divider.js";
import { membersOf, rowOf, typists } from "../state/room.js";
import { inWindow } from "../state/window.js";
import { blocks } from "../timeline/blocks.js";
import { drawJumpButtons } from "../timeline/jump_buttons.js";
import { Footer } from "./footer.js";
import { showLink } from "./invite.js";
import { drawRooms } from "./room_list.js";
import { drawTitle } from "./title.js";

const UNSEEN = 200;
const TOAST = 6000;

export class Screen {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.open = parts.open;
    /** @type {Divider | null} */
    this.divider = null;
    /** @type {Map<string, PresenceLine[]>} */
    this.notices = new Map();
    /** The initial scroll position has been set. */
    this.positioned = false;
    this.welcomed = false;
    /** @type {"removed" | "no_such_room" | null} */
    this.problem = null;
    this.endSeen = 0;
    /** The room being left. @type {string | null} */
    this.leaving = null;
    /** Message to scroll to; with `line`, the divider after it. @type {{id: number, line?: boolean} | null} */
    this.target = null;
    /** The target has been reached, so the initial position is not the divider. */
    this.atTarget = false;
    /** Shown below the timeline for a while. @type {{words: string, until: number, undo?: () => void}} */
    this.toast = { words: "", until: 0 };
    /** Marked as unread: visible messages do not count as read until the reader leaves, writes or marks all as read. */
    this.keepUnread = false;
    /** The divider has been in view. */
    this.startSeen = false;
    this.drawing = false;
    this.footer = new Footer();
  }

  get room() {
    return this.parts.rooms.of(this.open);
  }

  get lostAt() {
    return this.parts.lostAt();
  }

  /** @param {string} key @param {number | null} [id] of a message to begin with */
  enter(key, id = null) {
    Object.assign(this, {
      open: key,
      divider: null,
      positioned: false,
      problem: null,
      endSeen: 0,
      target: id === null ? null : { id },
      atTarget: false,
      keepUnread: false,
    });
    this.parts.timeline.clear();
    this.parts.tray.open(key);
    this.parts.composer.open(key);
    this.draw();
  }

  /** Draws once for any number of events. */
  scheduleDraw() {
    if (this.drawing) return;
    this.drawing = true;
    const draw = () => this.drawing && this.draw();
    // Covered windows get no animation frames, but their title must still be right.
    setTimeout(draw, UNSEEN);
    requestAnimationFrame(draw);
  }

  /** @param {{quiet?: boolean}} [how] */
  draw(how) {
    this.drawing = false;
    this.startDivider();
    this.parts.head.draw(this);
    this.drawTimeline(how);
    this.drawPeople();
    drawJumpButtons(this);
    this.footer.draw(this);
    // Marks visible messages as read first, or the room list would show them as unread for a moment.
    this.parts.onDrawn();
    this.drawRooms();
  }

  // -- the divider ---------------------------------------------------------------------------------------------------

  startDivider() {
    const room = this.room;
    if (this.positioned || !this.welcomed || !room.loaded) return;
    this.resetDivider();
  }

  resetDivider() {
    this.divider = dividerOnEntry(this.room);
    this.startSeen = false;
  }

  markedUnread() {
    this.keepUnread = true;
    this.resetDivider();
  }

  /** @param {string} words @param {number} lasting milliseconds @param {() => void} [undo] */
  showToast(words, lasting, undo) {
    this.toast = { words, until: Date.now() + lasting, undo };
    this.footer.drawToast(this);
  }

  /** The divider lies above the loaded window. */
  get dividerNotLoaded() {
    const [room, first] = [this.room, this.room.messages[0]?.id ?? 0];
    if (this.positioned || this.atTarget) return false;
    return this.divider !== null && room.more && room.readUpTo > 0 && first > room.readUpTo;
  }

  /** The message to load history around, to reach the target or the divider. @returns {number | null} */
  get idToLoad() {
    const { room, target } = this;
    if (target && room.loaded) return inWindow(room, target.id) ? null : target.id;
    return this.dividerNotLoaded ? room.readUpTo : null;
  }

  /** The target does not exist. */
  targetMissing() {
    this.target = null;
    this.showToast(t("nowhere"), TOAST);
  }

  /** A message arrived while nobody was reading. @param {number} id */
  missedMessage(id) {
    const before = this.divider;
    this.divider = extendDivider(before, this.room, this.endSeen, id);
    this.startSeen &&= before?.after === this.divider.after;
  }

  // -- the parts -----------------------------------------------------------------------------------------------------

  /** @returns {Around} */
  get around() {
    const { room, parts } = this;
    return {
      me: room.me,
      nameOf: (/** @type {Person | null} */ person) => parts.rooms.nameOf(room, person),
      here: (/** @type {Person | null} */ person) => this.here(person),
      rowOf: (/** @type {number | null} */ id) => rowOf(room, id),
      connected: this.lostAt === null,
      moderates: parts.rooms.moderates(this.open),
      blocked: (/** @type {Person | null} */ person) => parts.rooms.isBlocked(person),
    };
  }

  /** @param {Person | null} person */
  here(person) {
    if (person === this.room.me || String(person) === String(this.room.me)) return true;
    return this.lostAt === null && String(person) in this.room.presence;
  }

  /** @param {{quiet?: boolean}} [how] */
  drawTimeline(how) {
    const { room, parts } = this;
    if (!room.loaded) return;
    const entries = parts.outbox.of(this.open);
    const drawn = blocks(room, entries, this.notices.get(this.open) ?? [], this.divider);
    const alone = room.memberCount <= 1 && room.info.kind !== "direct";
    this.drawEmpty(alone && !room.messages.some((row) => row.kind === "text") && !entries.length);
    parts.timeline.draw(drawn, this.around, this.positioned ? how : { quiet: true });
    this.scrollToTarget();
    this.positionReader();
    for (const avatar of parts.timeline.root.querySelectorAll("[data-avatar]"))
      avatar.classList.toggle("offline", !this.here(avatar.getAttribute("data-avatar")));
    if (parts.timeline.stuck && room.atEnd) this.endSeen = room.messages.at(-1)?.id ?? 0;
  }

  positionReader() {
    if (this.positioned || !this.welcomed || this.target || this.dividerNotLoaded) return;
    this.positioned = true;
    if (this.atTarget) return;
    if (this.divider) this.parts.timeline.toNew();
    else this.parts.timeline.toEnd();
  }

  scrollToTarget() {
    const { target, parts } = this;
    if (!target || !inWindow(this.room, target.id)) return;
    if (!target.line && !parts.timeline.toMessage(target.id)) return this.targetMissing();
    if (target.line) parts.timeline.toNew();
    Object.assign(this, { target: null, atTarget: true });
  }

  /** @param {boolean} empty */
  drawEmpty(empty) {
    const sheet = byId("empty");
    this.parts.timeline.root.classList.toggle("at-top", empty);
    sheet.hidden = !empty;
    if (!empty) return;
    const link = this.parts.joinLink(this.open);
    showLink(sheet, link);
    byId("empty-lead").textContent = t(link ? "empty.lead" : "empty.alone");
  }

  drawPeople() {
    const { room, parts } = this;
    // Presence is unknown before the welcome.
    if (!this.welcomed && this.lostAt === null) return;
    parts.people.draw({
      me: String(room.me),
      // Direct rooms list both people even if one has hidden the room.
      members: room.info.kind === "direct" ? room.info.people.map((person) => ({ person })) : membersOf(room),
      count: Math.max(room.memberCount, room.info.people.length, 1),
      blocked: parts.rooms.blocked.map(String),
      presence: room.presence,
      writing: typists(room, Date.now()),
      nameOf: (person) => parts.rooms.nameOf(room, person),
      lostAt: this.lostAt,
    });
  }

  drawRooms() {
    const { rooms } = this.parts;
    const containers = { rooms: byId("rooms"), direct: byId("direct"), hidden: byId("hidden-rooms") };
    drawRooms(containers, rooms, this.open);
    this.parts.directory.draw(rooms.memberships);
    const [total, elsewhere] = [rooms.total(), rooms.total(this.open)];
    byId("unread-marker").hidden = total.unread === 0;
    byId("elsewhere").textContent = elsewhere.unread ? number(elsewhere.unread) : "";
    drawTitle(
      total,
      rooms.titleOf(this.room) || byId("room-name").textContent || "",
      byId("app").dataset.workspace ?? "",
    );
    const name = rooms.nameOf(this.room, rooms.me);
    byId("my-name").textContent = name;
    fillAvatar(byId("my-avatar"), rooms.me, name, true);
  }
}
