import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Search } from "../../chat/static/chat/navigation/search.js";
import { message } from "./rows.js";

const PAUSE = 250;
let asked;
let withdrawn;
let search;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
  withdrawn = [];
  const requests = {
    ask: (command) => asked.push(command),
    withdraw: (command) => withdrawn.push(command),
  };
  search = new Search(requests, () => {});
});

const write = (text, room = null) => search.change({ text, room });
const wait = () => mock.timers.tick(PAUSE);
const found = (ids, more = {}) => ({
  type: "found",
  results: ids.map((id) => ({ room: "harbour", message: message(id) })),
  people: {},
  words: ["tide"],
  problems: [],
  next: null,
  ...more,
});
const answer = (ids, more = {}, command = asked.at(-1)) => search.handle(found(ids, more), command);
const ids = () => search.results.map(({ message }) => message.id);

test("a search is sent once, shortly after the last key", () => {
  for (const text of ["t", "ti", "tide"]) write(text);
  assert.equal(asked.length, 0);
  wait();
  assert.deepEqual(
    asked.map(({ text, next, room }) => [text, next, room]),
    [["tide", null, null]],
  );
  write(" tide ");
  wait();
  assert.equal(asked.length, 1, "the same again is no other question");
  answer([9, 7]);
  assert.deepEqual([search.phase, ids()], ["found", [9, 7]]);
});

test("one search at a time: an older answer is dropped and the newest query is sent", () => {
  write("ti");
  wait();
  write("tide");
  wait();
  write("tides");
  wait();
  assert.equal(asked.length, 1);
  answer([3]);
  assert.deepEqual(ids(), []);
  assert.deepEqual([asked.length, asked[1].text], [2, "tides"]);
  answer([4], {}, asked[0]);
  assert.deepEqual(ids(), []);
  answer([5]);
  assert.deepEqual(ids(), [5]);
});

test("more results continue after the last page, once; an empty page with a next one is skipped", () => {
  write("tide");
  wait();
  answer([9], { next: 9 });
  search.more();
  search.more();
  assert.deepEqual(
    asked.map(({ next }) => next),
    [null, 9],
  );
  answer([], { next: 4 });
  assert.equal(asked.at(-1).next, 4);
  answer([2]);
  assert.deepEqual(ids(), [9, 2]);
  search.more();
  assert.equal(asked.length, 3, "there is no more");
});

test("words to mark are those of all pages, and a new search forgets them", () => {
  write("cafe");
  wait();
  answer([9], { next: 9, words: ["cafe", "Café"] });
  search.more();
  answer([8], { words: ["cafe", "CAFÉ"] });
  assert.deepEqual(search.words, ["cafe", "Café", "CAFÉ"]);
  write("tide");
  wait();
  answer([7]);
  assert.deepEqual(search.words, ["tide"]);
});

test("no further page is loaded for an old query", () => {
  write("tide");
  wait();
  answer([9], { next: 9 });
  write("tides");
  search.more();
  assert.equal(asked.length, 1);
  write("tides", "harbour");
  wait();
  assert.deepEqual([asked[1].text, asked[1].room, asked[1].next], ["tides", "harbour", null]);
});

test("an empty field sends nothing and ignores late answers", () => {
  write("tide");
  wait();
  write("");
  wait();
  answer([3]);
  assert.deepEqual([search.phase, ids(), asked.length], ["nothing", [], 1]);
});

test("a search is repeated after a reconnect, and late answers are ignored", () => {
  write("tide");
  wait();
  const lost = asked[0];
  search.resume();
  assert.equal(asked.length, 2);
  answer([1], {}, lost);
  assert.deepEqual(ids(), []);
  answer([2]);
  assert.deepEqual(ids(), [2]);
  search.resume();
  assert.equal(asked.length, 2);
});

test("a refusal is shown, and the next search is sent anyway", () => {
  write("tide");
  wait();
  search.refused(asked[0]);
  assert.equal(search.phase, "refused");
  write("tides");
  wait();
  answer([2]);
  assert.deepEqual([search.phase, ids()], ["found", [2]]);
});

test("a question without an answer does not block the next one, and its late answer is ignored", () => {
  write("tide");
  wait();
  write("tides");
  wait();
  assert.equal(asked.length, 1);
  mock.timers.tick(3000);
  assert.deepEqual([asked.length, asked[1].text, withdrawn], [2, "tides", [asked[0]]]);
  answer([1], {}, asked[0]);
  assert.deepEqual(ids(), []);
  answer([2]);
  assert.deepEqual(ids(), [2]);
});

const tick = (rounds) => {
  for (let round = 0; round < rounds; round++) mock.timers.tick(3000);
};

test("a question is waited for a limited time, then again after Enter or on a new connection", () => {
  write("tide");
  wait();
  tick(6);
  assert.equal(search.phase, "asking");
  tick(1);
  assert.deepEqual([search.phase, withdrawn.length], ["refused", 1]);
  search.start();
  assert.equal(asked.length, 2);
  tick(7);
  search.resume();
  assert.equal(asked.length, 3);
  answer([2]);
  tick(20);
  assert.deepEqual([search.phase, ids(), asked.length], ["found", [2], 3]);
});

test("results follow deletions, edits and leaving a room", () => {
  write("tide");
  wait();
  answer([9, 7]);
  search.revise("harbour", [message(9, { seq: 20, body: null, deleted_at: "2026-11-23T10:00:00Z" })]);
  assert.deepEqual(ids(), [7]);
  search.revise("harbour", [message(7, { seq: 21, body: "ebb" })]);
  assert.equal(search.results[0].message.body, "ebb");
  search.revise("harbour", [message(7, { seq: 20, body: "older" })]);
  assert.equal(search.results[0].message.body, "ebb");
  search.leave("harbour");
  assert.deepEqual(ids(), []);
});
