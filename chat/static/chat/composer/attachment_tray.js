/**
 * Lists the files attached to a draft, per room, and uploads up to three at a time. The upload itself is in net/uploads.js.
 * What is uploaded outlives the page; of the others only the names do, so that their loss can be told.
 *
 * @import {AttachmentRow} from "../net/protocol.js"
 * @import {Drafts, KeptFile} from "./drafts.js"
 * @typedef {object} Item
 * @property {File} file
 * @property {"waiting" | "sending" | "ready" | "failed"} state
 * @property {number} share how much of it has gone out, from 0 to 1
 * @property {string} why it failed
 * @property {boolean} again whether to try again makes sense
 * @property {AttachmentRow | null} row
 * @property {() => void} stop
 * @property {HTMLElement} element
 */

import { discardUpload, isUploaded, uploadFile } from "../net/uploads.js";
import { addressOf } from "../shared/addresses.js";
import { cloneTemplate, closest, find, setText } from "../shared/dom.js";
import { bytes, t } from "../shared/i18n.js";

/** Concurrent uploads per room. */
const AT_ONCE = 3;

export class AttachmentTray {
  /** @param {HTMLElement} list @param {{bytes: number, most: number}} limits @param {Drafts} drafts @param {() => void} onChange */
  constructor(list, limits, drafts, onChange) {
    this.list = list;
    this.limits = limits;
    this.drafts = drafts;
    this.onChange = onChange;
    /** The last file was removed by key. */
    this.onEmpty = () => {};
    this.room = "";
    /** @type {Map<string, Item[]>} */
    this.rooms = new Map();
    list.addEventListener("click", (event) => this.press(event));
  }

  get items() {
    return this.rooms.get(this.room) ?? [];
  }

  /** Sending waits until all files are uploaded. One that was refused does not hold up the others. */
  get busy() {
    return this.items.some(({ state }) => state === "waiting" || state === "sending");
  }

  get rows() {
    return this.items.flatMap(({ row }) => row ?? []);
  }

  /** @param {string} room */
  open(room) {
    this.room = room;
    if (!this.rooms.has(room)) this.load(room);
    this.draw();
  }

  /** What was there before the page was loaded. @param {string} room */
  load(room) {
    const items = this.drafts.of(room).files.map((file) => this.kept(file));
    this.rooms.set(room, items);
    for (const item of items) this.check(room, item);
  }

  /** @param {KeptFile} file @returns {Item} */
  kept({ name, size, row }) {
    const item = this.item(/** @type {File} */ ({ name, size, type: "" }), row);
    return row
      ? { ...item, state: "ready", row }
      : { ...item, state: "failed", why: t("upload.interrupted") };
  }

  /** Uploads expire. @param {string} room @param {Item} item */
  async check(room, item) {
    if (!item.row || (await isUploaded(item.row))) return;
    Object.assign(item, { state: "failed", why: t("upload.expired"), row: null });
    this.keep(room);
    this.draw();
  }

  /** @param {string} room */
  keep(room) {
    const lasting = (this.rooms.get(room) ?? []).filter(({ state, again }) => state !== "failed" || again);
    const files = lasting.map(({ file: { name, size }, row }) => ({ name, size, row }));
    this.drafts.change(room, { files });
  }

  /** Of the open room. @param {Item[]} items */
  replace(items) {
    this.rooms.set(this.room, items);
    this.next(this.room);
    this.keep(this.room);
    this.draw();
  }

  /** Returns whether all of them may be sent. @param {Iterable<File>} files */
  add(files) {
    const items = [...this.items];
    const before = items.length;
    for (const file of files) {
      const item = this.item(file);
      const refused = this.refusal(file, items.filter(({ state }) => state !== "failed").length);
      if (refused) Object.assign(item, { state: "failed", why: refused });
      items.push(item);
    }
    this.replace(items);
    const refused = items.slice(before).findLast(({ state }) => state === "failed");
    refused?.element.scrollIntoView?.({ block: "nearest" });
    return !refused;
  }

  /** Checks the server's limits before uploading. @param {File} file @param {number} before */
  refusal(file, before) {
    if (!this.limits.bytes) return t("upload.none");
    if (before >= this.limits.most) return t("upload.many", { n: this.limits.most });
    if (file.size <= this.limits.bytes) return "";
    return t("upload.large", { size: bytes(file.size), most: bytes(this.limits.bytes) });
  }

  /** @param {File} file @param {AttachmentRow | null} [row] @returns {Item} */
  item(file, row = null) {
    const element = cloneTemplate("attachment-template");
    find(element, "bdi").textContent = file.name;
    find(element, "[data-tray=cancel]").setAttribute("aria-label", t("upload.cancel", { name: file.name }));
    const image = /** @type {HTMLImageElement} */ (find(element, "img"));
    showPreview(image, row?.kind === "image" ? previewAddress(row) : objectAddress(file));
    return { file, state: "waiting", share: 0, why: "", again: false, row: null, stop() {}, element };
  }

  /** @param {string} room */
  next(room) {
    const items = this.rooms.get(room) ?? [];
    const free = AT_ONCE - items.filter(({ state }) => state === "sending").length;
    for (const item of items.filter(({ state }) => state === "waiting").slice(0, Math.max(free, 0)))
      this.start(room, item);
  }

  /** @param {string} room @param {Item} item */
  start(room, item) {
    const change = (/** @type {Partial<Item>} */ what) => {
      Object.assign(item, what);
      if (item.state !== "sending") {
        this.next(room);
        this.keep(room);
      }
      this.draw();
      if (item.state === "failed") item.element.scrollIntoView?.({ block: "nearest" });
    };
    Object.assign(item, { state: "sending", share: 0 });
    item.stop = uploadFile(room, item.file, {
      onProgress: (share) => change({ share }),
      onDone: (row) => change({ state: "ready", row }),
      onFailed: (why, again, wait) => {
        change({ state: "failed", why, again });
        if (again && wait) setTimeout(() => this.retry(room, item), wait * 1000);
      },
    });
  }

  /** Empties the tray for a message being sent, except for what may still be tried again. @returns {AttachmentRow[]} */
  take() {
    const { rows } = this;
    this.replace(this.items.filter(({ again }) => again));
    return rows;
  }

  /** Puts the uploaded files of a message back that was not sent. @param {AttachmentRow[]} rows */
  restore(rows) {
    const items = rows.map((row) => this.kept({ name: row.name, size: row.size, row }));
    this.replace([...this.items, ...items]);
    for (const item of items) this.check(this.room, item);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const button = closest(event, "[data-tray]");
    const item = button && this.items.find(({ element }) => element.contains(button));
    if (!item) return;
    const at = this.items.indexOf(item);
    if (button.dataset.tray === "cancel") this.cancel(item);
    else this.retry(this.room, item);
    if (!event.detail) this.focusAt(at);
  }

  /** Unless it is tried already. @param {string} room @param {Item} item */
  retry(room, item) {
    if (!item.again) return;
    Object.assign(item, { state: "waiting", again: false });
    this.next(room);
    this.draw();
  }

  /** The button that was pressed by key is gone. @param {number} at */
  focusAt(at) {
    const item = this.items[at] ?? this.items.at(-1);
    if (item) find(item.element, "[data-tray=cancel]").focus();
    else this.onEmpty();
  }

  /** @param {Item} item */
  cancel(item) {
    item.stop();
    if (item.row) discardUpload(item.row);
    this.replace(this.items.filter((other) => other !== item));
  }

  draw() {
    for (const item of this.items) this.fill(item);
    const elements = this.items.map(({ element }) => element);
    if (
      elements.some((element, index) => this.list.children[index] !== element) ||
      this.list.children[elements.length]
    )
      this.list.replaceChildren(...elements);
    this.list.hidden = !elements.length;
    this.onChange();
  }

  /** @param {Item} item */
  fill({ element, file, state, share, why, again, row }) {
    const isPlain = row?.kind === "file" && file.type.startsWith("image/");
    element.className = isPlain ? `${state} as-file` : state;
    const size = isPlain ? t("upload.plain", { size: bytes(file.size) }) : bytes(file.size);
    const status = { waiting: t("waiting"), ready: size, failed: why, sending: "" }[state];
    const percent = t("upload.share", { n: Math.round(share * 100), size: bytes(file.size) });
    setText(find(element, "small"), state === "sending" ? percent : status);
    const bar = /** @type {HTMLProgressElement} */ (element.querySelector("progress"));
    bar.hidden = state !== "sending" && state !== "waiting";
    bar.value = share;
    find(element, "[data-tray=again]").hidden = state !== "failed" || !again;
  }
}

/** From the file itself, before it is uploaded. @param {File} file */
const objectAddress = (file) => (file.type.startsWith("image/") ? URL.createObjectURL(file) : "");

/** @param {AttachmentRow} row */
const previewAddress = ({ id, name, has_thumbnail }) =>
  addressOf(has_thumbnail ? "thumbnail" : "file", { file: id, name });

/** A picture that this browser cannot show has none. @param {HTMLImageElement} image @param {string} address */
function showPreview(image, address) {
  if (!address) return image.remove();
  image.addEventListener("load", () => URL.revokeObjectURL(address));
  image.addEventListener("error", () => {
    URL.revokeObjectURL(address);
    image.remove();
  });
  image.src = address;
}
