/**
 * Builds and parses the chat's addresses. The page gives a template of each, with {room} and the like in it
 * (chat/addresses.py), because only the project knows the prefix.
 *
 * @typedef {"home" | "socket" | "room" | "message" | "room_settings" | "about_direct" | "upload" | "discard_upload" |
 *   "file" | "thumbnail" | "join" | "join_qr"} Name
 */

/** @type {Record<string, string>} */
const templates = {};

/** @param {Record<Name, string>} given */
export const loadAddresses = (given) => void Object.assign(templates, given);

/** @param {Name} name @param {Record<string, string | number>} [parts] */
export const addressOf = (name, parts = {}) =>
  templates[name].replace(/\{(\w+)\}/g, (_, part) => encodeURIComponent(parts[part]));

export const socketAddress = () => new URL(addressOf("socket"), location.href.replace(/^http/, "ws")).href;

/** Of a room, or of one of its messages. @param {string} room @param {number | null} [message] */
export const roomAddress = (room, message = null) =>
  message === null ? addressOf("room", { room }) : addressOf("message", { room, message });

/**
 * The parts of an address that was made from this template; null for another one.
 * @param {Name} name @param {string} pathname @returns {Record<string, string> | null}
 */
export function partsOf(name, pathname) {
  const groups = pathname.match(patternOf(templates[name]))?.groups;
  if (!groups) return null;
  return Object.fromEntries(Object.entries(groups).map(([part, text]) => [part, decodeURIComponent(text)]));
}

/** @param {string} template */
function patternOf(template) {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const one = (/** @type {string} */ part) => `(?<${part}>${part === "message" ? "\\d+" : "[^/]+"})`;
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, (_, part) => one(part))}$`);
}

/** Null for addresses that are not a room of this site. @param {string} href @returns {{key: string, id: number | null} | null} */
export function parseAddress(href) {
  const { origin, pathname } = new URL(href, location.href);
  const parts = partsOf("message", pathname) ?? partsOf("room", pathname);
  if (!parts || origin !== location.origin) return null;
  return { key: parts.room, id: Number(parts.message) || null };
}
