/**
 * Takes files from the attach button, the clipboard and drag and drop.
 */

/** Whether files are dragged, not text or a link. @param {DragEvent} event */
const brings = (event) => event.dataTransfer?.types.includes("Files") ?? false;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.button
 * @param {HTMLInputElement} parts.input
 * @param {HTMLTextAreaElement} parts.field
 * @param {HTMLElement} parts.target what is shown while something hangs over the page
 * @param {(files: File[]) => void} take
 * @param {() => boolean} may something be sent here at all
 */
export function watchFiles({ button, input, field, target }, take, may) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // So that choosing the same file again is a change.
    field.focus({ preventScroll: true });
  });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || isText(event.clipboardData?.types ?? [])) return;
    event.preventDefault();
    take(files.map(named));
  });
  watchDropping(target, take, may);
}

/** @param {HTMLElement} target @param {(files: File[]) => void} take @param {() => boolean} may */
function watchDropping(target, take, may) {
  const over = (/** @type {DragEvent} */ event) => {
    if (!brings(event)) return;
    event.preventDefault(); // Otherwise the browser opens the file.
    if (event.dataTransfer) event.dataTransfer.dropEffect = may() ? "copy" : "none";
    target.hidden = !may();
  };
  addEventListener("dragenter", over);
  addEventListener("dragover", over);
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) target.hidden = true;
  });
  addEventListener("drop", (event) => {
    target.hidden = true;
    if (!brings(event)) return;
    event.preventDefault();
    if (may()) take([...(event.dataTransfer?.files ?? [])]);
  });
}

/** Office programs put a picture beside formatted text. File managers put the file's name. @param {readonly string[]} types */
const isText = (types) =>
  types.includes("text/plain") && (types.includes("text/html") || types.includes("text/rtf"));

/** Pasted pictures are all called image.png, so they are named after the time. @param {File} file */
function named(file) {
  return file.name === "image.png" ? new File([file], `${localTime()}.png`, { type: file.type }) : file;
}

/** What a file without a name is called: the time on the clock of its author. */
export function localTime(at = new Date()) {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
}
