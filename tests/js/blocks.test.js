import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, emptyRoom } from "../../chat/static/chat/state/room.js";
import { blocks } from "../../chat/static/chat/timeline/blocks.js";
import { ME, message, snapshot } from "./rows.js";

const at = (minute, more = {}) => ({ created_at: new Date(2026, 10, 23, 9, minute).toISOString(), ...more });
const opened = (rows, more) => apply(emptyRoom("harbour", ME), snapshot(rows, more), 0);
const entry = (nonce, more = {}) => ({
  nonce,
  room: "harbour",
  body: nonce,
  reply_to: null,
  order: Date.parse(at(30).created_at),
  state: "waiting",
  code: null,
  ...more,
});

/** Blocks in short: a run as its messages, everything else by its kind. */
const short = (list) =>
  list.map((block) =>
    block.kind === "run" ? block.items.map((item) => item.row?.id ?? item.key).join() : block.kind,
  );
const draw = (rows, { entries = [], notices = [], divider = null, ...more } = {}) =>
  blocks(opened(rows, more), entries, notices, divider);

test("a run is one author, one day, five minutes, nothing between", () => {
  const rows = [
    message(1, at(0)),
    message(2, at(4)),
    message(3, at(5)),
    message(4, at(6, { author: ME })),
    message(5, { created_at: new Date(2026, 10, 24, 9).toISOString(), author: ME }),
  ];
  assert.deepEqual(short(draw(rows)), ["day", "1,2", "3", "4", "day", "5"]);
});

test("my pending messages come last, once", () => {
  const rows = [message(1, at(0)), message(2, at(1, { author: ME, nonce: "mine" }))];
  assert.deepEqual(short(draw(rows, { entries: [entry("mine"), entry("later")] })).slice(-1), ["later"]);
});

test("a pending message and its row are one element", () => {
  const [, pending] = draw([], { entries: [entry("mine")] });
  const [, stored] = draw([message(1, at(0, { author: ME, nonce: "mine" }))]);
  assert.equal(pending.items[0].key, stored.items[0].key);
});

test("pending messages wait for the end of the window", () => {
  const room = { ...opened([message(1, at(0))]), atEnd: false };
  assert.deepEqual(short(blocks(room, [entry("mine")], [], null)), ["day", "1"]);
});

test("the divider is above the first unread message; the ribbon ends at the last that came while I was away", () => {
  const rows = [
    message(1, at(0)),
    message(2, at(1)),
    message(3, at(2, { author: ME })),
    message(4, at(3)),
    message(5, at(4)),
  ];
  const list = draw(rows, { divider: { after: 1, upto: 4 } });
  assert.deepEqual(short(list), ["day", "1", "new", "2", "3", "4", "5"]);
  assert.equal(list.find((block) => block.kind === "new").count, 2);
  const runs = list.filter((block) => block.kind === "run");
  assert.deepEqual(
    runs.map((run) => [run.fresh, run.start, run.end]),
    [
      [false, false, false],
      [true, true, false],
      [false, false, false],
      [true, false, true],
      [false, false, false],
    ],
  );
});

test("the divider's count excludes deleted messages, my own and notices", () => {
  const rows = [
    message(1, at(0)),
    message(2, at(1, { deleted_at: "now" })),
    message(3, at(2, { author: ME })),
    message(4, at(3, { kind: "notice" })),
    message(5, at(4)),
  ];
  assert.equal(draw(rows, { divider: { after: 0, upto: 5 } }).find((block) => block.kind === "new").count, 2);
});

test("a divider outside the loaded messages is not drawn; one that ends outside them still counts all", () => {
  const rows = [message(11, at(0)), message(12, at(1))];
  const divider = { after: 10, upto: 90, count: 74 };
  assert.deepEqual(short(draw(rows, { more: true, divider: { ...divider, after: 5 } })), ["day", "11,12"]);
  const room = { ...opened(rows, { more: true }), atEnd: false };
  const [, , mark] = blocks({ ...room, messages: [message(10, at(0)), ...rows] }, [], [], divider);
  assert.deepEqual([mark.kind, mark.count], ["new", 74]);
});

test("joining and leaving are shown where they happened and break no run", () => {
  const notice = { id: 1, at: Date.parse(at(1).created_at), after: 1, came: ["3"], left: [] };
  const list = draw([message(1, at(0)), message(2, at(2))], { notices: [notice] });
  assert.deepEqual(short(list), ["day", "1", "presence", "2"]);
  assert.equal(list[3].items[0].first, false);
  assert.equal(list[3].follows, true);
});

test("consecutive notices are grouped and do not repeat the author's name", () => {
  const notice = (id, more) => message(id, at(1, { kind: "notice", ...more }));
  const gone = notice(4, { deleted_at: "2026-11-23T09:02:00Z" });
  const list = draw([message(1, at(0)), notice(2), notice(3, { author: ME }), gone, message(5, at(2))]);
  assert.deepEqual(short(list), ["day", "1", "notices", "5"]);
  assert.deepEqual(
    list[2].rows.map((row) => row.id),
    [2, 3],
  );
  assert.deepEqual([list[3].items[0].first, list[3].follows], [false, true]);
});
