import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { loadMessages } from "../../chat/static/chat/shared/i18n.js";
import { noticeSentences } from "../../chat/static/chat/timeline/notice_text.js";
import { openPage, words } from "./page.js";
import { INES, ME, message } from "./rows.js";

const KAI = 3;
const names = { [ME]: "Me", [INES]: "Ines", [KAI]: "Kai" };
const around = { me: ME, nameOf: (person) => names[person] ?? "" };
let id = 0;
const notice = (told, author = INES) =>
  message(++id, { kind: "notice", author, body: JSON.stringify({ by: "Ada", ...told }) });
const say = (...rows) => noticeSentences(rows, around).map((one) => one.textContent);

beforeEach(() => {
  openPage();
  loadMessages(words, "en");
});

test("each kind of change has its own sentence", () => {
  assert.deepEqual(
    say(
      notice({ what: "name", from: "Quay", to: "Harbour" }),
      notice({ what: "topic", from: "", to: "Tides" }),
      notice({ what: "kind", from: "public", to: "private" }),
      notice({ what: "posting", from: "everybody", to: "moderators" }),
      notice({ what: "archived", from: false, to: true }),
      notice({ what: "role", person: KAI, name: "Kay", from: "member", to: "moderator" }),
    ),
    [
      "Ines renamed the room from “Quay” to “Harbour”.",
      "Ines set the topic to “Tides”.",
      "Ines made the room private. Only people with an invite link can join.",
      "Ines made the room read-only. Only moderators can post.",
      "Ines archived the room.",
      "Ines made Kai a moderator.",
    ],
  );
});

test("unknown people keep the name in the notice; I am called you", () => {
  assert.deepEqual(say(notice({ what: "topic", from: "x", to: "" }, 99)), ["Ada removed the topic."]);
  assert.deepEqual(say(notice({ what: "role", person: ME, name: "M", from: "member", to: "owner" })), [
    "Ines made you an owner.",
  ]);
  assert.deepEqual(say(notice({ what: "archived", from: true, to: false }, ME)), [
    "You unarchived the room.",
  ]);
});

test("three changes of a name in a row become one notice, from the first to the last", () => {
  const change = (from, to) => notice({ what: "name", from, to });
  assert.deepEqual(say(change("a", "b"), change("b", "c"), change("c", "d")), [
    "Ines renamed the room from “a” to “d”.",
  ]);
  assert.deepEqual(say(change("a", "b"), change("b", "a")), ["Ines renamed the room from “b” to “a”."]);
});

test("unknown notices are left out", () => {
  const odd = message(500, { kind: "notice", body: "no JSON" });
  assert.deepEqual(say(odd, notice({ what: "weather", from: 1, to: 2 })), []);
});

test("the notice of an opening names its earliest time", () => {
  const at = new Date(Date.now() + 60_000).toISOString();
  const [plan, end] = [
    notice({ what: "opening", from: "", to: at }),
    notice({ what: "opening", from: at, to: "" }, ME),
  ].map((row) => say(row)[0]);
  assert.match(plan, /^Ines plans to make this room public. From \d\d:\d\d, /);
  assert.equal(end, "You decided to keep this room private.");
});

test("people who joined in the same way share a sentence, each once", () => {
  const joined = (author, to = "link") => notice({ what: "joined", from: "", to }, author);
  assert.deepEqual(say(joined(INES), joined(KAI), joined(ME), joined(INES)), [
    "You, Ines and Kai joined with an invite link.",
  ]);
  assert.deepEqual(
    say(joined(99), notice({ what: "topic", from: "", to: "Tides" }), joined(KAI, "directory")),
    ["Ada joined with an invite link.", "Ines set the topic to “Tides”.", "Kai joined."],
  );
});

test("two people of one name are two", () => {
  names[4] = "Ines";
  const joined = (author) => notice({ what: "joined", from: "", to: "link" }, author);
  assert.deepEqual(say(joined(INES), joined(4), joined(4)), ["Ines and Ines joined with an invite link."]);
});
