/**
 * Builds the composer of the page with its drafts, files, suggestions and emoji.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Hooks} from "./composer.js"
 */

import { BODY_CHARACTERS } from "../net/protocol.js";
import { byId } from "../shared/dom.js";
import { AttachmentTray } from "./attachment_tray.js";
import { Completion } from "./completion.js";
import { Composer } from "./composer.js";
import { Drafts } from "./drafts.js";
import { Emojis } from "./emoji.js";
import { replaceEmojiNames } from "./emoji_names.js";
import { watchFiles } from "./file_input.js";
import { Picker } from "./picker.js";
import { composerSources } from "./sources.js";

/** @param {OpenRoom} openRoom @param {{bytes: number, most: number}} files @param {Storage | null} storage @param {Hooks} hooks */
export function startComposer(openRoom, files, storage, hooks) {
  const person = String(openRoom.rooms.me);
  const drafts = new Drafts(person, storage);
  const emojis = new Emojis(byId("picker").dataset.list ?? "", person, storage);
  const picker = new Picker(byId("picker"), emojis);
  const sources = composerSources(openRoom, emojis);
  const parts = partsOfPage();
  const composer = new Composer(parts, hooks, { limit: BODY_CHARACTERS, drafts });
  const tray = new AttachmentTray(byId("attachment-tray"), files, drafts, () => composer.measure());
  composer.files = tray;
  tray.onEmpty = () => composer.focus();
  takeFiles(parts, (files) => tray.add(files));
  new Completion(parts.field, sources);
  replaceEmojiNames(parts.field, emojis);
  byId("emoji").addEventListener("click", () => picker.open(byId("emoji"), (one) => composer.insert(one)));
  openRoom.onEnter.push(
    (key) => tray.open(key),
    (key) => composer.open(key),
  );
  return { composer, drafts, picker, sources };
}

const partsOfPage = () => ({
  form: /** @type {HTMLFormElement} */ (byId("composer-form")),
  field: /** @type {HTMLTextAreaElement} */ (byId("composer")),
  button: /** @type {HTMLButtonElement} */ (byId("send")),
  left: byId("characters-left"),
  about: byId("reply-bar"),
});

/** @param {import("./composer.js").Parts} parts @param {(files: File[]) => void} take */
function takeFiles({ form, field }, take) {
  const input = /** @type {HTMLInputElement} */ (byId("attach-files"));
  watchFiles({ button: byId("attach"), input, field, target: byId("drop") }, take, () => !form.hidden);
}
