import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openPage, words } from "./page.js";

const { navigator } = openPage();
const { loadMessages } = await import("../../chat/static/chat/shared/i18n.js");
const { Notifier } = await import("../../chat/static/chat/notifications/notifier.js");
const { NotificationSettings, browserFamily } = await import(
  "../../chat/static/chat/notifications/notification_settings.js"
);
loadMessages(words, "en");

const state = { permission: "default", answer: "granted", asked: 0, throws: false };
/** The browser's own, as far as a page sees it. */
class Note {
  static made = [];
  static get permission() {
    return state.permission;
  }
  static async requestPermission() {
    state.asked++;
    state.permission = state.answer;
  }
  constructor(title, how) {
    if (state.throws) throw new TypeError("Illegal constructor");
    Object.assign(this, { title, ...how, open: true });
    Note.made.push(this);
  }
  close() {
    this.open = false;
    this.onclose?.();
  }
}
globalThis.Notification = Note;
Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
globalThis.isSecureContext = true;
globalThis.focus = () => {};

let kept;
let rung;
let went;
let notifier;
const made = () => Note.made.map(({ title, body, tag, open }) => [tag, title, body, open]);
const news = (room, id, more = {}) => ({ room, id, title: "Ines", text: `message ${id}`, count: 1, ...more });

beforeEach(() => {
  Object.assign(state, { permission: "default", answer: "granted", asked: 0, throws: false });
  Note.made = [];
  kept = {};
  rung = 0;
  went = [];
  notifier = new Notifier({
    chime: {
      ring: async () => {
        rung++;
        return false;
      },
    },
    storage: {
      getItem: (key) => kept[key] ?? null,
      setItem: (key, value) => {
        kept[key] = value;
      },
    },
    person: "1",
    onPress: (...where) => went.push(where),
  });
});

test("nothing is asked, shown or played before notifications are turned on", async () => {
  state.permission = "granted";
  notifier.notify(news("den", 1));
  assert.deepEqual([made(), rung, state.asked], [[], 0, 0]);
  await notifier.turnOn();
  assert.equal(state.asked, 0, "what is allowed is not asked for");
  notifier.notify(news("den", 1));
  assert.deepEqual([made().length, rung], [1, 1]);
});

test("after a refusal notifications stay off without asking again", async () => {
  state.answer = "denied";
  await notifier.turnOn();
  await notifier.turnOn();
  assert.deepEqual([notifier.settings.on, state.asked], [false, 1]);
});

test("one notification per room counts messages; a click opens the latest and closes it", async () => {
  await notifier.turnOn();
  notifier.notify(news("den", 1));
  notifier.notify(news("den", 2));
  notifier.notify(news("harbour", 3, { count: 4 }));
  assert.deepEqual(
    made().map(([tag, title]) => `${tag}: ${title}`),
    ["chat den: Ines", "chat den: Ines (2)", "chat harbour: Ines (4)"],
  );
  Note.made[1].onclick();
  assert.deepEqual(went, [["den", 2]]);
  assert.deepEqual([Note.made[1].open, notifier.shown.has("den")], [false, false]);
  notifier.notify(news("den", 5));
  assert.equal(Note.made.at(-1).title, "Ines", "it begins to count anew");
});

test("the sound is a separate setting that applies to every tab", async () => {
  await notifier.turnOn();
  notifier.save({ sound: false });
  notifier.notify(news("den", 1));
  assert.deepEqual([made().length, rung], [1, 0]);
  kept["chat.notify.1"] = '{"on":false,"sound":true}';
  notifier.notify(news("den", 2));
  assert.deepEqual([made().length, rung], [1, 0]);
});

test("where storage is full, the choice holds as long as the page", async () => {
  notifier.storage.setItem = () => {
    throw new Error("full");
  };
  await notifier.turnOn();
  notifier.notify(news("den", 1));
  assert.deepEqual([notifier.settings.on, made().length], [true, 1]);
});

test("a page on plain http can still play the sound", async () => {
  globalThis.isSecureContext = false;
  await notifier.turnOn();
  notifier.notify(news("den", 1));
  assert.deepEqual([made(), rung, state.asked], [[], 1, 0]);
  globalThis.isSecureContext = true;
});

test("the test button shows its result, and how to undo a refusal", async () => {
  const dialog = document.getElementById("notification-settings");
  const here = { leads: async () => true, level: () => "mentions" };
  const panel = new NotificationSettings(
    document.getElementById("notifications-button"),
    dialog,
    notifier,
    here,
  );
  const report = () => [...panel.report.children].map((line) => line.textContent);
  const stateLine = () => dialog.querySelector(".state").textContent;
  assert.match(stateLine(), /off in this browser.*ask for your permission/);
  await notifier.turnOn();
  panel.draw();
  assert.equal(panel.button.getAttribute("aria-label"), "Notifications in this browser: on");
  const testing = panel.test();
  Note.made.at(-1).onshow();
  await testing;
  assert.match(report()[0], /showed the notification/);
  assert.match(report()[1], /No sound/);
  assert.deepEqual(report().slice(2), [
    "This tab sends the notifications.",
    "This room notifies you of mentions only.",
  ]);
  state.throws = true;
  await panel.test();
  assert.match(report()[0], /wouldn’t show/);
  state.throws = false;
  mock.timers.enable({ apis: ["setTimeout"] });
  const silent = panel.test();
  mock.timers.tick(3000);
  await silent;
  mock.timers.reset();
  assert.match(report()[0], /didn’t confirm/);
  state.permission = "denied";
  panel.draw();
  assert.match(stateLine(), /in its settings\. Click the icon/);
  assert.equal(dialog.querySelector("[data-notify=on]").hidden, true);
});

test("how to allow notifications is explained for each browser", () => {
  assert.equal(browserFamily("Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/140.0"), "firefox");
  assert.equal(browserFamily("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/18 Safari/605"), "safari");
  assert.equal(browserFamily("Mozilla/5.0 (X11) AppleWebKit/537 Chrome/140 Safari/537"), "chromium");
});
