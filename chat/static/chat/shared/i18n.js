/**
 * Translated messages, and formats for names, numbers, lists and dates. Messages come from
 * chat/templates/chat/_words.html. Plurals are stored as `key.one`, `key.other` … and selected with Intl.PluralRules.
 *
 * @typedef {Record<string, string | number | Node>} Params
 */

import { characters } from "./text.js";

/** @type {Record<string, string>} */
let words = {};
let language = "en";
let locale = "en-GB";

/** @type {Map<string, any>} */
const formatters = new Map();

/**
 * A formatter of the page's language, kept: making one costs as much as using it a hundred times.
 *
 * @template Formatter
 * @param {new (locale: string, options: object) => Formatter} type @param {object} [options] @returns {Formatter}
 */
function formatter(type, options = {}) {
  // A formatter keeps the time zone it was made in, and people travel.
  const key = [type.name, locale, new Date().getTimezoneOffset(), JSON.stringify(options)].join();
  const known = formatters.get(key) ?? new type(locale, options);
  formatters.set(key, known);
  return known;
}

/** English uses British formats: day before month, 24-hour clock. @param {string} tag */
export const localeOf = (tag) => (tag === "en" ? "en-GB" : tag);

/** @param {Record<string, string>} table @param {string} tag of the language */
export function loadMessages(table, tag) {
  words = table;
  language = tag;
  locale = localeOf(tag);
}

/** @param {string} key @param {Params} params */
function form(key, params) {
  if (!("n" in params)) return words[key] ?? key;
  const rule = formatter(Intl.PluralRules).select(Number(params.n));
  return words[`${key}.${rule}`] ?? words[`${key}.other`] ?? key;
}

/** Translates to text. @param {string} key @param {Params} [params] */
export const t = (key, params = {}) =>
  form(key, params).replace(/\{(\w+)\}/g, (_, name) => {
    const value = params[name] ?? "";
    return value instanceof Node ? (value.textContent ?? "") : String(value);
  });

/** The sentence for a refused command: that of its reason if there is one, else that of its code. @param {string | null} code @param {string | null} [reason] */
export function refusal(code, reason = null) {
  const keys = [`refused.${reason}`, `refused.${code}`];
  return words[keys.find((key) => key in words) ?? ""] ?? "";
}

/** Translates to nodes, so that names keep their own text direction. @param {string} key @param {Params} params */
export function sentence(key, params) {
  const parts = form(key, params).split(/\{(\w+)\}/);
  const whole = document.createDocumentFragment();
  parts.forEach((part, index) => {
    const value = index % 2 ? (params[part] ?? "") : part;
    whole.append(value instanceof Node ? value : String(value));
  });
  return whole;
}

/** @param {string} text */
export function bdi(text) {
  const element = document.createElement("bdi");
  element.textContent = text;
  return element;
}

/** "Ines, 陈默 and 3 others", each part a node of its own. @param {Node[]} items */
export function list(items) {
  const whole = document.createDocumentFragment();
  const format = formatter(Intl.ListFormat, { type: "conjunction" });
  const left = [...items];
  for (const { type, value } of format.formatToParts(items.map(() => "x")))
    whole.append(type === "element" ? /** @type {Node} */ (left.shift()) : value);
  return whole;
}

/** @param {string | number | Date} at */
export const clock = (at) =>
  formatter(Intl.DateTimeFormat, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(at),
  );

/** Time of today, or date and time. @param {string | number | Date} at */
export const moment = (at) => (sameDay(at, Date.now()) ? clock(at) : `${date(at, false)} ${clock(at)}`);

/** Time of today, the weekday, or the day. @param {string | number | Date} at */
export const shortTime = (at) => (sameDay(at, Date.now()) ? clock(at) : shortDay(at));

/** Relative time in minutes or hours, then the day. @param {string} at */
export function ago(at) {
  const minutes = (Date.now() - Date.parse(at)) / 60_000;
  if (minutes < 1) return t("ago.now");
  if (minutes < 24 * 60) {
    const [unit, value] = minutes < 60 ? ["minute", minutes] : ["hour", minutes / 60];
    const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 };
    return formatter(Intl.NumberFormat, options).format(Math.floor(value));
  }
  return shortDay(at);
}

/** @param {string | number | Date} at */
function shortDay(at) {
  const isNear = Date.now() - new Date(at).getTime() < 6 * 24 * 60 * 60_000;
  const parts = isNear ? { weekday: "short" } : { day: "numeric", month: "short" };
  return formatter(Intl.DateTimeFormat, parts).format(new Date(at));
}

/** @param {string | number | Date} at @param {boolean} weekday */
function date(at, weekday) {
  const year = new Date(at).getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const parts = { year, month: "long", day: "numeric", ...(weekday ? { weekday: "long" } : {}) };
  const text = formatter(Intl.DateTimeFormat, parts).format(new Date(at));
  return language.startsWith("zh") ? text.replace(/(日)(星期)/, "$1 $2") : text;
}

/** @param {string | number | Date} at */
export const longDate = (at) => date(at, false);

/** @param {string | number | Date} at */
export const day = (at) => (sameDay(at, Date.now()) ? t("today", { date: date(at, false) }) : date(at, true));

/** @param {string | number | Date} a @param {string | number | Date} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** @param {string} at */
export const fullTime = (at) =>
  formatter(Intl.DateTimeFormat, { dateStyle: "full", timeStyle: "short", hourCycle: "h23" }).format(
    new Date(at),
  );

/** Chinese sentences need no space between them. @param {string[]} sentences */
export const joinSentences = (sentences) =>
  sentences.filter(Boolean).join(language.startsWith("zh") ? "" : " ");

/** File size. @param {number} size in bytes */
export function bytes(size) {
  const [unit, count] = size < 1024 * 1000 ? ["kilobyte", size / 1024] : ["megabyte", size / 1024 ** 2];
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: count < 9.95 ? 1 : 0 };
  return formatter(Intl.NumberFormat, options).format(count);
}

/** Exact to 999. @param {number} n */
export const number = (n) => (n > 999 ? "999+" : String(n));

/** One or two letters, as `initials` in chat_pages.py; both are tested with tests/initials.json. @param {string} name */
export function initials(name) {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const [first = "", last = ""] = [letter(parts[0]), parts.length > 1 ? letter(parts.at(-1)) : ""];
  if (!/^\p{Script=Latin}|^\p{Script=Cyrillic}|^\p{Script=Greek}|^\d/u.test(first)) return first;
  return (first + (last || letter(parts[0].slice(first.length)))).toUpperCase();
}

/** The first one. @param {string | undefined} text */
const letter = (text) => characters(text ?? "")[0] ?? "";
