import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openPage, words } from "./page.js";

const window = openPage();
const { box, drawFiles, fileAddress } = await import("../../chat/static/chat/timeline/files.js");
const { AttachmentTray } = await import("../../chat/static/chat/composer/attachment_tray.js");
const { Drafts } = await import("../../chat/static/chat/composer/drafts.js");
const { localTime, watchFiles } = await import("../../chat/static/chat/composer/file_input.js");
const { bytes, loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { command } = await import("../../chat/static/chat/net/protocol.js");
loadMessages(words, "en");

/** What the page has asked of the server, answered by hand. */
let asked;
class Request {
  constructor() {
    Object.assign(this, { upload: {}, aborted: false, status: 0, responseText: "" });
    asked.push(this);
  }
  open(_method, address) {
    this.address = address;
  }
  setRequestHeader() {}
  send(file) {
    this.file = file;
  }
  abort() {
    this.aborted = true;
  }
  getResponseHeader() {
    return this.retryAfter ?? null;
  }
  answer(status, body, retryAfter) {
    Object.assign(this, { status, retryAfter, responseText: JSON.stringify(body) });
    this.onload();
  }
}
globalThis.XMLHttpRequest = Request;
globalThis.fetch = async (...args) => asked.push(args);

const row = (id, more = {}) => ({
  ...{ id, name: `${id}.jpg`, kind: "image", type: "image/jpeg", size: 1000 },
  ...{ width: 40, height: 20, has_thumbnail: false },
  ...more,
});
const file = (name, size = 10) => ({ name, size, type: "" });
const list = document.getElementById("attachment-tray");
let tray, changes;
const opened = (person = "1") => {
  const drafts = new Drafts(person, localStorage);
  const tray = new AttachmentTray(list, { bytes: 1000, most: 4 }, drafts, () => changes++);
  tray.open("lobby");
  return tray;
};

beforeEach(() => {
  [asked, changes] = [[], 0];
  localStorage.clear();
  tray = opened();
});

const shown = () => [...list.children].map((one) => one.querySelector("small").textContent);
const press = (name, index = 0) =>
  list.children[index]
    .querySelector(`[data-tray=${name}]`)
    .dispatchEvent(new window.Event("click", { bubbles: true }));

test("three uploads run at a time, the next starts when one is done", () => {
  tray.add([file("a"), file("b"), file("c"), file("d")]);
  assert.deepEqual(
    asked.map(({ file }) => file.name),
    ["a", "b", "c"],
  );
  asked[1].answer(201, row("b"));
  assert.equal(asked[3].file.name, "d");
});

test("a message waits until all its files are uploaded, in the order they were added", () => {
  tray.add([file("a"), file("b")]);
  asked[1].answer(201, row("b"));
  assert.equal(tray.busy, true);
  asked[0].answer(201, row("a"));
  assert.equal(tray.busy, false);
  assert.deepEqual(
    tray.take().map(({ id }) => id),
    ["a", "b"],
  );
  assert.equal(list.hidden, true);
});

test("what is said of a file is not said again with the progress of another", () => {
  tray.add([file("a"), file("b")]);
  asked[0].answer(201, row("a"));
  const text = list.children[0].querySelector("small").firstChild;
  asked[1].upload.onprogress({ loaded: 1, total: 10 });
  assert.equal(list.children[0].querySelector("small").firstChild, text);
});

test("the tray says whether it has taken all files", () => {
  assert.equal(tray.add([file("a"), file("b")]), true);
  assert.equal(tray.add([file("c", 5000)]), false);
  assert.equal(tray.add([file("d")]), true);
});

test("each upload shows its progress", () => {
  tray.add([file("a", 512)]);
  asked[0].upload.onprogress({ loaded: 128, total: 512 });
  assert.deepEqual(shown(), ["0.5 kB, 25 %"]);
  assert.equal(list.querySelector("progress").value, 0.25);
});

test("a cancelled upload is stopped, or discarded if it is complete", () => {
  tray.add([file("a"), file("b")]);
  press("cancel");
  assert.equal(asked[0].aborted, true);
  asked[1].answer(201, row("b"));
  press("cancel");
  assert.deepEqual(asked[2][0], "/files/b/");
  assert.deepEqual([tray.busy, tray.rows], [false, []]);
});

test("after a file is removed by key, the focus is on the next one, in the end in the text", () => {
  const focus = () => list.contains(document.activeElement) && document.activeElement.closest("li");
  let empty = 0;
  tray.onEmpty = () => empty++;
  tray.add([file("a"), file("b"), file("c")]);
  press("cancel", 1);
  assert.equal(focus(), list.children[1]);
  press("cancel", 1);
  assert.equal(focus(), list.children[0]);
  asked[0].onerror();
  press("again");
  assert.equal(focus(), list.children[0]);
  press("cancel");
  assert.deepEqual([focus(), empty], [false, 1]);
});

test("an upload is retried after a broken connection, but not after a refusal", () => {
  tray.add([file("a"), file("b")]);
  asked[0].onerror();
  asked[1].answer(422, { code: "bad_file", sentence: "This file is empty." });
  assert.deepEqual(shown(), ["Connection lost.", "This file is empty."]);
  const again = [...list.querySelectorAll("[data-tray=again]")].map(({ hidden }) => hidden);
  assert.deepEqual(again, [false, true]);
  press("again");
  asked[2].answer(201, row("a"));
  press("cancel", 1);
  assert.deepEqual(
    tray.rows.map(({ id }) => id),
    ["a"],
  );
});

test("an upload that comes too soon is tried again by itself when the server takes it", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  tray.add([file("a"), file("b"), file("c")]);
  for (const upload of asked.slice()) upload.answer(429, { sentence: "Too many attempts." }, "12");
  assert.deepEqual(new Set(shown()), new Set(["Too many attempts."]));
  press("again", 2);
  press("cancel", 1);
  mock.timers.tick(11_999);
  assert.equal(asked.length, 4);
  mock.timers.tick(1);
  assert.deepEqual(
    asked.slice(3).map(({ file }) => file.name),
    ["c", "a"],
  );
  mock.timers.reset();
});

test("an HTML page instead of JSON counts as a refusal", () => {
  tray.add([file("a")]);
  Object.assign(asked[0], { status: 200, responseText: "<!doctype html>" }).onload();
  assert.deepEqual(shown(), ["Upload failed."]);
});

test("files that the server would refuse are not sent", () => {
  tray.add([file("large", 1001), file("a"), file("b"), file("c"), file("d"), file("e")]);
  assert.deepEqual(
    asked.map(({ file }) => file.name),
    ["a", "b", "c"],
  );
  assert.equal(shown()[0], "This file is 1 kB. The limit is 1 kB.");
  assert.equal(shown()[5], "A message can have up to 4 files.");
});

test("a refused file holds up neither the message nor its other files, and goes when it is sent", () => {
  tray.add([file("large", 1001), file("a"), file("b")]);
  asked[0].answer(201, row("a"));
  assert.equal(tray.busy, true);
  asked[1].onerror();
  assert.equal(tray.busy, false);
  assert.deepEqual(
    tray.take().map(({ id }) => id),
    ["a"],
  );
  assert.deepEqual(shown(), ["Connection lost."], "which can be tried again");
  press("again");
  assert.equal(tray.busy, true);
});

test("a picture has a preview before it is uploaded, and says so if it is sent as a plain file, with its location", () => {
  const photo = new File(["bytes"], "photo.jpg", { type: "image/jpeg" });
  tray.add([photo, file("notes.txt")]);
  const [image, ...others] = list.querySelectorAll("img");
  assert.match(image.src, /^blob:/);
  assert.deepEqual(others, []);
  asked[0].answer(201, row("a", { kind: "file" }));
  assert.match(shown()[0], /, as a file: it can’t be shown, and keeps its location and camera data$/);
  image.dispatchEvent(new window.Event("error"));
  assert.equal(list.querySelector("img"), null);
});

test("a pasted picture is named after its author's clock", () => {
  const [zone, at] = [process.env.TZ, new Date("2026-03-04T20:30:05Z")];
  for (const [name, time] of [
    ["Asia/Shanghai", "2026-03-05 04.30.05"],
    ["America/New_York", "2026-03-04 15.30.05"],
  ]) {
    process.env.TZ = name;
    assert.equal(localTime(at), time);
  }
  process.env.TZ = zone ?? "UTC";
});

test("a file copied in a file manager is pasted as a file, formatted text with a picture as text", () => {
  const [taken, field] = [[], document.getElementById("composer")];
  const parts = { button: document.getElementById("attach"), input: document.getElementById("attach-files") };
  watchFiles(
    { ...parts, field, target: document.getElementById("drop") },
    (files) => taken.push(...files),
    () => true,
  );
  const paste = (types) => {
    const event = new window.Event("paste", { cancelable: true });
    field.dispatchEvent(Object.assign(event, { clipboardData: { types, files: [new File([""], "a.pdf")] } }));
    return event.defaultPrevented;
  };
  assert.deepEqual([paste(["Files"]), paste(["text/plain", "text/uri-list", "Files"])], [true, true]);
  assert.deepEqual([paste(["text/html", "Files"]), taken.length], [true, 3]);
  assert.deepEqual(
    [paste(["text/plain", "text/html", "Files"]), paste(["text/plain", "text/rtf", "Files"])],
    [false, false],
  );
  assert.equal(taken.length, 3);
});

test("each room has its own attachments", () => {
  tray.add([file("a")]);
  tray.open("harbour");
  assert.deepEqual([tray.busy, list.hidden], [false, true]);
  asked[0].answer(201, row("a"));
  assert.deepEqual(tray.rows, []);
  tray.open("lobby");
  assert.deepEqual(
    tray.rows.map(({ id }) => id),
    ["a"],
  );
});

test("uploaded files are kept until they are sent; of others a reload says that they are lost", () => {
  tray.add([file("a"), file("b"), file("c"), file("large", 1001)]);
  asked[0].answer(201, row("a"));
  asked[1].onerror();
  assert.deepEqual(opened("2").items, []);
  tray = opened();
  assert.deepEqual(
    tray.rows.map(({ id }) => id),
    ["a"],
  );
  const lost = "This file was not uploaded before the page was closed. Attach it again.";
  assert.deepEqual(shown(), [bytes(10), lost, lost]);
  assert.equal(list.querySelector("img").getAttribute("src"), "/files/a/a.jpg");
  assert.deepEqual([tray.busy, list.querySelectorAll("[data-tray=again]:not([hidden])").length], [false, 0]);
  tray.take();
  assert.deepEqual([opened().items, localStorage.length], [[], 0]);
});

test("a kept file that has expired says so and is not sent", async () => {
  tray.add([file("a"), file("b")]);
  asked[0].answer(201, row("a"));
  asked[1].answer(201, row("b"));
  const { fetch } = globalThis;
  globalThis.fetch = async (address, { method }) => ({
    status: method === "HEAD" && address.startsWith("/files/a/") ? 404 : 200,
  });
  tray = opened();
  await new Promise((then) => setTimeout(then));
  globalThis.fetch = fetch;
  assert.deepEqual(shown(), ["This file is no longer available. Attach it again.", bytes(10)]);
  assert.deepEqual(
    tray.take().map(({ id }) => id),
    ["b"],
  );
});

test("a post lists the ids of its files, and omits the key without files", () => {
  const entry = { room: "lobby", nonce: "n", body: "", reply_to: null };
  assert.deepEqual(command.post({ ...entry, attachments: [row("a"), row("b")] }).attachments, ["a", "b"]);
  assert.equal("attachments" in command.post({ ...entry, attachments: [] }), false);
  assert.equal("attachments" in command.post(entry), false);
});

test("a picture's space is reserved before it loads, and never too small to press", () => {
  assert.deepEqual(box({ width: 1600, height: 1200 }), { width: 400, height: 300 });
  assert.deepEqual(box({ width: 20, height: 9000 }), { width: 44, height: 320 });
  assert.deepEqual(box({ width: 9000, height: 20 }), { width: 400, height: 44 });
  assert.deepEqual(box({ width: 100, height: 50 }), { width: 100, height: 50 });
});

test("each kind of file is shown in its own way", () => {
  const place = document.createElement("div");
  document.body.append(place);
  const kinds = ["image", "video", "audio", "file"];
  drawFiles(
    place,
    kinds.map((kind) => row(kind, { kind, has_thumbnail: kind === "image" })),
  );
  assert.deepEqual(
    [...place.children].map(({ className }) => className),
    ["picture", "video", "audio", "file"],
  );
  assert.equal(place.querySelector("img").getAttribute("src"), "/files/image/thumbnail/image.jpg");
  assert.equal(place.querySelector("video").getAttribute("src"), "/files/video/video.jpg");
  assert.equal(place.querySelector(".file a").getAttribute("href"), "/files/file/file.jpg");
});

test("a file name is only text and cannot break its address", () => {
  const place = document.createElement("div");
  const name = "<b>报告</b> 1/2?#.txt";
  drawFiles(place, [row("x", { kind: "file", name })]);
  assert.equal(place.querySelector("bdi").textContent, name);
  assert.equal(fileAddress({ id: "x", name }), `/files/x/${encodeURIComponent(name)}`);
});

test("sizes are shown in readable units", () => {
  assert.deepEqual([512, 1024 * 90, 1024 * 1024 * 1.6, 34 * 1024 ** 2].map(bytes), [
    "0.5 kB",
    "90 kB",
    "1.6 MB",
    "34 MB",
  ]);
});
