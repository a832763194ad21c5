/**
 * Renders the room header: name, topic, pins, notification level, inviting, settings and leaving.
 *
 * @import {RoomLevelMenu} from "../notifications/room_level_menu.js"
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Pins} from "../timeline/pins.js"
 */
import { addressOf } from "../shared/addresses.js";
import { byId, setText } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

export class Head {
  /** @param {OpenRoom} openRoom @param {RoomLevelMenu} levelMenu @param {Pins} pins @param {(key: string) => boolean} mayInvite */
  constructor(openRoom, levelMenu, pins, mayInvite) {
    this.openRoom = openRoom;
    this.levelMenu = levelMenu;
    this.pins = pins;
    this.mayInvite = mayInvite;
  }

  draw() {
    const { room, rooms, membership, around } = this.openRoom;
    this.drawSettings();
    this.drawLeave();
    // The level is unknown before the welcome; show the button anyway, or the header would jump.
    this.levelMenu.draw(rooms.welcomed ? membership?.level : "everything", membership?.favourite ?? false);
    for (const button of document.querySelectorAll("[data-invite]"))
      button.toggleAttribute("hidden", !this.invites);
    this.pins.draw(room, around);
    const title = rooms.titleOf(room);
    if (!title) return;
    setText(byId("room-name"), title);
    setText(byId("room-topic"), room.info.topic);
  }

  drawSettings() {
    const { key, membership, room, rooms } = this.openRoom;
    const direct = room.info.kind === "direct";
    const settings = /** @type {HTMLAnchorElement} */ (byId("room-settings"));
    settings.hidden = !membership;
    settings.href = addressOf(direct ? "about_direct" : "room_settings", { room: key });
    const words = direct ? "settings.direct" : rooms.moderates(key) ? "settings" : "settings.about";
    setText(settings, t(words));
  }

  drawLeave() {
    const { membership, room, rooms } = this.openRoom;
    const leave = byId("leave");
    leave.hidden = rooms.welcomed && !membership;
    if (!leave.classList.contains("confirming"))
      setText(leave, t(room.info.kind === "direct" ? "leave.direct" : "leave"));
  }

  /** Only moderators invite to private rooms. */
  get invites() {
    const { key, membership, room, rooms } = this.openRoom;
    const refused = !membership || (room.info.kind !== "public" && !rooms.moderates(key));
    return this.mayInvite(key) && !(rooms.welcomed && refused);
  }
}
