/**
 * Switches between panes. On phones one is visible at a time and the browser's Back button moves between them; on wider
 * screens the people pane folds, and the choice is stored.
 *
 * @typedef {"rooms" | "room" | "people" | "search"} Pane
 */

const FOLDED = "chat.people";

export class Panes {
  /** @param {HTMLElement} app @param {Storage | null} storage */
  constructor(app, storage) {
    this.app = app;
    this.storage = storage;
    /** @type {((pane: Pane) => void)[]} */
    this.onShow = [];
    app.dataset.people = storage?.getItem(FOLDED) ?? "auto";
    for (const id of ["#people-toggle", "#people-fold"])
      app.querySelector(id)?.addEventListener("click", () => this.togglePeople());
    for (const back of app.querySelectorAll("[data-pane-to]"))
      back.addEventListener("click", () =>
        this.back(/** @type {Pane} */ (/** @type {HTMLElement} */ (back).dataset.paneTo)),
      );
  }

  get phone() {
    return matchMedia("(max-width: 45em)").matches;
  }

  /** @param {Pane} pane whether it is the one that is shown */
  shows(pane) {
    return this.app.dataset.pane === pane;
  }

  /** @param {Pane} pane */
  show(pane) {
    this.app.dataset.pane = pane;
    for (const listener of this.onShow) listener(pane);
  }

  /** Opens a pane as a history entry. @param {Pane} pane @param {string} [address] */
  go(pane, address = location.pathname) {
    history.pushState({ pane, from: this.app.dataset.pane }, "", address);
    this.show(pane);
  }

  /** Changes the address without a history entry. @param {string} address */
  readdress(address) {
    if (location.pathname !== address) history.replaceState(history.state, "", address);
  }

  /** @param {Pane} pane */
  back(pane) {
    if (history.state?.from === pane && history.state.pane === this.app.dataset.pane) history.back();
    else this.go(pane);
  }

  /** Closes this pane if it is shown. @param {Pane} pane */
  leave(pane) {
    if (this.shows(pane)) this.back(history.state?.from ?? "room");
  }

  togglePeople() {
    if (this.phone) return this.go("people");
    const narrow = matchMedia("(max-width: 73.75em)").matches;
    const shown = this.app.dataset.people === "shown" || (this.app.dataset.people === "auto" && !narrow);
    this.app.dataset.people = shown ? "folded" : "shown";
    try {
      this.storage?.setItem(FOLDED, this.app.dataset.people);
    } catch {
      // Storage full: it holds as long as the page.
    }
  }
}
