/**
 * Counts newly public rooms since the directory was last opened, for the link in the room list.
 *
 * @import {PublicRoom} from "../net/protocol.js"
 */

import { addressOf } from "../shared/addresses.js";
import { find } from "../shared/dom.js";
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
    const since = this.seen ?? Number.POSITIVE_INFINITY;
    const fresh = this.rooms.filter((room) => !mine.has(room.id) && Date.parse(room.public_since) > since);
    const count = find(this.link, "small");
    count.textContent = fresh.length ? t("rooms.new", { n: fresh.length, count: number(fresh.length) }) : "";
    this.link.title = fresh.map((room) => room.name).join(", ");
  }
}
