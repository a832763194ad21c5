/**
 * Edits messages in their places. A form stays until its text is stored, and what was typed is kept with the drafts.
 *
 * @import {Source} from "../composer/completion.js"
 * @import {Composer} from "../composer/composer.js"
 * @import {Failure, MessageRow} from "../net/protocol.js"
 * @import {Requests} from "../net/requests.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Timeline} from "../timeline/timeline.js"
 */

import { command, PASSING } from "../net/protocol.js";
import { refusal, t } from "../shared/i18n.js";
import { EditForm } from "../timeline/edit.js";

export class Editing {
  /** @param {OpenRoom} openRoom @param {Timeline} timeline @param {Composer} composer @param {Requests} requests @param {Source[]} sources of completion */
  constructor(openRoom, timeline, composer, requests, sources) {
    this.openRoom = openRoom;
    this.timeline = timeline;
    this.composer = composer;
    this.drafts = composer.drafts;
    this.requests = requests;
    this.sources = sources;
    /** Open forms by their messages. @type {Map<number, EditForm>} */
    this.forms = new Map();
    /** What was typed into forms whose messages are not on the page. @type {Map<number, string>} */
    this.kept = new Map();
    /** The nonce of a message to edit as soon as it is stored. */
    this.awaited = "";
    openRoom.onEnter.push((key) => this.enter(key));
  }

  /** @param {string} room */
  enter(room) {
    this.forms.clear();
    this.awaited = "";
    this.kept = new Map(Object.entries(this.drafts.of(room).edits).map(([id, text]) => [Number(id), text]));
  }

  /** @param {MessageRow} row @param {HTMLElement} message */
  start(row, message) {
    const form = this.forms.get(row.id) ?? this.open(row, message, row.body ?? "");
    form.focus();
  }

  /** @param {MessageRow} row @param {HTMLElement} message @param {string} text */
  open({ id }, message, text) {
    const room = this.openRoom.key;
    const form = new EditForm(text, this.composer.limit, {
      onTyped: (text) => this.drafts.changeEdit(room, id, text),
      onSave: (text) => this.save(room, id, text),
      onCancel: () => this.close(room, id),
    });
    form.attach(message.querySelector(".text") ?? message, this.sources);
    this.forms.set(id, form);
    return form;
  }

  /** @param {string} room @param {number} id @param {string} text */
  save(room, id, text) {
    if (text === this.openRoom.around.rowOf(id)?.body) return this.close(room, id);
    const edit = command.edit(id, text);
    if (!this.requests.act(edit, (error) => this.answered(room, id, text, error))) this.postpone();
  }

  /** Returns whether the person was told. @param {string} room @param {number} id @param {string} text @param {Failure | null} error */
  answered(room, id, text, error) {
    const form = this.forms.get(id);
    const typed = form?.text ?? this.drafts.of(room).edits[id]?.trim();
    if (!error && typed === text) this.close(room, id);
    if (!error) return true;
    if (form?.pending && PASSING.has(error.code)) form.retryIn(error.code, error.retry_after ?? 1);
    else form?.settle(error.code === "too_many" ? t("edit.too_many") : refusal(error.code, error.reason));
    return form !== undefined;
  }

  /** @param {string} room @param {number} id */
  close(room, id) {
    const form = this.forms.get(id);
    const focused = form?.element.contains(document.activeElement);
    form?.settle("");
    form?.remove();
    this.forms.delete(id);
    this.kept.delete(id);
    this.drafts.changeEdit(room, id, null);
    if (focused) this.composer.focus();
  }

  /** There is no connection. */
  postpone() {
    for (const form of this.forms.values()) if (form.pending) form.say(t("edit.offline"));
  }

  /** Saving twice changes nothing, so what may have been lost is sent again. */
  resume() {
    for (const form of this.forms.values()) if (form.pending) form.save();
  }

  // -- as the page is drawn ------------------------------------------------------------------------------------------

  draw() {
    this.keepRemoved();
    for (const [id, text] of this.kept) this.reopen(id, text);
    for (const [id, form] of this.forms) form.block(this.obstacle(id));
    this.startAwaited();
  }

  /** Long histories leave the page. */
  keepRemoved() {
    for (const [id, form] of this.forms) {
      if (form.element.isConnected) continue;
      const { edits } = this.drafts.of(this.openRoom.key);
      this.forms.delete(id);
      if (id in edits) this.kept.set(id, edits[id]);
    }
  }

  /** Without taking the focus, for the person may be writing something else by now. @param {number} id @param {string} text */
  reopen(id, text) {
    const [row, message] = [this.openRoom.around.rowOf(id), this.timeline.messageElement(id)];
    if (!row || !message) return;
    this.kept.delete(id);
    this.open(row, message, text);
    if (this.timeline.follows) this.timeline.toEnd();
  }

  /** @param {number} id */
  obstacle(id) {
    const { lock, around } = this.openRoom;
    if (around.rowOf(id)?.deleted_at) return refusal("no_such_message");
    return lock ? refusal(lock) || t(`locked.${lock}`) : "";
  }

  /** ↑ was pressed while the message was on its way. */
  startAwaited() {
    if (!this.awaited) return;
    const { room } = this.openRoom;
    const row = room.messages.findLast(({ nonce, author }) => nonce === this.awaited && author === room.me);
    const message = row && this.timeline.messageElement(row.id);
    if (!row || !message) return;
    this.awaited = "";
    const { field } = this.composer.parts;
    if (document.activeElement === field && !field.value) this.start(row, message);
  }
}
