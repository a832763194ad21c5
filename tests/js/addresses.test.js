import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { addresses, openPage } from "./page.js";

openPage();
const { addressOf, loadAddresses, parseAddress, partsOf, roomAddress } = await import(
  "../../chat/static/chat/shared/addresses.js"
);

/** The same in a project that includes the chat below a prefix. */
const below = (prefix) =>
  loadAddresses(Object.fromEntries(Object.entries(addresses).map(([name, at]) => [name, prefix + at])));
afterEach(() => below(""));

test("an address has its parts in their places, encoded", () => {
  assert.equal(roomAddress("a/b"), "/rooms/a%2Fb/");
  assert.equal(roomAddress("lobby", 12), "/rooms/lobby/12/");
  assert.equal(addressOf("file", { file: "x", name: "a b?.txt" }), "/files/x/a%20b%3F.txt");
  below("/community/chat");
  assert.equal(roomAddress("lobby", 12), "/community/chat/rooms/lobby/12/");
  assert.equal(addressOf("socket"), "/community/chat/ws/");
});

for (const prefix of ["", "/community/chat", "/%E8%81%8A%E5%A4%A9", "/a.b+c"])
  test(`below "${prefix}" rooms and messages are known by their addresses, and nothing else is`, () => {
    below(prefix);
    assert.deepEqual(parseAddress(`${prefix}/rooms/lobby/`), { key: "lobby", id: null });
    assert.deepEqual(parseAddress(`${prefix}/rooms/lobby/12/`), { key: "lobby", id: 12 });
    assert.deepEqual(parseAddress(`${prefix}/rooms/a%2Fb/`), { key: "a/b", id: null });
    const others = ["rooms/", "rooms/lobby", "rooms/lobby/settings/", "rooms/lobby/1/2/", "x/rooms/lobby/"];
    for (const other of others) assert.equal(parseAddress(`${prefix}/${other}`), null, other);
    assert.equal(parseAddress(`/elsewhere${prefix}/rooms/lobby/`), null);
    assert.equal(parseAddress(`http://other.test${prefix}/rooms/lobby/`), null);
    assert.deepEqual(partsOf("join", `${prefix}/join/abc/`), { code: "abc" });
  });
