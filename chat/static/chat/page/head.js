/**
 * Renders the room header: name, topic, pins, notification level, inviting, settings and leaving.
 *
 * @import {RoomLevelMenu} from "../notifications/room_level_menu.js"
 * @import {Pins} from "../timeline/pins.js"
 * @import {Screen} from "./screen.js"
 */
import { addressOf } from "../shared/addresses.js";
import { byId } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

export class Head {
  /** @param {RoomLevelMenu} levelMenu @param {Pins} pins @param {(key: string) => boolean} mayInvite */
  constructor(levelMenu, pins, mayInvite) {
    this.levelMenu = levelMenu;
    this.pins = pins;
    this.mayInvite = mayInvite;
  }

  /** @param {Screen} screen */
  draw({ room, open, welcomed, around, parts: { rooms } }) {
    const { info } = room;
    const [membership, moderates] = [rooms.memberships.get(open), rooms.moderates(open)];
    const settings = /** @type {HTMLAnchorElement} */ (byId("room-settings"));
    const direct = info.kind === "direct";
    settings.hidden = !membership;
    settings.href = addressOf(direct ? "about_direct" : "room_settings", { room: open });
    settings.textContent = t(direct ? "settings.direct" : moderates ? "settings" : "settings.about");
    this.drawLeave(welcomed && !membership, info.kind === "direct");
    // The level is unknown before the welcome; show the button anyway, or the header would jump.
    this.levelMenu.draw(welcomed ? membership?.level : "everything");
    // Only moderators invite to private rooms.
    const isClosed = welcomed && (!membership || (info.kind !== "public" && !moderates));
    const closed = isClosed || !this.mayInvite(open);
    for (const button of document.querySelectorAll("[data-invite]")) button.toggleAttribute("hidden", closed);
    this.pins.draw(room, around);
    const title = rooms.titleOf(room);
    if (!title) return;
    byId("room-name").textContent = title;
    byId("room-topic").textContent = info.topic;
  }

  /** @param {boolean} outside @param {boolean} direct */
  drawLeave(outside, direct) {
    const leave = byId("leave");
    leave.hidden = outside;
    if (!leave.classList.contains("confirming")) leave.textContent = t(direct ? "leave.direct" : "leave");
  }
}
