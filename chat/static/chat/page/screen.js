/**
 * Draws all parts of the page from the state, once for any number of events.
 *
 * @typedef {{quiet?: boolean}} How quiet: not read aloud
 * @typedef {{draw: (how?: How) => void}} View
 */

const UNSEEN = 200;
/** Timers stand still while a device sleeps. */
const LOOK_AGAIN = 20_000;

export class Screen {
  /** @param {View[]} views in the order in which they are drawn @param {() => number | null} changesIn milliseconds until they differ without an event */
  constructor(views, changesIn) {
    this.views = views;
    this.changesIn = changesIn;
    this.scheduled = false;
  }

  scheduleDraw() {
    if (this.scheduled) return;
    this.scheduled = true;
    const draw = () => this.scheduled && this.draw();
    // Covered windows get no animation frames, but their title must still be right.
    setTimeout(draw, UNSEEN);
    requestAnimationFrame(draw);
  }

  /** @param {How} [how] */
  draw(how) {
    this.scheduled = false;
    for (const view of this.views) view.draw(how);
    clearTimeout(this.timer);
    const wait = this.changesIn();
    if (wait !== null) this.timer = setTimeout(() => this.draw(), Math.min(wait, LOOK_AGAIN));
  }
}
