import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { loadMessages } from "../../chat/static/chat/shared/i18n.js";
import { newsIn } from "../../chat/static/chat/state/news.js";
import { typists } from "../../chat/static/chat/state/room.js";
import { Rooms } from "../../chat/static/chat/state/rooms.js";
import { blocks } from "../../chat/static/chat/timeline/blocks.js";
import { drawMessage, signature } from "../../chat/static/chat/timeline/message.js";
import { openPage, words } from "./page.js";
import { INES, info, ME, message, mine, said, snapshot } from "./rows.js";

const KAI = 3;
const named = { mentions: [{ name: "Me", person: ME }] };

beforeEach(() => {
  openPage();
  loadMessages(words, "en");
});

/** One room in which Ines and Kai write, with Ines blocked or not. */
function roomsWith(blocked) {
  const rooms = new Rooms(ME, "en");
  rooms.welcome({ epoch: "e", people: {}, rooms: [mine()], blocked }, "harbour");
  rooms.handle(snapshot([]), 0);
  return rooms;
}

const hear = (rooms, ...rows) => rows.map((row) => rooms.handle(said(row), 0));

test("messages of blocked people are neither counted nor announced, those of others are", () => {
  for (const [blocked, unread] of [
    [[], 2],
    [[INES], 1],
  ]) {
    const rooms = roomsWith(blocked);
    const heard = hear(rooms, message(1, named), message(2, { author: KAI }));
    assert.equal(rooms.waiting(rooms.of("harbour")).unread, unread);
    assert.equal(rooms.waiting(rooms.of("harbour")).mentions, unread - 1);
    const news = heard.map(({ before, after }, at) =>
      newsIn(before, after, said(at ? message(2, { author: KAI }) : message(1, named)), "everything"),
    );
    assert.equal(news.flat().length, unread);
  }
});

test("blocking and unblocking apply at once in every room", () => {
  const rooms = roomsWith([]);
  hear(rooms, message(1));
  rooms.setBlocked([INES]);
  assert.equal(rooms.total().unread, 0);
  rooms.setBlocked([]);
  assert.equal(rooms.total().unread, 1);
});

test("a blocked person is never shown as typing", () => {
  const rooms = roomsWith([INES]);
  for (const person of [INES, KAI]) rooms.handle({ type: "typing", room: "harbour", person }, 0);
  assert.deepEqual(typists(rooms.of("harbour"), 1), [String(KAI)]);
});

test("messages of blocked people start no divider", () => {
  const rooms = roomsWith([INES]);
  hear(rooms, message(1));
  const drawn = blocks(rooms.of("harbour"), [], [], { after: 0, upto: 1, count: 1 });
  assert.deepEqual(
    drawn.map(({ kind }) => kind),
    ["day", "run"],
  );
});

test("a direct room with a blocked person alone is hidden, one with others is not", () => {
  const rooms = new Rooms(ME, "en");
  const direct = (id, people) => mine({ id, info: info(1, { kind: "direct", people }) });
  rooms.welcome(
    {
      epoch: "e",
      people: {},
      rooms: [direct("two", [ME, INES]), direct("three", [ME, INES, KAI])],
      blocked: [INES],
    },
    "two",
  );
  assert.equal(rooms.levelOf(rooms.of("two")), "hidden");
  assert.equal(rooms.levelOf(rooms.of("three")), "everything");
});

test("a blocked person's message is one line until opened, also in quotes", () => {
  const rows = { 1: message(1, { body: "nasty", ...named }), 2: message(2, { author: KAI, reply_to: 1 }) };
  const around = {
    me: ME,
    nameOf: () => "Somebody",
    isOnline: () => true,
    isGuest: () => false,
    rowOf: (id) => rows[id],
    connected: true,
    moderates: false,
    blocked: (person) => person === INES,
  };
  const item = (id) => ({ key: String(id), row: rows[id], entry: null, first: true });
  const folded = drawMessage(item(1), around);
  assert.equal(folded.querySelector(".body").textContent, "Message from someone you blocked Show");
  assert.ok(!folded.textContent.includes("nasty"));
  assert.ok(!folded.classList.contains("for-me"));
  assert.equal(folded.querySelector("[data-unfold]").dataset.unfold, "1");
  assert.equal(
    drawMessage(item(2), around).querySelector(".quote bdi").textContent,
    "Message from someone you blocked",
  );
  const shown = drawMessage(item(1), around, { whole: true, fresh: false });
  assert.equal(shown.querySelector(".body").textContent, "nasty");
  const before = signature(item(2), around);
  assert.notEqual(before, signature(item(2), { ...around, blocked: () => false }));
});
