/**
 * The dialog with earlier versions of a message, for moderators.
 *
 * @import {MessageRow, Revisions as RevisionsEvent} from "../net/protocol.js"
 */

import { cloneTemplate, find } from "../shared/dom.js";
import { fullTime, moment, t } from "../shared/i18n.js";
import { watchOverlay } from "../shared/overlay.js";

export class Revisions {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    watchOverlay(dialog);
  }

  /** @param {RevisionsEvent} event @param {MessageRow | undefined} row as it is now; one deleted meanwhile says nothing */
  show(event, row) {
    if (!row?.edited_at || row.body === null || this.dialog.open) return;
    const now = version(row.body, row.edited_at, t("revisions.now"));
    const before = event.revisions.map(({ body, written_at }) => version(body, written_at, ""));
    find(this.dialog, "ol").replaceChildren(now, ...before.reverse());
    find(this.dialog, ".hint").hidden = !event.more;
    this.dialog.showModal();
  }
}

/** @param {string} body @param {string} at @param {string} word */
function version(body, at, word) {
  const element = cloneTemplate("version-template");
  const time = find(element, "time");
  time.textContent = moment(at);
  time.title = fullTime(at);
  time.setAttribute("datetime", at);
  find(element, "small").textContent = word;
  find(element, "p").textContent = body;
  return element;
}
