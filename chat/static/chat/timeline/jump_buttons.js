/**
 * Renders the typing line and the buttons that jump to unread messages above or below.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Timeline} from "./timeline.js"
 */

import { byId, setText } from "../shared/dom.js";
import { bdi, list, number, sentence, t } from "../shared/i18n.js";
import { typists } from "../state/room.js";

/** More are not named. */
const MAX_TYPISTS = 3;

export class JumpButtons {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline */
  constructor(openRoom, timeline) {
    this.openRoom = openRoom;
    this.timeline = timeline;
  }

  draw() {
    const { openRoom } = this;
    const writing = typists(openRoom.room, Date.now());
    drawTyping(
      byId("typing"),
      writing.map((person) => openRoom.nameOf(person)),
    );
  }

  settle() {
    this.drawUp();
    this.drawDown();
  }

  drawDown() {
    const { newBelow, atEnd } = this.openRoom;
    const jump = byId("jump-down");
    jump.hidden = atEnd;
    setText(jump, newBelow ? t("jump.new", { n: number(newBelow), count: newBelow }) : t("jump.end"));
  }

  drawUp() {
    const { openRoom } = this;
    openRoom.dividerSeen ||= this.timeline.newLine === "seen";
    const above = openRoom.positioned && !openRoom.dividerSeen && this.dividerAbove && openRoom.divider;
    const up = byId("jump-up");
    up.hidden = !above;
    if (above) setText(up, t("jump.unread", { n: above.count }));
  }

  /** Whether the divider is above the view, loaded or not. */
  get dividerAbove() {
    const { room, divider } = this.openRoom;
    const last = room.messages.at(-1)?.id ?? 0;
    return this.timeline.newLine !== "below" && (this.timeline.newDrawn || last > (divider?.after ?? 0));
  }
}

/** @param {HTMLElement} line @param {string[]} names */
function drawTyping(line, names) {
  const shown = names.join("\n");
  if (line.dataset.shown === shown) return;
  line.dataset.shown = shown;
  line.replaceChildren();
  if (!names.length) return;
  if (names.length > MAX_TYPISTS) line.append(t("typing.several"));
  else line.append(sentence("typing", { names: list(names.map(bdi)), n: names.length }));
  for (let dot = 0; dot < 3; dot++) line.append(document.createElement("i"));
  for (const dot of line.querySelectorAll("i")) dot.textContent = ".";
}
