/**
 * Renders the area below the timeline: composer or lock message, and the toast.
 *
 * @import {Screen} from "./screen.js"
 */

import { byId } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { rowOf } from "../state/room.js";
import { gist } from "../timeline/message.js";
import { lockComposer } from "./composer_lock.js";

/** Shorter holds are not shown: they would only make the page jump. */
const HELD = 1000;

const within = (/** @type {string} */ id, /** @type {string} */ tag) =>
  /** @type {HTMLElement} */ (byId(id).querySelector(tag));

export class Footer {
  /** @param {Screen} screen */
  draw(screen) {
    const { room, parts, welcomed, problem, lostAt, open } = screen;
    const lock = welcomed ? lockComposer(problem, room, parts.rooms.memberships.get(open)) : null;
    byId("composer-form").hidden = lock !== null;
    byId("composer-lock").hidden = lock === null;
    within("composer-lock", "p").textContent = lock?.words ?? "";
    within("composer-lock", "button").hidden = !lock?.join;
    within("composer-lock", "button").textContent = t("join");
    const hint = room.loaded && !room.messages.length ? "composer.first" : "composer";
    const said = t(lostAt === null ? hint : "composer.later", { room: parts.rooms.titleOf(room) });
    parts.composer.parts.field.placeholder = said;
    const answered = rowOf(room, parts.composer.about?.id ?? null);
    if (answered) parts.composer.quote(gist(answered));
    this.drawToast(screen);
  }

  /** Why sending is paused, or the current toast. @param {Screen} screen */
  drawToast(screen) {
    const held = screen.parts.outbox.held.get(screen.open);
    const seconds = held && held.wait >= HELD ? Math.ceil((held.until - Date.now()) / 1000) : 0;
    const toast = screen.toast.until > Date.now() ? screen.toast : null;
    const words = seconds > 0 ? t(`held.${held?.code}`, { n: seconds }) : (toast?.words ?? "");
    byId("toast").hidden = !words;
    within("toast", "p").textContent = words;
    within("toast", "button").hidden = seconds > 0 || !toast?.undo;
    clearTimeout(this.toastTimer);
    if (words) this.toastTimer = setTimeout(() => this.drawToast(screen), 1000);
  }
}
