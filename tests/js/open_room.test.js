import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { allowedActs } from "../../chat/static/chat/actions/allowed_acts.js";
import { OpenRoom } from "../../chat/static/chat/state/open_room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { INES, info, ME, message, mine, said, snapshot } from "./rows.js";

const upTo = (last, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => message(first + index));
let rooms;
let open;

/** The room with these rows, of which I have read some. */
function enter(rows, more = {}, about = {}, message = null) {
  rooms = new Rooms(ME, "en");
  const last = rows.at(-1)?.id ?? 0;
  const room = mine({ seq: last, last, unread: last - (more.read_up_to ?? last), read_up_to: last, ...more });
  const now = new Date().toISOString();
  rooms.welcome({ type: "welcome", epoch: "one", now, people: {}, rooms: [room] }, "harbour");
  rooms.handle(snapshot(rows, { info: room.info, ...about }), 0);
  open = new OpenRoom(rooms, "harbour");
  open.enter("harbour", message);
  open.startDivider();
}
const hear = (id, more) => rooms.handle(said(message(id, more)), 0);

beforeEach(() => enter(upTo(4)));

// -- the divider -----------------------------------------------------------------------------------------------------

test("the divider stands after what was read and ends at the newest", () => {
  enter(upTo(4), { read_up_to: 2 });
  assert.deepEqual(open.divider, { after: 2, upto: 4, count: 2 });
  enter(upTo(4));
  assert.equal(open.divider, null);
});

test("once the reader has been placed, the divider stays, whatever is read", () => {
  enter(upTo(4), { read_up_to: 2 });
  open.positioned = true;
  rooms.markSeen("harbour", 4);
  open.startDivider();
  assert.equal(open.divider.after, 2);
});

test("what comes while nobody reads extends the divider, or begins one after what was in view", () => {
  open.seeEnd();
  hear(5);
  open.missedMessage(5);
  assert.deepEqual(open.divider, { after: 4, upto: 5, count: 1 });
  open.dividerSeen = true;
  hear(6);
  open.missedMessage(6);
  assert.deepEqual([open.divider, open.dividerSeen], [{ after: 4, upto: 6, count: 2 }, true]);
});

test("another divider has not been in view yet", () => {
  open.divider = { after: 1, upto: 2, count: 1 };
  open.dividerSeen = true;
  hear(5);
  open.missedMessage(5);
  assert.deepEqual([open.divider.after, open.dividerSeen], [4, false]);
});

test("entering a room forgets where the reader was in the last one", () => {
  enter(upTo(4), { read_up_to: 2 });
  Object.assign(open, { positioned: true, keepUnread: true, following: false, problem: "removed" });
  const entered = [];
  open.onEnter.push((key) => entered.push(key));
  open.enter("den", 7);
  const { divider, positioned, keepUnread, following, problem, target } = open;
  assert.deepEqual(
    { divider, positioned, keepUnread, following, problem, target, entered },
    {
      divider: null,
      positioned: false,
      keepUnread: false,
      following: true,
      problem: null,
      target: { id: 7 },
      entered: ["den"],
    },
  );
});

// -- what to load ----------------------------------------------------------------------------------------------------

test("a divider above the loaded messages is loaded before the reader is placed", () => {
  enter(upTo(60, 51), { read_up_to: 20, unread: 40 }, { more: true });
  assert.deepEqual([open.loadAround, open.canPosition], [20, false]);
  rooms.handle(
    { type: "history", room: "harbour", messages: upTo(60, 11), quoted: [], people: {}, more: true },
    0,
    {
      around: 20,
    },
  );
  assert.deepEqual([open.loadAround, open.canPosition], [null, true]);
});

test("a message to begin with is loaded instead, and the reader is placed once it was reached or given up", () => {
  enter(upTo(60, 51), {}, { more: true }, 7);
  assert.deepEqual([open.loadAround, open.canPosition, open.isTarget({ around: 7 })], [7, false, true]);
  let missing = 0;
  open.onTargetMissing.push(() => missing++);
  open.giveUpTarget();
  assert.deepEqual([open.loadAround, open.canPosition, missing], [null, true, 1]);
});

test("older and newer messages are loaded where there are any, once the reader has been placed", () => {
  enter(upTo(60, 51), {}, { more: true });
  assert.deepEqual([open.loadBefore, open.loadAfter], [null, null]);
  open.positioned = true;
  assert.deepEqual([open.loadBefore, open.loadAfter], [51, null]);
  rooms.handle(
    { type: "history", room: "harbour", messages: upTo(12, 3), quoted: [], people: {}, more: false },
    0,
    {
      around: 7,
    },
  );
  assert.deepEqual([open.loadBefore, open.loadAfter], [null, 12]);
});

test("new messages below are those after what was in view at the end", () => {
  open.seeEnd();
  open.following = false;
  hear(5);
  hear(6, { author: ME });
  assert.equal(open.newBelow, 1);
  open.following = true;
  open.seeEnd();
  assert.equal(open.newBelow, 0);
});

// -- what is allowed -------------------------------------------------------------------------------------------------

test("the reason why nothing can be posted", () => {
  const lockOf = (about, membership = {}) => {
    enter(upTo(2), { info: info(0, about) });
    rooms.memberships.set("harbour", { ...open.membership, ...membership });
    return open.lock;
  };
  assert.equal(lockOf({}), null);
  assert.equal(lockOf({ archived_at: "2026-03-01T09:00:00Z" }), "archived");
  assert.equal(lockOf({}, { mutedUntil: "2999-01-01T00:00:00Z" }), "muted");
  assert.equal(lockOf({}, { mutedUntil: "2020-01-01T00:00:00Z" }), null);
  assert.equal(lockOf({ posting: "moderators" }), "read_only");
  assert.equal(lockOf({ posting: "moderators" }, { role: "moderator" }), null);
  rooms.memberships.clear();
  assert.equal(open.lock, "outside");
  open.problem = "removed";
  assert.equal(open.lock, "removed");
});

test("a message offers what I may do with it", () => {
  const acts = (row, moderatesAll = false) => [...allowedActs(open, row, moderatesAll)].sort().join(" ");
  assert.equal(acts(message(1)), "copy link pick reply unread");
  assert.equal(acts(message(1, { author: ME })), "copy delete edit link pick reply unread");
  assert.equal(acts(message(1), true), "copy delete link pick pin reply unread");
  assert.equal(acts(message(1, { pinned_at: "now" }), true), "copy delete link pick reply unpin unread");
  assert.equal(acts(message(1, { deleted_at: "now" })), "");
  assert.equal(acts(undefined), "");
  enter(upTo(2), { info: info(0, { posting: "moderators" }) });
  assert.equal(acts(message(1, { author: ME })), "copy delete link pick unread");
  enter(upTo(2), { info: info(0, { archived_at: "now" }) });
  assert.equal(acts(message(1, { author: ME }), true), "copy link unread");
});

test("without a connection nobody but me is known to be online", () => {
  rooms.handle({ type: "presence", room: "harbour", whole: true, online: [INES], away: [], offline: [] }, 0);
  assert.deepEqual([open.isOnline(INES), open.isOnline(ME), open.isOnline(9)], [true, true, false]);
  rooms.lostAt = 1;
  assert.deepEqual([open.isOnline(INES), open.isOnline(String(ME))], [false, true]);
});

test("a ban closes every room", () => {
  assert.equal(open.lock, null);
  rooms.banned = true;
  assert.equal(open.lock, "banned");
  assert.deepEqual([...allowedActs(open, message(1), false)], ["copy", "link", "unread"]);
});

test("a direct room does not list somebody whose account was deactivated", () => {
  const pair = { kind: "direct", name: "", people: [ME, INES] };
  const named = (deactivated) => ({ people: { [INES]: { name: "Ines", kind: "account", deactivated } } });
  enter(upTo(2), { info: info(0, pair) }, named(false));
  assert.deepEqual(open.people, [ME, INES]);
  enter(upTo(2), { info: info(0, pair) }, named(true));
  assert.deepEqual(open.people, [ME]);
});
