/**
 * Counts newly public rooms since the directory was last opened, for the link in the room list.
 *
 * @import {PublicRoom} from "../net/protocol.js"
 */

import { addressOf } from "../shared/addresses.js";
import { find, setText } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";

/** Cookie with the time in ms when the directory was last shown; the directory page sets it too. */
const SEEN = "chat_rooms_seen";
const YEAR = 365 * 24 * 3600;

export class Directory {
  /** @param {HTMLElement} link */
  constructor(link) {
    this.link = link;
    /** @type {PublicRoom[]} */
    this.rooms = [];
  }

  /** @param {PublicRoom[]} rooms the latest first */
  update(rooms) {
    this.rooms = rooms;
    // On the first visit nothing counts as new.
    if (this.seen === null) this.seen = Date.parse(rooms[0]?.public_since ?? "") || 0;
  }

  /** @returns {number | null} */
  get seen() {
    const found = document.cookie.match(/(?:^|; )chat_rooms_seen=(\d+)/);
    return found ? Number(found[1]) : null;
  }

  set seen(moment) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain HTTP
    document.cookie = `${SEEN}=${moment}; path=${addressOf("home")}; max-age=${YEAR}; samesite=lax`;
  }

  /** @param {{has: (key: string) => boolean}} mine rooms I am in */
  draw(mine) {
    const others = this.rooms.filter((room) => !mine.has(room.id));
    // Reading a cookie may wait for another process of the browser.
    const since = others.length ? (this.seen ?? Number.POSITIVE_INFINITY) : 0;
    const fresh = others.filter((room) => Date.parse(room.public_since) > since);
    const words = fresh.length ? t("rooms.new", { n: fresh.length, count: number(fresh.length) }) : "";
    setText(find(this.link, "small"), words);
    this.link.title = fresh.map((room) => room.name).join(", ");
  }
}
