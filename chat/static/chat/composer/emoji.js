/**
 * Loads the emoji list on first use, searches it, and remembers recently used ones on this device.
 *
 * @typedef {{emoji: string, names: string, each: string[]}} Emoji `names` in English and Chinese, to be searched; `each` of them
 */

import { characters, escapeRegExp } from "../shared/text.js";

const USUAL = ["👍", "❤️", "😂", "🎉", "👀", "🙏", "✅", "😢"];
const RECENT = 16;

const FEW = 3;
const EMOJI =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})|[\d#*]\ufe0f\u20e3)/u;

/** Whether a text is one to three emoji and nothing else. @param {string} text */
export function fewEmoji(text) {
  if (text.length > 100) return false;
  const shown = characters(text.replace(/\s+/g, ""));
  return shown.length > 0 && shown.length <= FEW && shown.every((one) => EMOJI.test(one));
}

export class Emojis {
  /** @param {string} address @param {string} person @param {Storage | null} storage */
  constructor(address, person, storage) {
    this.address = address;
    this.key = `chat.emoji.${person}`;
    this.storage = storage;
    /** @type {Emoji[]} */
    this.all = [];
    /** @type {Promise<void> | null} */
    this.loading = null;
  }

  load() {
    this.loading ??= this.fetch().catch(() => {
      this.loading = null; // retried on the next use
    });
    return this.loading;
  }

  async fetch() {
    const answer = await fetch(this.address);
    if (!answer.ok) throw new Error(String(answer.status));
    /** @type {string[][]} */
    const rows = await answer.json();
    this.all = rows.map(([emoji, english, chinese]) => ({
      emoji,
      names: `${english} ${chinese}`.toLowerCase(),
      each: [...english.toLowerCase().split(", "), ...chinese.split(", ")],
    }));
  }

  /** All words must match; names that start with the first come first. @param {string} query @returns {Emoji[]} */
  find(query) {
    const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = this.all.filter(({ names }) => words.every((word) => names.includes(word)));
    const begins = (/** @type {Emoji} */ { names }) =>
      Number(words.length > 0 && new RegExp(`(^|[ ,])${escapeRegExp(words[0])}`).test(names));
    return found.sort((a, b) => begins(b) - begins(a));
  }

  /** Completions for two letters or more after a colon. @param {string} query @returns {import("./suggestions.js").Choice[]} */
  named(query) {
    if (query.length < 2 || /\s/.test(query)) return [];
    this.load();
    const found = this.find(query).slice(0, 8);
    return found.map(({ emoji, names }) => ({ text: emoji, shown: names.split(",")[0], note: emoji }));
  }

  /** The one with exactly this name, in which `_` stands for a space. @param {string} name */
  called(name) {
    const wanted = name.toLowerCase().replaceAll("_", " ");
    return this.all.find(({ each }) => each.includes(wanted))?.emoji ?? null;
  }

  /** Recently used, filled up with common ones. */
  get recent() {
    return [...new Set([...this.used, ...USUAL])].slice(0, RECENT);
  }

  /** @returns {string[]} */
  get used() {
    try {
      return JSON.parse(this.storage?.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  /** @param {string} emoji */
  use(emoji) {
    const used = [emoji, ...this.used.filter((other) => other !== emoji)].slice(0, RECENT);
    try {
      this.storage?.setItem(this.key, JSON.stringify(used));
    } catch {
      // Storage full or forbidden: common emoji are offered.
    }
  }
}
