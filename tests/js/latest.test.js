import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, emptyRoom, listed } from "../../chat/static/chat/state/room.js";
import { changes, ME, message, mine, said, seededRandom, snapshot } from "./rows.js";

const line = (id, more = {}) => ({
  id,
  seq: id,
  author: 2,
  text: `message ${id}`,
  created_at: message(id).created_at,
  ...more,
});
const room = (latest = null) => listed(emptyRoom("harbour", ME), mine({ latest }));

test("the list brings the latest message, and events replace it", () => {
  assert.deepEqual(room(line(3)).latest, line(3));
  const after = apply(room(line(3)), said(message(1, { id: 9, body: "two\n lines " })), 0);
  assert.deepEqual([after.latest.id, after.latest.text], [9, "two lines"]);
});

test("an edit, a deletion and a catch-up change the latest message, a notice and an older one do not", () => {
  const at = (row) => apply(room(line(3)), changes(0, row.seq, [row]), 0).latest;
  assert.equal(at(message(3, { seq: 8, body: "better" })).text, "better");
  assert.equal(at(message(3, { seq: 8, body: null, deleted_at: "2026-11-23T09:00:00Z" })).text, null);
  assert.equal(at(message(9, { kind: "notice", body: "{}" })).id, 3);
  assert.equal(at(message(2, { seq: 8 })).id, 3);
});

test("a long text is cut between code points, as the server cuts it", () => {
  const { text } = apply(room(), said(message(1, { body: `a${"😀".repeat(200)}` })), 0).latest;
  assert.equal(text, `a${"😀".repeat(99)}`);
});

test("a message of files only is named after them", () => {
  const files = [{ name: "a.png" }, { name: "b.png" }];
  assert.equal(
    apply(room(), said(message(1, { body: "", attachments: files })), 0).latest.text,
    "a.png, b.png",
  );
});

test("the latest message is the newest version of the newest, in whatever order they come", () => {
  for (let seed = 1; seed < 60; seed++) {
    const below = seededRandom(seed);
    const rows = Array.from({ length: 12 }, (_, n) => message(1 + below(4), { seq: n + 1, body: `v${n}` }));
    let state = room(line(1, { seq: 0, text: "old" }));
    for (const row of [...rows].sort(() => below(3) - 1))
      state = listed(state, mine({ latest: line(row.id, { seq: row.seq, text: row.body }) }));
    state = apply(state, snapshot(rows.filter(() => below(2))), 0);
    const newest = Math.max(...rows.map(({ id }) => id));
    const last = rows.findLast(({ id }) => id === newest);
    assert.deepEqual([state.latest.id, state.latest.text], [newest, last.body]);
  }
});
