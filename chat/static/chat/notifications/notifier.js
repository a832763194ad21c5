/**
 * How is somebody told by this browser? A notification, one for each room, and a sound, if they asked for it; taken back
 * when it has been read or deleted. Says what stands in the way. Knows no rooms.
 *
 * @import {Chime} from "./chime.js"
 * @typedef {"granted" | "default" | "denied" | "insecure" | "none"} Permission default: not asked yet
 * @typedef {{room: string, id: number, title: string, text: string, count: number}} News of the latest message
 * @typedef {{on: boolean, sound: boolean}} Wish
 */
const SHOWN_WITHIN = 3000;

/** What the browser allows. Pages of plain http are not asked. @returns {Permission} */
export function permission() {
  if (!globalThis.isSecureContext) return "insecure";
  return "Notification" in globalThis ? Notification.permission : "none";
}

export class Notifier {
  /**
   * @param {{chime: Chime, storage: Storage | null, person: string, onPress: (room: string, id: number) => void}} parts
   */
  constructor({ chime, storage, person, onPress }) {
    this.chime = chime;
    this.storage = storage;
    this.onPress = onPress;
    this.key = `chat.notify.${person}`;
    /** Where there is nowhere to keep it. @type {Wish} */
    this.kept = { on: false, sound: true };
    /** @type {Map<string, {note: Notification, id: number, count: number}>} */
    this.shown = new Map();
  }

  /** Read each time: another tab may have changed it. @returns {Wish} */
  get wish() {
    try {
      return { ...this.kept, ...JSON.parse(this.storage?.getItem(this.key) ?? "{}") };
    } catch {
      return this.kept;
    }
  }

  /** @param {Partial<Wish>} change */
  want(change) {
    this.kept = { ...this.wish, ...change };
    this.storage?.setItem(this.key, JSON.stringify(this.kept));
  }

  /** Asked once, after a press; what was refused is for the browser to change. */
  async turnOn() {
    if (permission() === "default") await Notification.requestPermission();
    this.want({ on: !["default", "denied"].includes(permission()) });
  }

  /** @param {News} news */
  tell({ room, id, title, text, count }) {
    const wish = this.wish;
    if (!wish.on) return;
    if (wish.sound) this.chime.ring();
    if (permission() !== "granted") return;
    const all = (this.shown.get(room)?.count ?? 0) + count;
    const note = show(`chat ${room}`, all > 1 ? `${title} (${all})` : title, text);
    if (!note) return;
    this.shown.set(room, { note, id, count: all });
    note.onclick = () => this.press(room, id);
    note.onclose = () => this.shown.get(room)?.note === note && this.shown.delete(room);
  }

  /** @param {string} room @param {number} id */
  press(room, id) {
    globalThis.focus?.();
    this.close(room);
    this.onPress(room, id);
  }

  /** @param {string} room */
  close(room) {
    const shown = this.shown.get(room);
    this.shown.delete(room);
    shown?.note.close();
  }

  /** The way a real one goes, and what came of it. @param {string} title @param {string} text @returns {Promise<"shown" | "silent" | "failed" | Permission>} */
  async test(title, text) {
    if (permission() !== "granted") return permission();
    const note = show("chat test", title, text);
    if (!note) return "failed";
    return new Promise((tell) => {
      note.onshow = () => tell("shown");
      note.onerror = () => tell("failed");
      setTimeout(() => tell("silent"), SHOWN_WITHIN);
    });
  }
}

/** On some phones a page may not, whatever was allowed. @param {string} tag @param {string} title @param {string} body */
function show(tag, title, body) {
  try {
    // The sound is ours, and a choice of its own.
    const how = /** @type {NotificationOptions} */ ({ tag, body, silent: true, renotify: true, dir: "auto" });
    return new Notification(title, how);
  } catch {
    return null;
  }
}
