/**
 * Toggles light and dark. The choice is a cookie, so that the server can render the next page without a flash.
 */
import { addressOf } from "../shared/addresses.js";
import { t } from "../shared/i18n.js";

const YEAR = 31_536_000;

/** @param {HTMLElement} button */
export function watchTheme(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () =>
    (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const draw = () => {
    button.setAttribute("aria-label", t(dark() ? "theme.light" : "theme.dark"));
    button.title = t(dark() ? "theme.light" : "theme.dark");
    button.querySelector("use")?.setAttribute("href", dark() ? "#i-sun" : "#i-moon");
  };
  button.addEventListener("click", () => {
    const theme = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain HTTP
    document.cookie = `chat_theme=${theme}; path=${addressOf("home")}; max-age=${YEAR}; samesite=lax`;
    draw();
  });
  system.addEventListener("change", draw);
  draw();
}
