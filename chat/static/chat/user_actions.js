/**
 * Handles clicks and commands outside the composer and toolbar: posting, acting on messages, moving between rooms.
 *
 * @import {MessageRow} from "./net/protocol.js"
 * @import {Chat} from "./main.js"
 */

import { command } from "./net/protocol.js";
import { lockComposer } from "./page/composer_lock.js";
import { showLink, watchCopying } from "./page/invite.js";
import { addressOf, parseAddress, roomAddress } from "./shared/addresses.js";
import { copyText } from "./shared/clipboard.js";
import { byId, closest, isPlainClick } from "./shared/dom.js";
import { t } from "./shared/i18n.js";
import { rowOf } from "./state/room.js";
import { edit } from "./timeline/edit.js";
import { gist } from "./timeline/message.js";

const SURE = 3000;
const TOAST = 6000;

const messageOf = (/** @type {Element} */ part) =>
  Number(/** @type {HTMLElement | null} */ (part.closest("[data-message]"))?.dataset.message);

export class UserActions {
  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
  }

  start() {
    const { timeline, panes, requests, screen, reading, picker, composer } = this.chat;
    history.replaceState({ pane: "room", from: null }, "");
    addEventListener("popstate", (event) => this.navigated(event.state?.pane ?? "room"));
    document.addEventListener("click", (event) => this.follow(event));
    timeline.root.addEventListener("click", (event) => this.press(event));
    byId("jump-down").addEventListener("click", () => reading.goToNewest());
    byId("jump-up").addEventListener("click", () => reading.goToFirstUnread());
    byId("toast")
      .querySelector("button")
      ?.addEventListener("click", () => this.undo());
    byId("emoji").addEventListener("click", () =>
      picker.open(byId("emoji"), (emoji) => composer.insert(emoji)),
    );
    byId("people-toggle").addEventListener("click", () => panes.togglePeople());
    byId("people-fold").addEventListener("click", () => panes.togglePeople());
    byId("composer-lock")
      .querySelector("button")
      ?.addEventListener("click", () => requests.act(command.join(screen.open)));
    byId("people").addEventListener("click", (event) => this.block(closest(event, "[data-block]")));
    byId("leave").addEventListener("click", () => this.leave(byId("leave")));
    this.watchInviting();
  }

  undo() {
    const { screen } = this.chat;
    screen.toast.undo?.();
    screen.showToast("", 0);
  }

  watchInviting() {
    const { page, screen } = this.chat;
    const dialog = /** @type {HTMLDialogElement} */ (byId("invite-dialog"));
    watchCopying(document, () => page.join_link);
    const show = () => {
      if (!page.join_link) return location.assign(`${addressOf("room_settings", { room: page.room })}#links`);
      showLink(dialog, page.join_link);
      dialog.showModal();
    };
    // The join link is known only for the room of this page; another room needs its own page.
    for (const button of document.querySelectorAll("[data-invite]"))
      button.addEventListener("click", () =>
        screen.open === page.room ? show() : location.assign(`${roomAddress(screen.open)}#invite`),
      );
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    if (location.hash === "#invite" && page.invites) show();
  }

  // -- between rooms -------------------------------------------------------------------------------------------------

  /** Opens links to my rooms and their messages without loading a page. @param {MouseEvent} event */
  follow(event) {
    const link = /** @type {HTMLAnchorElement | null} */ (closest(event, "a[data-room], .body a"));
    if (!link || !isPlainClick(event)) return;
    const address = parseAddress(link.href);
    if (!address || !this.chat.rooms.memberships.has(address.key)) return;
    event.preventDefault();
    if (address.id) this.chat.reading.goTo(address.key, address.id);
    else this.visit(address.key);
  }

  /** @param {string} key */
  visit(key) {
    this.chat.panes.go("room", roomAddress(key));
    this.enter(key);
  }

  /** Back or forward in the browser. @param {import("./page/panes.js").Pane} pane */
  navigated(pane) {
    const address = parseAddress(location.href);
    this.chat.panes.show(pane);
    if (address) this.enter(address.key, address.id);
  }

  /** @param {string} key @param {number | null} [id] */
  enter(key, id = null) {
    if (key !== this.chat.screen.open) this.chat.reading.enter(key, id);
  }

  /** @param {HTMLElement} button */
  leave(button) {
    const { requests, screen } = this.chat;
    if (!button.classList.contains("confirming")) {
      const words = button.textContent;
      button.classList.add("confirming");
      button.textContent = t("leave.sure");
      setTimeout(() => {
        button.classList.remove("confirming");
        button.textContent = words;
      }, SURE);
      return;
    }
    screen.leaving = screen.open;
    requests.act(command.leave(screen.open));
  }

  /** Blocks or unblocks, with undo. @param {HTMLElement | null} button */
  block(button) {
    if (!(button instanceof HTMLButtonElement)) return;
    const { rooms, screen, requests } = this.chat;
    const person = rooms.idOf(button.value);
    const block = !rooms.isBlocked(person);
    const name = rooms.nameOf(screen.room, person);
    if (!requests.act(command.block(person, block))) return;
    const undo = block ? () => requests.act(command.block(person, false)) : undefined;
    screen.showToast(t(block ? "blocked.done" : "blocked.undone", { name }), TOAST, undo);
  }

  // -- messages ------------------------------------------------------------------------------------------------------

  /** @param {string} body @param {number | null} replyTo @param {import("./net/protocol.js").AttachmentRow[]} files */
  post(body, replyTo, files) {
    const { timeline, outbox, screen, reading } = this.chat;
    timeline.stuck = true;
    screen.keepUnread = false;
    outbox.add(screen.open, body, replyTo, files);
    if (!screen.room.atEnd) reading.goToNewest();
  }

  /** @param {number} id @returns {Set<import("./timeline/toolbar.js").Act>} */
  allowed(id) {
    const { screen, rooms, page } = this.chat;
    const row = rowOf(screen.room, id);
    if (!row || row.deleted_at || row.kind !== "text") return new Set();
    const lock = lockComposer(screen.problem, screen.room, rooms.memberships.get(screen.open));
    if (lock && !lock.reacts)
      return new Set([/** @type {const} */ ("link"), /** @type {const} */ ("unread")]);
    const mine = row.author === page.me;
    const moderates = rooms.moderates(screen.open) || (screen.open === page.room && page.moderates);
    const pins = moderates || screen.room.info.kind === "direct";
    /** @type {import("./timeline/toolbar.js").Act} */
    const pin = row.pinned_at ? "unpin" : "pin";
    return new Set([
      ...(lock ? [] : [/** @type {const} */ ("reply")]),
      /** @type {const} */ ("pick"),
      /** @type {const} */ ("link"),
      /** @type {const} */ ("unread"),
      ...(mine && !lock ? [/** @type {const} */ ("edit")] : []),
      ...(pins && !lock ? [pin] : []),
      ...(mine || moderates ? [/** @type {const} */ ("delete")] : []),
    ]);
  }

  /** @param {import("./timeline/toolbar.js").Act} act @param {number} id @param {HTMLElement} message */
  act(act, id, message) {
    const row = rowOf(this.chat.screen.room, id);
    if (!row) return;
    if (act === "reply") this.reply(row);
    if (act === "edit") this.edit(row, message);
    if (act === "pick") this.pick(row, message);
    if (act === "pin" || act === "unpin") this.chat.requests.act(command.pin(id, act === "pin"));
    if (act === "link") this.copyLink(row);
    if (act === "unread") this.chat.reading.markUnreadFrom(id);
    if (act === "delete") this.chat.requests.act(command.delete(id));
  }

  /** @param {MessageRow} row */
  reply(row) {
    const { rooms, screen, composer, page } = this.chat;
    const name = row.author === page.me ? t("you") : rooms.nameOf(screen.room, row.author);
    composer.answer({ id: row.id, name, text: gist(row) });
  }

  /** @param {MessageRow} row @param {HTMLElement} message */
  pick(row, message) {
    const { picker, send } = this.chat;
    const beside = message.querySelector(".body") ?? message;
    picker.open(beside, (emoji) => send(command.react(row.id, emoji, true)));
  }

  /** @param {MessageRow} row */
  async copyLink(row) {
    const { screen } = this.chat;
    const link = location.origin + roomAddress(screen.open, row.id);
    screen.showToast((await copyText(link)) ? t("copied") : `${t("copy.hand")} ${link}`, TOAST);
  }

  /** @param {MessageRow} row @param {HTMLElement} message */
  edit(row, message) {
    const { requests, composer } = this.chat;
    edit(message, row, composer.limit, this.chat.sources, (body) => {
      if (body !== null) requests.act(command.edit(row.id, body));
      composer.focus();
    });
  }

  editLast() {
    const { screen, timeline, page } = this.chat;
    const row = screen.room.messages.findLast(
      (row) => row.author === page.me && !row.deleted_at && row.kind === "text",
    );
    const message = row && timeline.messages.find((element) => element.dataset.message === String(row.id));
    if (row && message) this.edit(row, message);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const { outbox, timeline, screen, reading } = this.chat;
    const act = closest(event, "[data-act]");
    const nonce = closest(event, "[data-nonce]")?.dataset.nonce ?? "";
    if (act?.dataset.act === "retry") outbox.retry(nonce);
    if (act?.dataset.act === "discard") outbox.discard(nonce);
    if (act?.dataset.act === "react") this.react(act);
    if (act?.dataset.act === "revisions") this.askRevisions(act);
    const unfold = closest(event, "[data-unfold]");
    if (unfold) timeline.unfold(unfold.dataset.unfold ?? "", () => screen.draw());
    const quote = closest(event, "[data-quote]");
    if (quote) {
      event.preventDefault();
      reading.goTo(screen.open, Number(quote.dataset.quote));
    }
    screen.scheduleDraw();
  }

  /** @param {HTMLElement} button */
  askRevisions(button) {
    this.chat.requests.act(command.revisions(messageOf(button)));
  }

  /** @param {HTMLElement} button */
  react(button) {
    const message = messageOf(button);
    const add = button.getAttribute("aria-pressed") !== "true";
    this.chat.send(command.react(message, button.dataset.emoji ?? "", add));
  }
}
