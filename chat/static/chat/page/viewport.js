/**
 * Keeps the composer above an on-screen keyboard in browsers that ignore interactive-widget.
 */

/** Less is a bar of the browser that comes and goes; a page that is pinched is being looked at, not written in. */
const KEYBOARD = 120;

/** @param {HTMLElement} app @param {{visualViewport: VisualViewport | null, innerHeight: number, scrollTo: (x: number, y: number) => void}} screen */
export function stayAboveKeyboard(app, screen = window) {
  const view = screen.visualViewport;
  view?.addEventListener("resize", () => {
    const covered = view.scale === 1 && screen.innerHeight - view.height > KEYBOARD;
    app.style.height = covered ? `${view.height}px` : "";
    // The browser has pushed the page up to show the caret; now there is nothing to push.
    if (covered) screen.scrollTo(0, 0);
  });
}
