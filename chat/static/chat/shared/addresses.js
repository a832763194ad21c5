/**
 * Builds and parses the URLs of rooms and messages.
 */

/** Of a room, or of one message in it. @param {string} key @param {number | null} [id] */
export const addressOf = (key, id = null) =>
  `/rooms/${encodeURIComponent(key)}/${id === null ? "" : `${id}/`}`;

/** The room and message of an address of ours, or null. @param {string} href @returns {{key: string, id: number | null} | null} */
export function parseAddress(href) {
  const { origin, pathname } = new URL(href, location.href);
  const [, key, id] = pathname.match(/^\/rooms\/([^/]+)\/(?:(\d+)\/)?$/) ?? [];
  return key && origin === location.origin ? { key: decodeURIComponent(key), id: Number(id) || null } : null;
}
