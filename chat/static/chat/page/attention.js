/**
 * Tracks whether somebody is reading (visible, focused, active within a minute) or away.
 */

const READING = 60_000;
const AWAY = 5 * 60_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focus"];

export class Attention {
  /** @param {{onReturn: () => void, onState: (state: "online" | "away") => void}} hooks */
  constructor(hooks) {
    this.hooks = hooks;
    this.touchedAt = Date.now();
    /** @type {"online" | "away"} */
    this.state = "online";
    for (const touch of TOUCHES)
      addEventListener(touch, () => this.touch(), { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => document.hidden || this.touch());
    setInterval(() => this.update(), 10_000);
  }

  get reading() {
    return !document.hidden && document.hasFocus() && Date.now() - this.touchedAt < READING;
  }

  touch() {
    const returned = Date.now() - this.touchedAt > 1000;
    this.touchedAt = Date.now();
    this.update();
    if (returned) this.hooks.onReturn();
  }

  update() {
    const state = Date.now() - this.touchedAt < AWAY ? "online" : "away";
    if (state === this.state) return;
    this.state = state;
    this.hooks.onState(state);
  }
}
