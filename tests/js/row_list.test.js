import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.js";

openPage();
const { RowList } = await import("../../chat/static/chat/shared/row_list.js");

const filled = [];
const rowList = () =>
  new RowList(
    () => document.createElement("li"),
    (row, { key, text }) => {
      filled.push(key);
      row.textContent = text;
    },
  );
const rows = (count, changed = {}) =>
  Array.from({ length: count }, (_, n) => ({ key: `row ${n}`, text: changed[n] ?? "same" }));
const drawn = (draw) => {
  filled.length = 0;
  draw();
  return [...filled];
};

test("a change of one row fills that row and no other", () => {
  const [list, container] = [rowList(), document.createElement("ul")];
  assert.equal(drawn(() => list.draw([[container, rows(200)]])).length, 200);
  const before = [...container.children];
  assert.deepEqual(
    drawn(() => list.draw([[container, rows(200, { 7: "other" })]])),
    ["row 7"],
  );
  assert.deepEqual([...container.children], before);
  assert.equal(container.children[7].textContent, "other");
});

test("a row that moves to another list keeps its element, and one that is gone is forgotten", () => {
  const [list, one, two] = [rowList(), document.createElement("ul"), document.createElement("ul")];
  const [first, second] = rows(2);
  list.draw([
    [one, [first, second]],
    [two, []],
  ]);
  const moved = one.children[1];
  assert.deepEqual(
    drawn(() =>
      list.draw([
        [one, []],
        [two, [second]],
      ]),
    ),
    [],
  );
  assert.deepEqual([one.children.length, two.children[0]], [0, moved]);
  assert.equal(list.rows.size, 1);
});
