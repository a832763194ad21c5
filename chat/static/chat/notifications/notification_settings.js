/**
 * The dialog that turns notifications on or off, and tests them. The browser asks for permission only after a click.
 *
 * @import {Notifier, Permission} from "./notifier.js"
 */

import { closest, find } from "../shared/dom.js";
import { joinSentences, t } from "../shared/i18n.js";
import { watchOverlay } from "../shared/overlay.js";
import { permission } from "./notifier.js";

/** Browsers differ in where the permission is changed. */
export function browserFamily(agent = navigator.userAgent) {
  if (/firefox/i.test(agent)) return "firefox";
  return /safari/i.test(agent) && !/chrom/i.test(agent) ? "safari" : "chromium";
}

export class NotificationSettings {
  /**
   * @param {HTMLElement} button @param {HTMLDialogElement} dialog @param {Notifier} notifier
   * @param {{leads: () => Promise<boolean>, level: () => string}} tab this tab, and the open room
   */
  constructor(button, dialog, notifier, tab) {
    this.button = button;
    this.dialog = dialog;
    this.notifier = notifier;
    this.tab = tab;
    this.sound = /** @type {HTMLInputElement} */ (find(dialog, "input"));
    this.report = find(dialog, ".test-report");
    watchOverlay(dialog);
    dialog.addEventListener("click", (event) => this.press(closest(event, "[data-notify]")?.dataset.notify));
    this.sound.addEventListener("change", () => this.choose({ sound: this.sound.checked }));
    for (const elsewhere of ["storage", "focus"]) addEventListener(elsewhere, () => this.draw());
    this.draw();
  }

  /** @param {string | undefined} act */
  press(act) {
    if (act === "on") this.notifier.turnOn().then(() => this.draw());
    if (act === "off") this.choose({ on: false });
    if (act === "test") this.test();
  }

  /** @param {Partial<import("./notifier.js").Settings>} settings */
  choose(settings) {
    this.notifier.save(settings);
    this.draw();
  }

  draw() {
    const [allowed, settings] = [permission(), this.notifier.settings];
    const on = settings.on && allowed !== "denied" && allowed !== "default";
    find(this.button, "use").setAttribute("href", on ? "#i-ring" : "#i-ring-off");
    this.button.setAttribute("aria-label", t(on ? "notifications.on" : "notifications.off"));
    this.button.title = t(on ? "notifications.on" : "notifications.off");
    find(this.dialog, ".state").textContent = stateOf(allowed, on);
    find(this.dialog, "[data-notify=on]").hidden = on || allowed === "denied";
    find(this.dialog, "[data-notify=off]").hidden = !on;
    find(this.dialog, "[data-notify=test]").hidden = !on;
    /** @type {HTMLElement} */ (this.sound.parentElement).hidden = !on;
    this.sound.checked = settings.sound;
    if (!on) this.report.replaceChildren();
  }

  /** Sends a test notification and reports each step. */
  async test() {
    const { notifier, tab } = this;
    this.report.replaceChildren();
    const sound = notifier.settings.sound ? notifier.chime.ring() : null;
    const shown = await notifier.test(t("notify.test.title"), t("notify.test.text"));
    const said = ["shown", "silent", "failed"].includes(shown) ? `notify.test.${shown}` : `notify.${shown}`;
    this.addLine(said);
    this.addLine(sound ? ((await sound) ? "notify.test.sound" : "notify.test.mute") : "notify.test.nosound");
    this.addLine((await tab.leads()) ? "notify.test.leads" : "notify.test.other");
    this.addLine(`notify.level.${tab.level()}`);
  }

  /** @param {string} key */
  addLine(key) {
    const line = document.createElement("li");
    line.textContent = t(key);
    this.report.append(line);
  }
}

/** @param {Permission} allowed @param {boolean} on */
function stateOf(allowed, on) {
  if (allowed === "granted") return t(on ? "notify.on" : "notify.off");
  if (allowed === "denied") return joinSentences([t("notify.denied"), t(`notify.back.${browserFamily()}`)]);
  return t(`notify.${allowed}`);
}
