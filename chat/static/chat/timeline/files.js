/**
 * Renders the files of a message: images with reserved space, players for audio and video, links for the rest.
 *
 * @import {AttachmentRow} from "../net/protocol.js"
 */

import { cloneTemplate, find } from "../shared/dom.js";
import { bytes } from "../shared/i18n.js";

/** A picture is at most so large, in CSS pixels, and never too small to press. */
const [WIDEST, HIGHEST, LEAST] = [400, 320, 44];

/** The name in it is for people; the server goes by the id. @param {AttachmentRow} row */
export const addressOf = (row) => `/files/${row.id}/${encodeURIComponent(row.name)}`;

/** @param {AttachmentRow} row */
const thumbnailOf = (row) =>
  row.small ? `/files/${row.id}/small/${encodeURIComponent(row.name)}` : addressOf(row);

/** How large it stands there, known before a byte of it has come. @param {{width: number | null, height: number | null}} row */
export function box({ width, height }) {
  const [w, h] = [width || WIDEST, height || HIGHEST];
  const scale = Math.min(1, WIDEST / w, HIGHEST / h);
  const within = (/** @type {number} */ size, /** @type {number} */ most) =>
    Math.min(Math.max(Math.round(size * scale), LEAST), most);
  return { width: within(w, WIDEST), height: within(h, HIGHEST) };
}

/** @param {HTMLElement} container @param {AttachmentRow[]} rows */
export function drawFiles(container, rows) {
  if (!rows.length) return container.remove();
  container.dataset.files = rows.map((row) => row.id).join(" ");
  container.append(...rows.map(drawFile));
}

/** @param {AttachmentRow} row */
function drawFile(row) {
  const element = cloneTemplate(`${row.kind}-template`);
  for (const link of element.querySelectorAll("a"))
    Object.assign(link, { href: addressOf(row), title: row.name });
  find(element, "bdi").textContent = row.name;
  find(element, "small").textContent = bytes(row.size);
  if (row.kind === "image") fillPicture(element, row);
  const player = /** @type {HTMLMediaElement | null} */ (element.querySelector("video, audio"));
  if (player) Object.assign(player, { src: addressOf(row), ariaLabel: row.name });
  return element;
}

/** @param {HTMLElement} element @param {AttachmentRow} row */
function fillPicture(element, row) {
  const image = /** @type {HTMLImageElement} */ (element.querySelector("img"));
  const { width, height } = box(row);
  Object.assign(image, { width, height, alt: row.name, src: thumbnailOf(row) });
  // Not the picture's own, which would be known only when it has come, and moves the page by a pixel.
  image.style.aspectRatio = `${width} / ${height}`;
  image.style.setProperty("--high", `${height}px`);
  find(element, "a").dataset.picture = row.id;
}
