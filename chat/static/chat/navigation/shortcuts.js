/**
 * Handles the keyboard shortcuts of the whole page. `?` works only outside text fields; keys of an input method are
 * ignored.
 *
 * @typedef {object} Ways
 * @property {() => void} switcher
 * @property {() => void} search
 * @property {() => void} help
 * @property {(step: 1 | -1, unread: boolean) => void} room
 * @property {(step: 1 | -1) => void} region
 */
import { find } from "../shared/dom.js";
import { anyOpen } from "../shared/overlay.js";

const FIELDS = "input, textarea, select, [contenteditable]";

/** @param {Ways} ways */
export function watchShortcuts(ways) {
  document.addEventListener("keydown", (event) => {
    const way = event.isComposing || event.keyCode === 229 ? null : wayOf(event, ways);
    if (!way) return;
    event.preventDefault();
    way();
  });
}

/** @param {KeyboardEvent} event @param {Ways} ways @returns {(() => void) | null} */
function wayOf(event, ways) {
  const { key, altKey, shiftKey } = event;
  const mod = event.ctrlKey || event.metaKey;
  if (mod && !altKey && !shiftKey && key.toLowerCase() === "k") return ways.switcher;
  if (mod && !altKey && shiftKey && key.toLowerCase() === "f") return ways.search;
  // The remaining shortcuts do nothing while a dialog is open.
  if (anyOpen()) return null;
  if (key === "F6" && !altKey && !event.metaKey) return () => ways.region(shiftKey ? -1 : 1);
  if (altKey && !mod && (key === "ArrowUp" || key === "ArrowDown"))
    return () => ways.room(key === "ArrowUp" ? -1 : 1, shiftKey);
  const writing = /** @type {Element} */ (event.target).matches?.(FIELDS);
  return key === "?" && !mod && !altKey && !writing ? ways.help : null;
}

/** The next or previous item, wrapping around. @template T @param {T[]} all @param {T | null} from @param {1 | -1} step @returns {T | undefined} */
export function neighbour(all, from, step) {
  const at = from === null ? -1 : all.indexOf(from);
  return at < 0 ? all.at(step > 0 ? 0 : -1) : all[(at + step + all.length) % all.length];
}

/** The next item that fits, wrapping around. @template T @param {T[]} all @param {T} from @param {1 | -1} step @param {(one: T) => boolean} fits */
export function neighbourThat(all, from, step, fits) {
  const at = all.indexOf(from);
  const round = all.map((_, away) => all[(at + step * (away + 1) + all.length * 2) % all.length]);
  return round.find((one) => one !== from && fits(one));
}

/** Regions that F6 cycles through, each with the elements that may take the focus, in order of preference. @type {[string, string[]][]} */
const REGIONS = [
  ["nav.sidebar", ["[aria-current]", "a", "button"]],
  ["#timeline", [":scope"]],
  ["#footer", ["#composer", "button"]],
  ["#people", ["input", "button", "a"]],
];

const seen = (/** @type {HTMLElement} */ one) => one.checkVisibility?.() ?? !one.closest("[hidden]");

/** @param {1 | -1} step */
export function goToRegion(step) {
  const regions = REGIONS.flatMap(([selector, starts]) => {
    const region = /** @type {HTMLElement | null} */ (document.querySelector(selector));
    const start = region && startOf(region, starts);
    return region && start ? [{ region, start }] : [];
  });
  const now = regions.find(({ region }) => region.contains(document.activeElement)) ?? null;
  neighbour(regions, now, step)?.start.focus();
}

/** The links at the top of the page, past long lists. */
export function watchSkipLinks() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".skip-link")))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const starts = REGIONS.find(([region]) => region === link.hash)?.[1] ?? [];
      startOf(find(document, link.hash), starts)?.focus();
    });
}

/** @param {HTMLElement} region @param {string[]} starts */
function startOf(region, starts) {
  for (const selector of starts) {
    const all = selector === ":scope" ? [region] : [...region.querySelectorAll(selector)];
    const found = /** @type {HTMLElement[]} */ (all).find(seen);
    if (found) return found;
  }
  return null;
}
