/**
 * Shows connection loss, after three seconds, with what is queued and when the next attempt is.
 *
 * @import {Connection} from "../net/socket.js"
 */

import { close } from "../net/protocol.js";
import { find, setText } from "../shared/dom.js";
import { clock, joinSentences, t } from "../shared/i18n.js";

const GRACE = 3000;
const STOPPED = /** @type {Record<number, string>} */ ({
  [close.PROTOCOL]: "stopped.protocol",
  [close.REPLACED]: "stopped.replaced",
  [close.BANNED]: "stopped.banned",
  [close.NO_SUCH_ADDRESS]: "stopped.address",
});

export class Banner {
  /** @param {HTMLElement} element @param {HTMLElement} footer @param {{onTry: () => void, onLostChange: (lostAt: number | null) => void, waiting: () => number}} hooks */
  constructor(element, footer, hooks) {
    this.element = element;
    this.footer = footer;
    this.hooks = hooks;
    /** @type {Connection | null} */
    this.connection = null;
    this.outdated = false;
    /** Since when it has been missed: null for the first three seconds too. @type {number | null} */
    this.lostAt = null;
    element.querySelector("button")?.addEventListener("click", () => this.press());
  }

  /** @param {Connection} connection */
  draw(connection) {
    this.connection = connection;
    clearTimeout(this.timer);
    const { lostAt, phase } = connection;
    const wait = lostAt === null || phase === "stopped" ? 0 : lostAt + GRACE - Date.now();
    if (lostAt === null) this.show(this.outdated ? ["", t("outdated")] : null, t("reload"));
    else if (wait > 0) this.timer = setTimeout(() => this.draw(connection), wait);
    else this.describe(connection, lostAt);
    this.setLostAt(wait > 0 ? null : lostAt);
  }

  /** @param {number | null} lostAt */
  setLostAt(lostAt) {
    this.footer.classList.toggle("disconnected", lostAt !== null);
    if (this.lostAt === lostAt) return;
    this.lostAt = lostAt;
    this.hooks.onLostChange(lostAt);
  }

  /** @param {Connection} connection @param {number} lostAt */
  describe(connection, lostAt) {
    if (connection.phase === "stopped")
      return this.show([t(STOPPED[connection.code ?? 0] ?? "stopped.protocol"), ""], t("reload"));
    const waiting = this.hooks.waiting();
    const seconds = Math.max(0, Math.ceil(((connection.retryAt ?? 0) - Date.now()) / 1000));
    const next = seconds ? t("offline.next", { n: seconds }) : t("offline.trying");
    const kept = waiting ? t("offline.kept", { n: waiting }) : "";
    const since = t("offline.since", { time: clock(lostAt) });
    // Screen readers would read the countdown every second: the loss is read once.
    const isRead = !this.element.hidden && find(this.element, "b").textContent === since;
    this.show([since, joinSentences([kept, next])], t("offline.try"));
    if (isRead) this.element.setAttribute("aria-live", "off");
    this.timer = setTimeout(() => this.draw(connection), 1000);
  }

  /** @param {[string, string] | null} words @param {string} press */
  show(words, press) {
    this.element.hidden = words === null;
    if (!words) return;
    this.element.removeAttribute("aria-live");
    setText(find(this.element, "b"), words[0]);
    // Without a first sentence nothing is wrong.
    find(this.element, ".icon").toggleAttribute("hidden", !words[0]);
    find(this.element, "span").textContent = words[1];
    setText(find(this.element, "button"), press);
  }

  press() {
    if (this.connection?.phase === "stopped" || this.connection?.lostAt === null) location.reload();
    else this.hooks.onTry();
  }
}
