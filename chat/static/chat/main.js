/**
 * Builds all parts of the room page from the data in the HTML and connects them.
 */

import { allowedActs } from "./actions/allowed_acts.js";
import { Editing } from "./actions/editing.js";
import { MessageActions } from "./actions/message_actions.js";
import { RoomActions } from "./actions/room_actions.js";
import { TimelineClicks } from "./actions/timeline_clicks.js";
import { Writing } from "./actions/writing.js";
import { startComposer } from "./composer/start_composer.js";
import { watchStrayTyping } from "./composer/stray_typing.js";
import { CatchUp } from "./events/catch_up.js";
import { EventRouter } from "./events/event_router.js";
import { MembershipEvents } from "./events/membership_events.js";
import { Refusals } from "./events/refusals.js";
import { RoomEvents } from "./events/room_events.js";
import { Session } from "./events/session.js";
import { Navigation } from "./navigation/navigation.js";
import { Search } from "./navigation/search.js";
import { Outbox } from "./net/outbox.js";
import { BODY_CHARACTERS, command } from "./net/protocol.js";
import { Requests } from "./net/requests.js";
import { Socket } from "./net/socket.js";
import { RoomLevelMenu } from "./notifications/room_level_menu.js";
import { startNotifications } from "./notifications/start_notifications.js";
import { Attention } from "./page/attention.js";
import { Banner } from "./page/banner.js";
import { Directory } from "./page/directory.js";
import { exposeState } from "./page/exposed_state.js";
import { Footer } from "./page/footer.js";
import { Head } from "./page/head.js";
import { HistoryLoader } from "./page/history_loader.js";
import { watchInviting } from "./page/invite.js";
import { openStorage, readPage } from "./page/page_data.js";
import { Panes } from "./page/panes.js";
import { People } from "./page/people.js";
import { PersonCard } from "./page/person_card.js";
import { ReadMarks } from "./page/read_marks.js";
import { RoomList } from "./page/room_list.js";
import { RoomNavigator } from "./page/room_navigator.js";
import { RoomTimeline } from "./page/room_timeline.js";
import { Screen } from "./page/screen.js";
import { watchTheme } from "./page/theme.js";
import { Toast } from "./page/toast.js";
import { stayAboveKeyboard } from "./page/viewport.js";
import { socketAddress } from "./shared/addresses.js";
import { byId, dialogById } from "./shared/dom.js";
import { t } from "./shared/i18n.js";
import { OpenRoom } from "./state/open_room.js";
import { Reader } from "./state/read.js";
import { rowOf } from "./state/room.js";
import { Rooms } from "./state/rooms.js";
import { JumpButtons } from "./timeline/jump_buttons.js";
import { Lightbox } from "./timeline/lightbox.js";
import { Pins } from "./timeline/pins.js";
import { Revisions } from "./timeline/revisions.js";
import { Timeline } from "./timeline/timeline.js";
import { Toolbar } from "./timeline/toolbar.js";

const { page, snapshot } = readPage();
const storage = openStorage();
const person = String(page.me);

// -- the state and the connection ------------------------------------------------------------------------------------

const rooms = new Rooms(page.me, page.language);
rooms.loadSnapshot(snapshot);
const openRoom = new OpenRoom(rooms, page.room);

const socket = new Socket({
  url: socketAddress(),
  onEvent: (event) => eventRouter.handle(event),
  onChange: (connection) => session.change(connection),
  ping: () => command.ping(rooms.cursors),
});
const send = socket.send.bind(socket);
const requests = new Requests(send, () => toast.fail(t("unsent")));
const outbox = new Outbox({ person, send, storage, onChange: () => screen.scheduleDraw() });
const reader = new Reader((room, message) => send(command.read(room, message)));
const historyLoader = new HistoryLoader(openRoom, requests);

// -- the timeline ----------------------------------------------------------------------------------------------------

const timeline = new Timeline(byId("timeline"), openRoom, {
  onScroll: () => markSeen(),
  older: () => historyLoader.loadOlder(),
  newer: () => historyLoader.loadNewer(),
});
const toolbar = new Toolbar(timeline.root, {
  allowed: (id) =>
    allowedActs(openRoom, rowOf(openRoom.room, id), page.moderates && openRoom.key === page.room),
  onAct: (act, id, message) => {
    const row = rowOf(openRoom.room, id);
    if (row) acts[act]?.(row, message);
  },
  onEscape: () => markAllRead(),
});
const toast = new Toast(byId("toast"), openRoom, outbox);
const attention = new Attention({
  onReturn: () => markSeen(),
  onState: (state) => send(command.presence(state)),
});
const readMarks = new ReadMarks(openRoom, timeline, attention, reader, toast, send);
const jumpButtons = new JumpButtons(openRoom, timeline);
new Lightbox(dialogById("lightbox"), timeline.root);
const pins = new Pins(byId("pins"), dialogById("pins-dialog"), (id) => roomNavigator.goTo(openRoom.key, id));
const revisions = new Revisions(dialogById("revisions-dialog"));

function markSeen() {
  const more = readMarks.markSeen();
  jumpButtons.settle();
  if (more) roomList.draw();
}

function markAllRead() {
  if (!readMarks.markAllRead()) return;
  roomNavigator.goToNewest();
  screen.scheduleDraw();
}

// -- the composer ----------------------------------------------------------------------------------------------------

const { composer, picker, sources } = startComposer(openRoom, page.files, storage, {
  onSend: (body, replyTo, files) => {
    writing.post(body, replyTo, files);
    if (!openRoom.room.atEnd) roomNavigator.goToNewest();
  },
  onTyping: () => send(command.typing(openRoom.key)),
  onAnswer: (message) => {
    openRoom.answering = message;
    historyLoader.loadMissing();
    screen.scheduleDraw();
  },
  onUp: () => {
    const [unfinished] = editing.kept.keys();
    if (unfinished) roomNavigator.bringTo({ id: unfinished });
    else writing.editLast();
  },
  onEscape: () => markAllRead(),
});
const editing = new Editing(openRoom, timeline, composer, requests, sources);
const writing = new Writing(openRoom, timeline, composer, outbox, editing);

// -- the page --------------------------------------------------------------------------------------------------------

const levelMenu = new RoomLevelMenu(byId("room-level-button"), byId("room-level-menu"), {
  onLevel: (level) => requests.act(command.level(openRoom.key, level)),
  onFavourite: (favourite) => requests.act(command.favourite(openRoom.key, favourite)),
});
const directory = new Directory(byId("all-rooms"));
const roomList = new RoomList(openRoom, directory);
const panes = new Panes(byId("app"), storage);
// The join link, and whether guests may invite, are known only for the room of this page.
const head = new Head(openRoom, levelMenu, pins, (key) => !page.guest || (key === page.room && page.invites));
const joinLink = (/** @type {string} */ key) => (key === page.room ? page.join_link : null);
const listView = { draw: () => roomList.drawLatest(), settle: () => roomList.draw() };
const screen = new Screen(
  [
    new RoomTimeline(openRoom, timeline, outbox, joinLink), // first: it reads where the reader is
    head,
    editing,
    new People(byId("people"), openRoom),
    jumpButtons,
    new Footer(openRoom, composer, toast),
    toolbar,
    { settle: () => timeline.edges() },
    { settle: () => markSeen() }, // before the room list, or it would show visible messages as unread for a moment
    listView,
  ],
  () => openRoom.changesIn,
  listView,
);
const banner = new Banner(byId("banner"), byId("footer"), {
  onTry: () => socket.connect(),
  onLostChange: (lostAt) => {
    rooms.lostAt = lostAt;
    screen.scheduleDraw();
  },
  waiting: () => outbox.waiting.length,
});
const roomNavigator = new RoomNavigator(openRoom, timeline, historyLoader, panes, screen, composer);
const search = new Search(requests, () => navigation.pane.draw());
const connected = () => socket.connection.phase === "open";
const navigation = new Navigation(openRoom, search, roomNavigator, panes, connected);

const { tabLeader, dispatcher } = startNotifications(openRoom, attention, storage, (room, message) =>
  roomNavigator.goTo(room, message),
);

// -- what people do --------------------------------------------------------------------------------------------------

const messageActions = new MessageActions(openRoom, requests, picker, readMarks, toast);
const acts = { ...writing.acts, ...messageActions.acts };
new RoomActions(openRoom, requests, toast);
new PersonCard(dialogById("person-card"), openRoom, (name) => {
  if (!panes.shows("room")) panes.go("room");
  composer.mention(name);
});
new TimelineClicks(timeline, outbox, requests, roomNavigator, screen);

openRoom.onEnter.push(
  () => toolbar.detach(),
  () => timeline.clear(),
);
openRoom.onTargetMissing.push(() => toast.fail(t("nowhere")));
panes.onShow.push((pane) => pane === "rooms" && roomList.draw());
watchInviting(page, openRoom);
watchTheme(byId("theme"));
stayAboveKeyboard(byId("app"));

// -- what the server says --------------------------------------------------------------------------------------------

const catchUp = new CatchUp(rooms, requests, reader);
const roomEvents = new RoomEvents(openRoom, catchUp, dispatcher, attention, historyLoader, screen);
const memberships = new MembershipEvents(openRoom, catchUp, historyLoader, search, screen);
const refusals = new Refusals(openRoom, outbox, search, toast, screen);
const session = new Session(openRoom, dispatcher);
const eventRouter = new EventRouter(
  requests,
  {
    welcome: (event) => session.welcome(event),
    pong: ({ now, heads }) => {
      rooms.setClock(now);
      catchUp.checkHeads(heads);
    },
    ack: (event, request) => {
      request?.onAnswer?.(null);
      outbox.ack(event);
      catchUp.checkSeq(event.room, event.seq);
    },
    error: (event, request) => refusals.handle(event, request),
    joined: ({ room, people }) => memberships.joined(room, people),
    left: ({ room }) => memberships.left(room),
    level: (event) => memberships.level(event),
    favourite: (event) => memberships.favourite(event),
    blocks: ({ people }) => memberships.blocks(people),
    directory: (event) => {
      directory.update(event.rooms);
      screen.scheduleDraw();
    },
    revisions: (event) => revisions.show(event, rowOf(openRoom.room, event.message)),
    found: (event, request) => search.handle(event, request?.command),
  },
  (event, request) => roomEvents.handle(event, request?.part ?? null),
);
roomEvents.onRows.push(
  (rows, room) => search.revise(room, rows),
  (rows) => {
    for (const row of rows) if (row.author === page.me) outbox.settle(row.nonce);
  },
);
session.onWelcome.push((event) => {
  composer.limit = event.limits.body ?? BODY_CHARACTERS;
  banner.outdated = event.version !== page.version;
  banner.draw(socket.connection);
  requests.forget();
  reader.forget();
  search.resume();
  historyLoader.loadRoom();
  historyLoader.loadMissing();
  outbox.connect();
  editing.resume();
  screen.scheduleDraw();
});
session.onChange.push((connection) => {
  if (connection.phase === "waiting" || connection.phase === "stopped") {
    outbox.disconnect();
    editing.postpone();
  }
  if (connection.phase === "open") tabLeader.connect();
  else tabLeader.disconnect();
  banner.draw(connection);
  screen.scheduleDraw();
});

for (const wake of ["online", "focus", "pageshow"]) addEventListener(wake, () => socket.retryNow());
document.addEventListener("visibilitychange", () => (document.hidden ? screen.draw() : socket.retryNow()));
addEventListener("offline", () => socket.drop());

openRoom.enter(page.room, page.message);
screen.draw();
socket.connect();
roomNavigator.listen();
watchStrayTyping(composer.parts.field, timeline.root);
// Not from what was clicked meanwhile, nor from a dialog.
if (document.activeElement === document.body) composer.takeFocus();
exposeState(openRoom, socket, outbox);
byId("not-started").remove();
