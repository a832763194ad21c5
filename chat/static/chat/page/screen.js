/**
 * Draws all parts of the page from the state, once for any number of events.
 *
 * @typedef {{quiet?: boolean}} How quiet: not read aloud
 * @typedef {{draw: (how?: How) => void}} View
 */

const UNSEEN = 200;

export class Screen {
  /** @param {View[]} views in the order in which they are drawn */
  constructor(views) {
    this.views = views;
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
  }
}
