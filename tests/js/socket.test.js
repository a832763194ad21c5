import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { backOff, Socket } from "../../chat/static/chat/net/socket.js";

let wires, events;

class Wire {
  constructor() {
    wires.push(this);
    this.sent = [];
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  hear(event) {
    this.onmessage({ data: JSON.stringify(event) });
  }
  welcome() {
    this.hear({ type: "welcome", heartbeat: 20 });
  }
  lose(code) {
    this.onclose({ code });
  }
}

let random = 0.5;
const open = () => {
  const socket = new Socket({
    url: "ws://chat.test/ws/",
    WebSocket: Wire,
    random: () => random,
    ping: () => ({ type: "ping", heads: {} }),
    onEvent: (event) => events.push(event),
    onChange() {},
  });
  socket.connect();
  return socket;
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  [wires, events, random] = [[], [], 0.5];
});

test("the wait is random between nothing and a bound that doubles to thirty seconds", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((n) => backOff(n, () => 1)),
    [500, 1000, 2000, 4000],
  );
  assert.equal(
    backOff(20, () => 1),
    30_000,
  );
  assert.equal(
    backOff(5, () => 0),
    0,
  );
});

for (const code of [1000, 1001, 1006, 1011, 1012, 4008, 4012, 4013, 4029])
  test(`${code} is tried again`, () => {
    const socket = open();
    wires[0].lose(code);
    assert.equal(socket.connection.phase, "waiting");
    mock.timers.tick(500);
    assert.equal(wires.length, 2);
  });

for (const code of [4001, 4009, 4401, 4403, 4404])
  test(`${code} ends it`, () => {
    const socket = open();
    wires[0].welcome();
    wires[0].lose(code);
    mock.timers.tick(3_600_000);
    socket.retryNow();
    assert.deepEqual([socket.connection.phase, socket.connection.code, wires.length], ["stopped", code, 1]);
  });

test("the first retry is immediate, the next ones come later and later", () => {
  open();
  for (const wait of [250, 500, 1000, 2000]) {
    wires.at(-1).lose(1006);
    const before = wires.length;
    mock.timers.tick(wait - 1);
    assert.equal(wires.length, before);
    mock.timers.tick(1);
    assert.equal(wires.length, before + 1);
  }
});

test("a server that closes right after the welcome does not reset the backoff", () => {
  const socket = open();
  for (let n = 0; n < 4; n++) {
    wires.at(-1).welcome();
    wires.at(-1).lose(4013);
    mock.timers.tick(30_000);
  }
  assert.equal(socket.attempt, 4);
  wires.at(-1).welcome();
  mock.timers.tick(10_000);
  wires.at(-1).lose(1006);
  assert.equal(socket.attempt, 1);
});

test("bye counts even if the close frame is missing", () => {
  const socket = open();
  wires[0].welcome();
  wires[0].hear({ type: "bye", code: 4401, reason: "logged out", retry_after: null });
  assert.deepEqual([socket.connection.phase, socket.connection.code], ["stopped", 4401]);
  assert.ok(wires[0].closed);
  wires[0].lose(1006);
  assert.equal(socket.connection.phase, "stopped");
});

test("nothing shortens the wait that bye asks for", () => {
  const socket = open();
  wires[0].welcome();
  wires[0].hear({ type: "bye", code: 4012, reason: "restarting", retry_after: 5 });
  mock.timers.tick(4_999);
  socket.retryNow();
  assert.equal(wires.length, 1);
  mock.timers.tick(251);
  assert.equal(wires.length, 2);
});

test("coming online or focus triggers a retry", () => {
  const socket = open();
  for (let n = 0; n < 8; n++) {
    wires.at(-1).lose(1006);
    mock.timers.tick(30_000);
  }
  wires.at(-1).lose(1006);
  const before = wires.length;
  socket.retryNow();
  assert.equal(wires.length, before + 1);
});

test("a ping every heartbeat, give or take a fifth; silence for ten seconds drops the connection", () => {
  const socket = open();
  wires[0].welcome();
  random = 1;
  mock.timers.tick(20_000);
  assert.deepEqual(wires[0].sent, [{ type: "ping", heads: {} }]);
  mock.timers.tick(9_999);
  assert.equal(socket.connection.phase, "open");
  mock.timers.tick(1);
  assert.equal(socket.connection.phase, "waiting");
  assert.ok(wires[0].closed);
});

test("any event counts as a sign of life", () => {
  const socket = open();
  wires[0].welcome();
  mock.timers.tick(20_000);
  mock.timers.tick(9_000);
  wires[0].hear({ type: "pong", heads: {} });
  mock.timers.tick(5_000);
  assert.equal(socket.connection.phase, "open");
});

test("nothing is sent before the welcome or after the connection is lost", () => {
  const socket = open();
  assert.equal(socket.send({ type: "typing", room: "lobby" }), false);
  wires[0].welcome();
  assert.equal(socket.send({ type: "typing", room: "lobby" }), true);
  wires[0].lose(1006);
  assert.equal(socket.send({ type: "typing", room: "lobby" }), false);
});

test("a server that never says welcome is given up after ten seconds", () => {
  const socket = open();
  mock.timers.tick(10_000);
  assert.equal(socket.connection.phase, "waiting");
});

test("the time of the loss stays that of the first one until it is back", () => {
  const socket = open();
  wires[0].welcome();
  mock.timers.tick(60_000);
  const at = Date.now();
  wires[0].lose(1006);
  mock.timers.tick(250);
  wires[1].lose(1006);
  assert.equal(socket.connection.lostAt, at);
  mock.timers.tick(500);
  wires[2].welcome();
  assert.equal(socket.connection.lostAt, null);
});

test("late events of a dropped connection are ignored", () => {
  const socket = open();
  wires[0].welcome();
  socket.drop();
  wires[0].hear({ type: "pong", heads: {} });
  wires[0].lose(1006);
  assert.deepEqual(
    events.map((event) => event.type),
    ["welcome"],
  );
});
