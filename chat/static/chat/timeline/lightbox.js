/**
 * Shows images at full size. Arrow keys move between all images of the timeline.
 */

import { closest, find, isPlainClick } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

export class Lightbox {
  /** @param {HTMLDialogElement} dialog @param {HTMLElement} timeline */
  constructor(dialog, timeline) {
    this.dialog = dialog;
    this.timeline = timeline;
    this.image = /** @type {HTMLImageElement} */ (dialog.querySelector("img"));
    this.shown = this.from = "";
    timeline.addEventListener("click", (event) => this.press(event));
    dialog.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("click", (event) => this.touch(event));
    dialog.addEventListener("close", () => this.closed());
  }

  get pictures() {
    return /** @type {HTMLAnchorElement[]} */ ([...this.timeline.querySelectorAll("a[data-picture]")]);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const link = /** @type {HTMLAnchorElement | null} */ (closest(event, "a[data-picture]"));
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    this.from = link.dataset.picture ?? "";
    this.show(link);
    this.dialog.showModal();
  }

  /** @param {HTMLAnchorElement} link */
  show(link) {
    const all = this.pictures;
    const small = /** @type {HTMLImageElement} */ (link.querySelector("img"));
    this.shown = link.dataset.picture ?? "";
    Object.assign(this.image, { src: link.href, alt: small.alt });
    find(this.dialog, "bdi").textContent = small.alt;
    find(this.dialog, "small").textContent = t("picture.of", {
      n: all.indexOf(link) + 1,
      count: all.length,
    });
    /** @type {HTMLAnchorElement} */ (find(this.dialog, "a")).href = link.href;
    for (const button of /** @type {HTMLElement[]} */ ([...this.dialog.querySelectorAll("[data-step]")]))
      button.hidden = all.length < 2;
  }

  /** Wraps around. @param {number} by */
  step(by) {
    const all = this.pictures;
    const at = all.findIndex((link) => link.dataset.picture === this.shown);
    const next = all.at((at + by) % all.length);
    if (next) this.show(next);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.step(getComputedStyle(this.dialog).direction === "rtl" ? -by : by);
  }

  /** @param {MouseEvent} event */
  touch(event) {
    const step = closest(event, "[data-step]")?.dataset.step;
    if (step) this.step(Number(step));
    else if (!closest(event, "a, button, img")) this.dialog.close();
  }

  /** Looks the link up again, because the message may have been redrawn. */
  closed() {
    this.image.removeAttribute("src");
    const link = this.pictures.find(({ dataset }) => dataset.picture === this.from);
    link?.focus({ preventScroll: true });
  }
}
