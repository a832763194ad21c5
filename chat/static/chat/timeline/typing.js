/**
 * Who is writing? One line that keeps its height when empty. Imports only words.
 *
 * @param {HTMLElement} line @param {string[]} names
 */
import { bdi, list, sentence, t } from "../shared/i18n.js";

const NAMED = 3;

export function drawTyping(/** @type {HTMLElement} */ line, /** @type {string[]} */ names) {
  const shown = names.join("\n");
  if (line.dataset.shown === shown) return;
  line.dataset.shown = shown;
  line.replaceChildren();
  if (!names.length) return;
  if (names.length > NAMED) line.append(t("typing.several"));
  else line.append(sentence("typing", { names: list(names.map(bdi)), n: names.length }));
  for (let dot = 0; dot < 3; dot++) line.append(document.createElement("i"));
  for (const dot of line.querySelectorAll("i")) dot.textContent = ".";
}
