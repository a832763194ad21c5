/**
 * Shows join links with their QR codes, and copies them.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 */
import { addressOf, partsOf, roomAddress } from "../shared/addresses.js";
import { copyText } from "../shared/clipboard.js";
import { dialogById } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { watchOverlay } from "../shared/overlay.js";

/** Shown without its scheme, because people compare the end. @param {ParentNode} root @param {string | null} link */
export function showLink(root, link) {
  for (const element of root.querySelectorAll("[data-join-link]"))
    element.textContent = link?.replace(/^https?:\/\//, "") ?? "";
  for (const image of root.querySelectorAll("[data-qr]"))
    showPicture(/** @type {HTMLImageElement} */ (image), link);
  for (const part of root.querySelectorAll(".invite")) /** @type {HTMLElement} */ (part).hidden = !link;
}

/** @param {string} link */
function pictureAddress(link) {
  const code = partsOf("join", new URL(link).pathname);
  return code && addressOf("join_qr", code);
}

/** A link expires, is used up or revoked while the page stays open. @param {string} link @returns {Promise<boolean>} also true if the server cannot be asked */
const works = (link) =>
  fetch(pictureAddress(link) ?? "", { method: "HEAD", cache: "no-store" }).then(
    ({ status }) => status !== 404,
    () => true,
  );

/** The picture fails to load if the link no longer works. @param {HTMLImageElement} image @param {string | null} link */
function showPicture(image, link) {
  const address = link && pictureAddress(link);
  if (!address || image.getAttribute("src") === address) return;
  image.hidden = false;
  image.onerror = () => image.toggleAttribute("hidden", true);
  image.src = address;
}

/** @param {ParentNode} root @param {() => string | null} link */
function watchCopying(root, link) {
  for (const button of root.querySelectorAll("[data-copy]"))
    button.addEventListener("click", async () => {
      const done = await copyText(link() ?? "");
      const status = button.closest(".invite")?.querySelector("[data-copied]");
      if (status) status.textContent = t(done ? "copied" : "copy.hand");
    });
}

/** The page of this moment knows a link that works, or that there is none. */
function showAnew() {
  location.hash = "invite";
  location.reload();
}

/**
 * The dialog with the join link. The link is known only for the room of this page; another room needs its own page.
 * @param {{room: string, join_link: string, invites: boolean, only_here: boolean}} page @param {OpenRoom} openRoom
 */
export function watchInviting(page, openRoom) {
  const dialog = dialogById("invite-dialog");
  watchCopying(document, () => page.join_link);
  for (const note of document.querySelectorAll("[data-only-here]"))
    note.toggleAttribute("hidden", !page.only_here);
  const show = async () => {
    const links = `${addressOf("room_settings", { room: page.room })}#links`;
    if (!page.join_link) return location.assign(links);
    if (!(await works(page.join_link))) return showAnew();
    showLink(dialog, page.join_link);
    dialog.showModal();
  };
  for (const button of document.querySelectorAll("[data-invite]"))
    button.addEventListener("click", () =>
      openRoom.key === page.room ? show() : location.assign(`${roomAddress(openRoom.key)}#invite`),
    );
  watchOverlay(dialog);
  if (location.hash === "#invite" && page.invites) show();
}
