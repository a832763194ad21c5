import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openPage, words } from "./page.js";
import { info, ME, message, mine, said, snapshot } from "./rows.js";

const window = openPage();
const load = (name) => import(`../../chat/static/chat/${name}.js`);
const { Editing } = await load("actions/editing");
const { Writing } = await load("actions/writing");
const { Composer } = await load("composer/composer");
const { Drafts } = await load("composer/drafts");
const { Outbox } = await load("net/outbox");
const { Requests } = await load("net/requests");
const { RoomTimeline } = await load("page/room_timeline");
const { OpenRoom } = await load("state/open_room");
const { Rooms } = await load("state/rooms");
const { Timeline } = await load("timeline/timeline");
const { loadMessages } = await load("shared/i18n");
loadMessages(words, "en");

const part = (id) => document.getElementById(id);
const parts = {
  form: part("composer-form"),
  field: part("composer"),
  button: part("send"),
  left: part("characters-left"),
  about: part("reply-bar"),
};
const composerHooks = { onSend() {}, onTyping() {}, onAnswer() {}, onUp() {}, onEscape() {} };
const root = part("timeline");
let rooms, openRoom, requests, editing, writing, outbox, sent, online, composer;

/** The page of a person, in a room with a message of theirs. */
function open(person = "1") {
  rooms = new Rooms(ME, "en");
  const now = new Date().toISOString();
  const two = [mine(), mine({ id: "lobby" })];
  rooms.welcome({ type: "welcome", epoch: "one", now, people: {}, rooms: two }, "harbour");
  openRoom = new OpenRoom(rooms, "harbour");
  requests = new Requests(
    (command) => online && sent.push(command) > 0,
    () => {},
  );
  composer = new Composer(parts, composerHooks, { limit: 20, drafts: new Drafts(person, localStorage) });
  openRoom.onEnter.push((key) => composer.open(key));
  const timeline = new Timeline(root, openRoom, { onScroll() {}, older() {}, newer() {} });
  editing = new Editing(openRoom, timeline, composer, requests, []);
  const send = (command) => online && sent.push(command) > 0;
  outbox = new Outbox({ person, send, storage: null, onChange() {} });
  writing = new Writing(openRoom, timeline, composer, outbox, editing);
  const view = new RoomTimeline(openRoom, timeline, outbox, () => null);
  openRoom.onEnter.push(() => timeline.clear());
  draw = () => {
    view.draw();
    editing.draw();
  };
  timeline.clear();
  root.replaceChildren(timeline.empty);
  enter("harbour");
}
let draw;
function enter(key) {
  openRoom.enter(key);
  const rows = key === "harbour" ? [message(1, { author: ME, body: "firts" }), message(2)] : [];
  rooms.handle({ ...snapshot(rows), room: key }, 0);
  draw();
}
const hear = (event) => {
  rooms.handle(event, 0);
  draw();
};
const field = () => root.querySelector(".edit-form textarea");
const reason = () => root.querySelector(".edit-form p").textContent;
const type = (text) => {
  field().value = text;
  field().dispatchEvent(new window.Event("input"));
};
const press = (key, to = field()) =>
  to.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
/** The server answers the last command. */
const answer = (event) => {
  const { ref } = sent.at(-1);
  const request = requests.handle({ type: "ack", ...event, ref });
  return request.onAnswer(event.type === "error" ? event : null);
};
const refuse = (code, more) => answer({ type: "error", code, reason: null, retry_after: null, ...more });
const edit = (text) => {
  composer.focus();
  writing.editLast();
  type(text);
  press("Enter");
};

beforeEach(() => {
  localStorage.clear();
  [sent, online] = [[], true];
  open();
});

test("an edit stays open until it is stored, and then gives the focus back", () => {
  edit("first");
  assert.deepEqual([sent[0].type, sent[0].message, sent[0].body], ["message.edit", 1, "first"]);
  assert.equal(document.activeElement, field());
  assert.equal(answer({ seq: 3 }), true);
  assert.deepEqual([field(), document.activeElement, localStorage.length], [null, parts.field, 0]);
});

test("the reason why an edit was refused stands below its field, with what was typed", () => {
  for (const [code, text] of [
    ["muted", "You’re muted in this room."],
    ["archived", "This room is archived."],
    ["no_such_message", "This message no longer exists."],
    ["too_many", "This message has been edited too many times."],
  ]) {
    edit("first");
    assert.equal(refuse(code), true);
    assert.deepEqual([reason(), field().value, sent.length], [text, "first", 1]);
    type("first!");
    assert.equal(reason(), "");
    press("Escape");
    sent.length = 0;
  }
});

test("a text that is too long or blank says so and is not sent", () => {
  edit("much too long for this");
  assert.deepEqual([reason(), sent], ["2 over the limit", []]);
  type(" ");
  press("Enter");
  assert.deepEqual([reason(), sent], ["This has no visible text.", []]);
});

test("what keeps a message from being edited is said at once, and no longer when it is over", () => {
  edit("first");
  hear({ type: "info", room: "harbour", seq: 3, info: info(3, { archived_at: "2026-03-01T09:00:00Z" }) });
  assert.equal(reason(), "This room is archived.");
  refuse("archived");
  hear({ type: "info", room: "harbour", seq: 4, info: info(4) });
  assert.equal(reason(), "");
  hear(said(message(1, { author: ME, seq: 5, body: null, deleted_at: "2026-03-01T09:00:00Z" })));
  assert.deepEqual([reason(), field().value], ["This message no longer exists.", "first"]);
});

test("without a connection an edit says so, and is saved when there is one", () => {
  online = false;
  edit("first");
  assert.equal(reason(), "No connection. This will be saved when you’re back online.");
  online = true;
  editing.resume();
  assert.deepEqual([sent[0].body, reason()], ["first", ""]);
  editing.postpone();
  assert.match(reason(), /^No connection/, "lost on the way");
  type("first!");
  editing.resume();
  assert.equal(sent.length, 1, "not before it is finished");
});

test("an edit that comes too soon counts down and is saved then", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  edit("first");
  refuse("rate_limited", { retry_after: 1.5 });
  assert.equal(reason(), "You can save again in 2 s. Your text is kept.");
  mock.timers.tick(1000);
  assert.equal(reason(), "You can save again in 1 s. Your text is kept.");
  mock.timers.tick(500);
  assert.deepEqual([sent.map(({ body }) => body), reason()], [["first", "first"], ""]);
  mock.timers.reset();
});

test("what was typed while an edit was being saved is not lost", () => {
  edit("first");
  type("first of all");
  answer({ seq: 3 });
  assert.equal(field().value, "first of all");
});

test("an edit half done survives a change of room and a reload, and is shown to nobody else", () => {
  edit("first");
  type("first of a");
  enter("lobby");
  assert.equal(field(), null);
  enter("harbour");
  assert.equal(field().value, "first of a");
  assert.notEqual(document.activeElement, field());
  open("2");
  assert.equal(field(), null);
  open();
  assert.equal(field().value, "first of a");
  press("Escape");
  open();
  assert.deepEqual([field(), localStorage.length], [null, 0]);
});

test("an Escape that ends a composition does not give up the edit, in Safari too", () => {
  edit("first");
  type("first of");
  field().dispatchEvent(new window.CompositionEvent("compositionend"));
  press("Escape");
  assert.equal(field()?.value, "first of");
  field().dispatchEvent(new window.KeyboardEvent("keyup", { key: "Escape" }));
  press("Escape");
  assert.equal(field(), null);
});

test("an edit that is stored after its message has left the page is not opened again", () => {
  edit("first");
  rooms.handle(snapshot([message(5)]), 0);
  draw();
  assert.deepEqual([field(), [...editing.kept]], [null, [[1, "first"]]]);
  answer({ seq: 6 });
  assert.deepEqual([editing.kept.size, localStorage.length], [0, 0]);
});

test("an edit half done of a message that is not loaded waits for it", () => {
  new Drafts("1", localStorage).changeEdit("harbour", 9, "half d");
  open();
  assert.deepEqual([field(), [...editing.kept.keys()]], [null, [9]]);
  hear(said(message(9, { author: ME, seq: 3, body: "half" })));
  assert.deepEqual([field().value, editing.kept.size], ["half d", 0]);
});

test("the suggestions of an edit stay with it when its message is drawn anew", () => {
  edit("first");
  hear(said(message(1, { author: ME, seq: 3, body: "firts", reactions: { "👍": [2] } })));
  assert.equal(field().value, "first");
  assert.equal(root.querySelectorAll(".text > .choices + .edit-form").length, 1);
});

test("↑ while the last message is on its way opens it as soon as it is stored", () => {
  outbox.connect();
  const { nonce } = outbox.add("harbour", "on its way", null);
  composer.focus();
  writing.editLast();
  draw();
  assert.equal(field(), null);
  outbox.settle(nonce);
  hear(said(message(3, { author: ME, nonce, body: "on its way" })));
  assert.deepEqual([field().value, document.activeElement], ["on its way", field()]);
});
