/**
 * Builds and parses the URLs of rooms and messages.
 */

/** @param {string} key @param {number | null} [id] */
export const addressOf = (key, id = null) =>
  `/rooms/${encodeURIComponent(key)}/${id === null ? "" : `${id}/`}`;

/** Null for addresses that are not a room of this site. @param {string} href @returns {{key: string, id: number | null} | null} */
export function parseAddress(href) {
  const { origin, pathname } = new URL(href, location.href);
  const [, key, id] = pathname.match(/^\/rooms\/([^/]+)\/(?:(\d+)\/)?$/) ?? [];
  return key && origin === location.origin ? { key: decodeURIComponent(key), id: Number(id) || null } : null;
}
