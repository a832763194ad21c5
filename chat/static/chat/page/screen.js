/**
 * Draws all parts of the page from the state, once for any number of events. All are drawn before the first one reads
 * the layout: a read after a write costs a layout.
 *
 * @typedef {{quiet?: boolean}} How quiet: not read aloud
 * @typedef {object} View
 * @property {(how?: How) => void} [draw] writes
 * @property {() => void} [settle] reads the layout, scrolls, and draws what depends on that
 */

const UNSEEN = 200;
/** Timers stand still while a device sleeps. */
const LOOK_AGAIN = 20_000;

export class Screen {
  /** @param {View[]} views in the order in which they are drawn @param {() => number | null} changesIn milliseconds until they differ without an event @param {View} roomList the one that shows other rooms too */
  constructor(views, changesIn, roomList) {
    this.views = views;
    this.changesIn = changesIn;
    this.roomList = roomList;
    /** @type {Set<View>} */
    this.pending = new Set();
    this.scheduled = false;
  }

  /** After something that concerns no more than another room. */
  scheduleRoomList() {
    this.scheduleDraw([this.roomList]);
  }

  scheduleDraw(views = this.views) {
    for (const view of views) this.pending.add(view);
    if (this.scheduled) return;
    this.scheduled = true;
    const draw = () => this.scheduled && this.drawAll(this.views.filter((view) => this.pending.has(view)));
    // Covered windows get no animation frames, but their title must still be right.
    setTimeout(draw, UNSEEN);
    requestAnimationFrame(draw);
  }

  /** @param {How} [how] */
  draw(how) {
    this.drawAll(this.views, how);
  }

  /** @param {View[]} views @param {How} [how] */
  drawAll(views, how) {
    this.scheduled = false;
    this.pending.clear();
    for (const view of views) view.draw?.(how);
    for (const view of views) view.settle?.();
    clearTimeout(this.timer);
    const wait = this.changesIn();
    if (wait !== null) this.timer = setTimeout(() => this.draw(), Math.min(wait, LOOK_AGAIN));
  }
}
