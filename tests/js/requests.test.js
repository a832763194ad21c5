import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { command } from "../../chat/static/chat/net/protocol.js";
import { Requests } from "../../chat/static/chat/net/requests.js";

let sent;
let online;
let unsent;
let requests;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  [sent, online, unsent] = [[], true, 0];
  requests = new Requests(
    (command) => online && sent.push(command) > 0,
    () => unsent++,
  );
});

const open = (since = null) => requests.ask(command.open("harbour", since));
const older = () => requests.ask(command.history("harbour", { before: 12 }, 50), { before: 12 });
const answer = (ref) => ({ type: "history", room: "harbour", messages: [], ref });
const error = (code, { ref }) => ({ type: "error", code, ref, retry_after: 2 });
const busy = (command) => error("rate_limited", command);

test("every command gets a ref of its own, and its answer brings back what was asked", () => {
  older();
  requests.ask(command.history("harbour", { quote: 12 }, 1), { quote: 12 });
  requests.act(command.pin(12, true));
  assert.equal(new Set(sent.map(({ ref }) => ref)).size, 3);
  assert.deepEqual(requests.handle(answer(sent[1].ref)).part, { quote: 12 });
  assert.deepEqual(requests.handle(answer(sent[0].ref)).part, { before: 12 });
  assert.equal(requests.handle({ type: "ack", ref: sent[2].ref }).command.type, "message.pin");
});

test("an answer counts once, and one to nothing that was asked is not known", () => {
  older();
  assert.ok(requests.handle(answer(sent[0].ref)));
  for (const ref of [sent[0].ref, "before 12", null, undefined])
    assert.equal(requests.handle(answer(ref)), null);
});

test("a question is not asked twice while it is open, wherever the client has got to", () => {
  open();
  open(7);
  assert.equal(sent.length, 1);
  requests.ask(command.open("den", null));
  older();
  assert.equal(sent.length, 3, "others are");
  requests.handle({ type: "room", room: "harbour" });
  open(9);
  assert.equal(sent.at(-1).since, 9);
});

test("a question without an answer for long is asked again, and the late answer still counts", () => {
  older();
  mock.timers.tick(5000);
  older();
  assert.deepEqual([sent.length, requests.open.size], [2, 1]);
  assert.deepEqual(requests.handle(answer(sent[0].ref)).part, { before: 12 });
});

test("a question refused temporarily is repeated as it was; for good, it is closed", () => {
  older();
  requests.handle(busy(sent[0]));
  older();
  assert.equal(sent.length, 1, "it waits");
  mock.timers.tick(2000);
  assert.deepEqual(sent[1], sent[0]);
  assert.deepEqual(requests.handle(error("no_such_room", sent[1])).part, { before: 12 });
  mock.timers.tick(60_000);
  assert.equal(sent.length, 2);
});

test("an action is sent as often as the user wants and never repeated by itself", () => {
  assert.equal(requests.act(command.delete(5)), true);
  requests.act(command.delete(5));
  assert.equal(sent.length, 2);
  const { isAction, command: refused } = requests.handle(busy(sent[0]));
  assert.deepEqual([isAction, refused], [true, command.delete(5)]);
  mock.timers.tick(60_000);
  assert.equal(sent.length, 2);
});

test("answers that go to all connections close what they answer, in their room", () => {
  open();
  requests.ask(command.sync("den", 3));
  requests.act(command.block(9, true));
  requests.handle({ type: "changes", room: "harbour", since: 1, seq: 2 });
  assert.deepEqual(
    [...requests.open.values()].map(({ command }) => command.type),
    ["room.sync", "person.block"],
  );
  requests.handle({ type: "blocks", people: [9] });
  requests.handle({ type: "room", room: "den" });
  assert.equal(requests.open.size, 0);
});

test("what was not sent is not open, and a new connection starts without open questions", () => {
  online = false;
  older();
  assert.equal(requests.act(command.delete(5)), false);
  assert.equal(
    requests.act(command.edit(5, "new"), () => {}),
    false,
  );
  assert.equal(unsent, 1, "who waits for the answer says so at its own place");
  assert.equal(requests.open.size, 0);
  online = true;
  older();
  requests.handle(busy(sent[0]));
  requests.forget();
  mock.timers.tick(60_000);
  assert.equal(sent.length, 1);
});
