/**
 * Builds the notifications of this browser: who shows them, what is shown, and the settings.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 */

import { byId, dialogById } from "../shared/dom.js";
import { Chime } from "./chime.js";
import { NotificationSettings } from "./notification_settings.js";
import { Notifier } from "./notifier.js";
import { NotifyDispatcher } from "./notify_dispatcher.js";
import { electTabLeader } from "./tab_leader.js";

/** @param {OpenRoom} openRoom @param {{reading: boolean}} attention @param {Storage | null} storage @param {(room: string, message: number) => void} onPress */
export function startNotifications(openRoom, attention, storage, onPress) {
  const person = String(openRoom.rooms.me);
  const notifier = new Notifier({ chime: new Chime(), storage, person, onPress });
  const tabLeader = electTabLeader();
  new NotificationSettings(byId("notifications-button"), dialogById("notification-settings"), notifier, {
    leads: () => tabLeader.leads(`test ${Date.now()}`),
    level: () => openRoom.membership?.level ?? "nothing",
  });
  return { tabLeader, dispatcher: new NotifyDispatcher(openRoom, attention, notifier, tabLeader) };
}
