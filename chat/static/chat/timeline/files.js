/**
 * Renders the files of a message: images with reserved space, players for audio and video, links for the rest.
 *
 * @import {AttachmentRow} from "../net/protocol.js"
 */

import { addressOf } from "../shared/addresses.js";
import { cloneTemplate, find } from "../shared/dom.js";
import { bytes } from "../shared/i18n.js";

/** Size limits of pictures in CSS pixels; the smallest can still be tapped. */
const [WIDEST, HIGHEST, LEAST] = [400, 320, 44];

/** The server ignores the name. @param {AttachmentRow} row */
export const fileAddress = ({ id, name }) => addressOf("file", { file: id, name });

/** @param {AttachmentRow} row */
const thumbnailAddress = (row) =>
  row.has_thumbnail ? addressOf("thumbnail", { file: row.id, name: row.name }) : fileAddress(row);

/** Display size, known before the picture loads. @param {{width: number | null, height: number | null}} row */
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
    Object.assign(link, { href: fileAddress(row), title: row.name });
  find(element, "bdi").textContent = row.name;
  find(element, "small").textContent = bytes(row.size);
  if (row.kind === "image") fillPicture(element, row);
  const player = /** @type {HTMLMediaElement | null} */ (element.querySelector("video, audio"));
  if (player) Object.assign(player, { src: fileAddress(row), ariaLabel: row.name });
  return element;
}

/** @param {HTMLElement} element @param {AttachmentRow} row */
function fillPicture(element, row) {
  const image = /** @type {HTMLImageElement} */ (element.querySelector("img"));
  const { width, height } = box(row);
  Object.assign(image, { width, height, alt: row.name, src: thumbnailAddress(row) });
  // The picture's own ratio is known only after loading and would move the page by a pixel.
  image.style.aspectRatio = `${width} / ${height}`;
  image.style.setProperty("--picture-height", `${height}px`);
  find(element, "a").dataset.picture = row.id;
}
