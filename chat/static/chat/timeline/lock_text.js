/**
 * The sentence that says why nothing can be posted.
 *
 * @import {Lock, OpenRoom} from "../state/open_room.js"
 */

import { moment, t } from "../shared/i18n.js";
import { COUNTED } from "../state/open_room.js";

/** @param {OpenRoom} openRoom @param {Lock} lock */
export function lockText(openRoom, lock) {
  if (lock !== "muted") return t(`locked.${lock}`);
  const { membership, muteLeft } = openRoom;
  if (muteLeft <= COUNTED) return t("locked.muted.left", { n: Math.ceil(muteLeft / 1000) });
  return t("locked.muted", { time: moment(membership?.mutedUntil ?? "") });
}
