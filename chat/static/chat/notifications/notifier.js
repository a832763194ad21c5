/**
 * Shows browser notifications, one per room, and plays the sound. Closes them once read or deleted.
 *
 * @import {Chime} from "./chime.js"
 * @typedef {"granted" | "default" | "denied" | "insecure" | "none"} Permission default: not asked yet
 * @typedef {{room: string, id: number, title: string, text: string, count: number}} News of the latest message
 * @typedef {{on: boolean, sound: boolean}} Settings
 */
const SHOWN_WITHIN = 3000;

/** Notifications need HTTPS. @returns {Permission} */
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
    /** Where there is nowhere to keep it. @type {Settings} */
    this.fallback = { on: false, sound: true };
    /** @type {Map<string, {notification: Notification, id: number, count: number}>} */
    this.shown = new Map();
  }

  /** Read each time, because another tab may have changed it. @returns {Settings} */
  get settings() {
    try {
      return { ...this.fallback, ...JSON.parse(this.storage?.getItem(this.key) ?? "{}") };
    } catch {
      return this.fallback;
    }
  }

  /** @param {Partial<Settings>} change */
  save(change) {
    this.fallback = { ...this.settings, ...change };
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.fallback));
    } catch {
      // Storage full: it holds as long as the page.
    }
  }

  /** Must be called from a click. A denied permission can only be changed in the browser. */
  async turnOn() {
    if (permission() === "default") await Notification.requestPermission();
    this.save({ on: !["default", "denied"].includes(permission()) });
  }

  /** @param {News} news */
  notify({ room, id, title, text, count }) {
    const settings = this.settings;
    if (!settings.on) return;
    if (settings.sound) this.chime.ring();
    if (permission() !== "granted") return;
    const all = (this.shown.get(room)?.count ?? 0) + count;
    const notification = show(`chat ${room}`, all > 1 ? `${title} (${all})` : title, text);
    if (!notification) return;
    this.shown.set(room, { notification, id, count: all });
    notification.onclick = () => this.press(room, id);
    notification.onclose = () =>
      this.shown.get(room)?.notification === notification && this.shown.delete(room);
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
    shown?.notification.close();
  }

  /** Resolves once the browser reports whether it was shown. @param {string} title @param {string} text @returns {Promise<"shown" | "silent" | "failed" | Permission>} */
  async test(title, text) {
    if (permission() !== "granted") return permission();
    const notification = show("chat test", title, text);
    if (!notification) return "failed";
    return new Promise((resolve) => {
      notification.onshow = () => resolve("shown");
      notification.onerror = () => resolve("failed");
      setTimeout(() => resolve("silent"), SHOWN_WITHIN);
    });
  }
}

/** Some mobile browsers throw although permission is granted. @param {string} tag @param {string} title @param {string} body */
function show(tag, title, body) {
  try {
    // The sound is a separate setting.
    const how = /** @type {NotificationOptions} */ ({ tag, body, silent: true, renotify: true, dir: "auto" });
    return new Notification(title, how);
  } catch {
    return null;
  }
}
