/**
 * Renders the typing line and the buttons that jump to unread messages above or below.
 *
 * @import {MessageRow} from "../net/protocol.js"
 * @import {Screen} from "../page/screen.js"
 */

import { byId } from "../shared/dom.js";
import { bdi, list, number, sentence, t } from "../shared/i18n.js";
import { typists } from "../state/room.js";
import { byOthers, readHere, unread } from "../state/unread.js";

/** More are not named. */
const MAX_TYPISTS = 3;

/** @param {MessageRow} row */
const written = (row) => row.kind === "text" && !row.deleted_at;

/** @param {Screen} screen */
export function drawJumpButtons(screen) {
  const { room, parts } = screen;
  const writing = typists(room, Date.now());
  drawTyping(
    byId("typing"),
    writing.map((person) => parts.rooms.nameOf(room, person)),
  );
  drawDown(screen);
  drawUp(screen);
}

/** @param {Screen} screen */
function drawDown(screen) {
  const [n, jump] = [below(screen), byId("jump-down")];
  jump.hidden = screen.parts.timeline.stuck && screen.room.atEnd;
  jump.textContent = n ? t("jump.new", { n: number(n), count: n }) : t("jump.end");
}

/** @param {Screen} screen */
function drawUp(screen) {
  screen.startSeen ||= screen.parts.timeline.newLine === "seen";
  const above = screen.positioned && !screen.startSeen && startAbove(screen) && screen.divider;
  const up = byId("jump-up");
  up.hidden = !above;
  if (above) up.textContent = t("jump.unread", { n: above.count });
}

/** Whether the divider is above the view, loaded or not. @param {Screen} screen */
function startAbove({ parts: { timeline }, room, divider }) {
  const last = room.messages.at(-1)?.id ?? 0;
  return timeline.newLine !== "below" && (timeline.newDrawn || last > (divider?.after ?? 0));
}

/** Counts new messages below the view. @param {Screen} screen */
function below({ room, endSeen }) {
  if (!room.atEnd) return unread(room);
  const seen = Math.max(endSeen, readHere(room));
  return room.messages.filter((row) => row.id > seen && written(row) && byOthers(room, row)).length;
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
