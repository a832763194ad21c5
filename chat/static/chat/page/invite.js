/**
 * Shows join links with their QR codes, and copies them.
 */
import { addressOf, partsOf } from "../shared/addresses.js";
import { copyText } from "../shared/clipboard.js";
import { t } from "../shared/i18n.js";

/** Shown without its scheme, because people compare the end. @param {ParentNode} root @param {string | null} link */
export function showLink(root, link) {
  for (const element of root.querySelectorAll("[data-join-link]"))
    element.textContent = link?.replace(/^https?:\/\//, "") ?? "";
  for (const image of root.querySelectorAll("[data-qr]"))
    showPicture(/** @type {HTMLImageElement} */ (image), link);
  for (const part of root.querySelectorAll(".invite")) /** @type {HTMLElement} */ (part).hidden = !link;
}

/** The picture fails to load if the link has been revoked. @param {HTMLImageElement} image @param {string | null} link */
function showPicture(image, link) {
  const code = link && partsOf("join", new URL(link).pathname);
  const address = code && addressOf("join_qr", code);
  if (!address || image.getAttribute("src") === address) return;
  image.hidden = false;
  image.onerror = () => image.toggleAttribute("hidden", true);
  image.src = address;
}

/** @param {ParentNode} root @param {() => string | null} link */
export function watchCopying(root, link) {
  for (const button of root.querySelectorAll("[data-copy]"))
    button.addEventListener("click", async () => {
      const done = await copyText(link() ?? "");
      const status = button.closest(".invite")?.querySelector("[data-copied]");
      if (status) status.textContent = t(done ? "copied" : "copy.hand");
    });
}
