/**
 * Builds all parts of the room page from the data in the HTML and connects them.
 *
 * @import {Person, Snapshot} from "./net/protocol.js"
 * @typedef {object} Page what the view gives (json_script "page")
 * @property {Person} me
 * @property {string} room
 * @property {number | null} message to begin with
 * @property {string} version
 * @property {string} language
 * @property {string} join_link empty while there is none
 * @property {boolean} invites into this room
 * @property {boolean} guest
 * @property {boolean} moderates
 * @property {{bytes: number, most: number}} files how large one may be, and how many go with a message
 */

import { AttachmentTray } from "./composer/attachment_tray.js";
import { Completion } from "./composer/completion.js";
import { Composer } from "./composer/composer.js";
import { Emojis } from "./composer/emoji.js";
import { watchFiles } from "./composer/file_input.js";
import { Picker } from "./composer/picker.js";
import { choose, mentionChoices, tokenIn } from "./composer/suggestions.js";
import { EventRouter } from "./event_router.js";
import { Navigation } from "./navigation/navigation.js";
import { Search } from "./navigation/search.js";
import { Outbox } from "./net/outbox.js";
import { BODY_CHARACTERS, command } from "./net/protocol.js";
import { Requests } from "./net/requests.js";
import { Socket } from "./net/socket.js";
import { Chime } from "./notifications/chime.js";
import { NotificationSettings } from "./notifications/notification_settings.js";
import { Notifier } from "./notifications/notifier.js";
import { NotifyDispatcher } from "./notifications/notify_dispatcher.js";
import { RoomLevelMenu } from "./notifications/room_level_menu.js";
import { electTabLeader } from "./notifications/tab_leader.js";
import { Attention } from "./page/attention.js";
import { Banner } from "./page/banner.js";
import { Directory } from "./page/directory.js";
import { Head } from "./page/head.js";
import { Panes } from "./page/panes.js";
import { People } from "./page/people.js";
import { Reading } from "./page/reading.js";
import { Screen } from "./page/screen.js";
import { watchTheme } from "./page/theme.js";
import { stayAboveKeyboard } from "./page/viewport.js";
import { addressOf, loadAddresses } from "./shared/addresses.js";
import { byId } from "./shared/dom.js";
import { loadMessages } from "./shared/i18n.js";
import { Reader } from "./state/read.js";
import { Rooms } from "./state/rooms.js";
import { Lightbox } from "./timeline/lightbox.js";
import { Pins } from "./timeline/pins.js";
import { Revisions } from "./timeline/revisions.js";
import { Timeline } from "./timeline/timeline.js";
import { Toolbar } from "./timeline/toolbar.js";
import { UserActions } from "./user_actions.js";

const read = (/** @type {string} */ id) => JSON.parse(byId(id).textContent ?? "null");

const page = /** @type {Page} */ (read("page"));
loadMessages(read("words"), page.language);
loadAddresses(read("addresses"));

const storage = (() => {
  try {
    return localStorage;
  } catch {
    return null; // Storage is forbidden by the browser.
  }
})();
const person = String(page.me);

const rooms = new Rooms(page.me, page.language);
rooms.loadSnapshot(/** @type {Snapshot} */ (read("first")));

const socket = new Socket({
  url: Object.assign(new URL(addressOf("socket"), location.href), {
    protocol: location.protocol.replace("http", "ws"),
  }).href,
  onEvent: (event) => eventRouter.handle(event),
  onChange: (connection) => eventRouter.connected(connection),
  ping: () => command.ping(rooms.cursors),
});
const send = socket.send.bind(socket);
const requests = new Requests(send);
const outbox = new Outbox({ person, send, storage, onChange: () => screen.scheduleDraw() });
const timeline = new Timeline(byId("timeline"), {
  onScroll: () => reading.markSeen(),
  older: () => reading.loadOlder(),
  newer: () => reading.loadNewer(),
});
const names = () => mentionChoices(screen.room, (person) => rooms.nameOf(screen.room, person));
/** @type {import("./composer/completion.js").Source[]} */
const sources = [
  {
    token: (before) => tokenIn(before, "@＠"),
    find: (query) => choose(names(), query),
    put: ({ text }) => `@${text}`,
  },
  { token: (before) => tokenIn(before, ":"), find: (query) => emojis.named(query), put: ({ text }) => text },
];
const composer = new Composer(
  {
    form: /** @type {HTMLFormElement} */ (byId("composer-form")),
    field: /** @type {HTMLTextAreaElement} */ (byId("composer")),
    button: /** @type {HTMLButtonElement} */ (byId("send")),
    left: byId("characters-left"),
    about: byId("reply-bar"),
  },
  {
    onSend: (body, replyTo, files) => userActions.post(body, replyTo, files),
    onTyping: () => send(command.typing(screen.open)),
    onUp: () => userActions.editLast(),
    onEscape: () => reading.markAllRead(),
  },
  { person, limit: BODY_CHARACTERS, storage },
);
const tray = new AttachmentTray(byId("attachment-tray"), page.files, () => composer.measure());
composer.files = tray;
watchFiles(
  {
    button: byId("attach"),
    input: /** @type {HTMLInputElement} */ (byId("attach-files")),
    field: /** @type {HTMLTextAreaElement} */ (byId("composer")),
    target: byId("drop"),
  },
  (files) => tray.add(files),
  () => !byId("composer-form").hidden,
);
new Lightbox(/** @type {HTMLDialogElement} */ (byId("lightbox")), timeline.root);
new Completion(/** @type {HTMLTextAreaElement} */ (byId("composer")), sources);
const levelMenu = new RoomLevelMenu(byId("room-level-button"), byId("room-level-menu"), (level) =>
  requests.act(command.level(screen.open, level)),
);
const people = new People(byId("people"));
const directory = new Directory(byId("all-rooms"));
const panes = new Panes(byId("app"), storage);
const pins = new Pins(byId("pins"), /** @type {HTMLDialogElement} */ (byId("pins-dialog")), (id) =>
  reading.goTo(screen.open, id),
);
const revisions = new Revisions(/** @type {HTMLDialogElement} */ (byId("revisions-dialog")));
const screen = new Screen({
  open: page.room,
  rooms,
  outbox,
  timeline,
  composer,
  tray,
  people,
  // Whether guests may invite is known only for the room of this page.
  head: new Head(levelMenu, pins, (key) => !page.guest || (key === page.room && page.invites)),
  directory,
  lostAt: () => banner.lostAt,
  onDrawn: () => reading.afterDraw(),
  joinLink: (key) => (key === page.room ? page.join_link : null),
});
const emojis = new Emojis(byId("picker").dataset.list ?? "", person, storage);
const picker = new Picker(byId("picker"), emojis);
const banner = new Banner(byId("banner"), byId("footer"), {
  onTry: () => socket.connect(),
  onLostChange: () => screen.scheduleDraw(),
  waiting: () => outbox.waiting.length,
});
const toolbar = new Toolbar(timeline.root, {
  allowed: (id) => userActions.allowed(id),
  onAct: (act, id, message) => userActions.act(act, id, message),
  onEscape: () => reading.markAllRead(),
});
const attention = new Attention({
  onReturn: () => reading.markSeen(),
  onState: (state) => send(command.presence(state)),
});
const notifier = new Notifier({
  chime: new Chime(),
  storage,
  person,
  onPress: (room, message) => reading.goTo(room, message),
});
const tabLeader = electTabLeader();
const dispatcher = new NotifyDispatcher({ rooms, screen, attention }, notifier, tabLeader);
const search = new Search(
  (command) => requests.ask(command),
  () => navigation.pane.draw(),
);
new NotificationSettings(
  byId("notifications-button"),
  /** @type {HTMLDialogElement} */ (byId("notification-settings")),
  notifier,
  {
    leads: () => tabLeader.leads(`test ${Date.now()}`),
    level: () => rooms.memberships.get(screen.open)?.level ?? "nothing",
  },
);
const reader = new Reader((room, message) => send(command.read(room, message)));

const parts = {
  page,
  rooms,
  socket,
  send,
  requests,
  outbox,
  timeline,
  composer,
  picker,
  revisions,
  sources,
  panes,
  screen,
  directory,
  banner,
  toolbar,
  attention,
  reader,
  search,
  dispatcher,
  tabLeader,
};
const reading = new Reading(parts);
const chat = { ...parts, reading };
/** @typedef {typeof parts & {reading: Reading}} Chat */
const eventRouter = new EventRouter(chat);
const userActions = new UserActions(chat);
const navigation = new Navigation(chat, userActions);

watchTheme(byId("theme"));
stayAboveKeyboard(byId("app"));
panes.onShow.push((pane) => pane === "rooms" && screen.drawRooms());
for (const wake of ["online", "focus", "pageshow"]) addEventListener(wake, () => socket.retryNow());
document.addEventListener("visibilitychange", () => (document.hidden ? screen.draw() : socket.retryNow()));
addEventListener("offline", () => socket.drop());

screen.enter(page.room, page.message);
socket.connect();
userActions.start();

/** For tests and debugging: a copy of the state as plain data. */
Object.assign(window, {
  chat: {
    state: () => ({
      connection: socket.connection.phase,
      room: screen.open,
      cursor: screen.room.seq,
      ahead: screen.room.ahead,
      messages: screen.room.messages.map((row) => row.id),
      last: screen.room.messages.at(-1)?.seq ?? 0,
      at_end: screen.room.atEnd,
      outbox: outbox.waiting.length,
      failed: outbox.entries.filter((entry) => entry.state === "failed").length,
      read_up_to: screen.room.readUpTo,
      unread: Object.fromEntries(rooms.listed.map((room) => [room.key, rooms.waiting(room).unread])),
      mentions: Object.fromEntries(rooms.listed.map((room) => [room.key, rooms.waiting(room).mentions])),
      cursors: rooms.cursors,
    }),
  },
});
