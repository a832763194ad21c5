/**
 * What are the parts of the page that F6 goes through? The rooms, the messages, the field to write in, the people; those
 * of them that are shown. Imports only shortcuts.
 */
import { neighbour } from "./shortcuts.js";

/** Where each region begins, the first of them that is there. @type {[string, string[]][]} */
const REGIONS = [
  ["nav.rooms", ["[aria-current]", "a", "button"]],
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

/** @param {HTMLElement} region @param {string[]} starts */
function startOf(region, starts) {
  for (const selector of starts) {
    const all = selector === ":scope" ? [region] : [...region.querySelectorAll(selector)];
    const found = /** @type {HTMLElement[]} */ (all).find(seen);
    if (found) return found;
  }
  return null;
}
