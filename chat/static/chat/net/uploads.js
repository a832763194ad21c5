/**
 * Uploads a file as a request body, with progress. Uploads can be cancelled.
 *
 * @import {AttachmentRow} from "./protocol.js"
 * @typedef {object} Hooks
 * @property {(share: number) => void} onProgress from 0 to 1; at 1 the server is looking at it
 * @property {(row: AttachmentRow) => void} onDone
 * @property {(sentence: string, again: boolean, wait: number) => void} onFailed why, whether to try again makes sense, and
 *   after how many seconds the server takes it; 0 if that is not known
 */
import { addressOf } from "../shared/addresses.js";
import { t } from "../shared/i18n.js";

/** Status codes after which a retry may succeed. */
const PASSING = new Set([0, 408, 429, 502, 503, 504]);

const token = () =>
  /** @type {HTMLInputElement | null} */ (document.querySelector("[name=csrfmiddlewaretoken]"))?.value ?? "";

/** @param {string} room @param {File} file @param {Hooks} hooks @returns {() => void} stops it */
export function uploadFile(room, file, { onProgress, onDone, onFailed }) {
  const request = new XMLHttpRequest();
  request.open("POST", `${addressOf("upload", { room })}?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
  request.onload = () => {
    const answer = read(request.responseText);
    if (request.status === 201) return onDone(answer);
    const wait = Number(request.getResponseHeader("Retry-After"));
    onFailed(answer?.sentence ?? t("upload.failed"), PASSING.has(request.status), wait);
  };
  request.onerror = () => onFailed(t("upload.lost"), true, 0);
  request.send(file);
  return () => request.abort();
}

/** Frees the space at once; unused uploads also expire. @param {AttachmentRow} row */
export function discardUpload(row) {
  const headers = { "X-CSRFToken": token() };
  fetch(addressOf("discard_upload", { file: row.id }), { method: "DELETE", headers }).catch(() => {});
}

/** Uploads expire. @param {AttachmentRow} row @returns {Promise<boolean>} also true if the server cannot be asked */
export const isUploaded = ({ id, name }) =>
  fetch(addressOf("file", { file: id, name }), { method: "HEAD" }).then(
    ({ status }) => status !== 404,
    () => true,
  );

/** Null for an HTML page (signed out, or from a proxy). @param {string} text */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
