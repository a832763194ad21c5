/**
 * Keeps the composer above an on-screen keyboard in browsers that ignore interactive-widget.
 */

/** Smaller changes are the browser's own bars. A zoomed page is being looked at, not typed in. */
const KEYBOARD = 120;

/** @param {HTMLElement} app @param {{visualViewport: VisualViewport | null, innerHeight: number, scrollTo: (x: number, y: number) => void}} screen */
export function stayAboveKeyboard(app, screen = window) {
  const view = screen.visualViewport;
  view?.addEventListener("resize", () => {
    const covered = view.scale === 1 && screen.innerHeight - view.height > KEYBOARD;
    app.style.height = covered ? `${view.height}px` : "";
    // Undo the browser's scrolling to the caret.
    if (covered) screen.scrollTo(0, 0);
  });
}
