/**
 * Handles clicks on what the timeline shows: reactions, quotes, versions, folded text and messages that were not sent.
 *
 * @import {Outbox} from "../net/outbox.js"
 * @import {Requests} from "../net/requests.js"
 * @import {RoomNavigator} from "../page/room_navigator.js"
 * @import {Screen} from "../page/screen.js"
 * @import {Timeline} from "../timeline/timeline.js"
 */

import { command } from "../net/protocol.js";
import { closest } from "../shared/dom.js";
import { focusMessage, messageBeside } from "../timeline/message_focus.js";

const messageOf = (/** @type {Event} */ event) => Number(closest(event, "[data-message]")?.dataset.message);

export class TimelineClicks {
  /** @param {Timeline} timeline @param {Outbox} outbox @param {Requests} requests @param {RoomNavigator} navigator @param {Screen} screen */
  constructor(timeline, outbox, requests, navigator, screen) {
    this.timeline = timeline;
    this.outbox = outbox;
    this.requests = requests;
    this.navigator = navigator;
    this.screen = screen;
    timeline.root.addEventListener("click", (event) => this.click(event));
  }

  /** @param {MouseEvent} event */
  click(event) {
    const button = closest(event, "[data-act]");
    if (button) this.press(event, button);
    const unfold = closest(event, "[data-unfold]")?.dataset.unfold;
    if (unfold !== undefined) this.timeline.unfold(unfold, () => this.screen.draw());
    const quote = closest(event, "[data-quote]")?.dataset.quote;
    if (quote !== undefined) {
      event.preventDefault();
      this.navigator.bringTo({ id: Number(quote) });
    }
    this.screen.scheduleDraw();
  }

  /** @param {MouseEvent} event @param {HTMLElement} button */
  press(event, button) {
    const nonce = closest(event, "[data-nonce]")?.dataset.nonce ?? "";
    const { act } = button.dataset;
    if (act === "retry") this.outbox.retry(nonce);
    if (act === "discard") this.discard(event, nonce);
    if (act === "react") this.react(messageOf(event), button);
    if (act === "revisions") this.requests.act(command.revisions(messageOf(event)));
  }

  /** By key, the focus goes on to the message beside it. @param {MouseEvent} event @param {string} nonce */
  discard(event, nonce) {
    const message = event.detail ? null : closest(event, ".message");
    const beside = message && messageBeside(message);
    this.outbox.discard(nonce);
    if (beside) focusMessage(beside);
  }

  /** @param {number} message @param {HTMLElement} button */
  react(message, button) {
    const add = button.getAttribute("aria-pressed") !== "true";
    this.requests.act(command.react(message, button.dataset.emoji ?? "", add));
  }
}
