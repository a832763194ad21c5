/**
 * Where does the reader go in the timeline, and what has been seen? Asks for the history they near, goes to a message,
 * to the newest; tells how far was read. Draws nothing.
 *
 * @import {Chat} from "./main.js"
 */
import { command } from "./protocol.js";

const PAGE = 50;

export class Reading {
  /** @param {Omit<Chat, "reading">} chat */
  constructor(chat) {
    this.chat = chat;
  }

  drawn() {
    this.look();
    this.chat.timeline.edges();
    this.chat.toolbar.refresh();
  }

  look() {
    const { screen, rooms, attention, reader, timeline } = this.chat;
    const room = screen.room;
    if (!room.loaded || !screen.placed) return;
    if (attention.reading) {
      reader.saw(room.key, timeline.seen, room.readUpTo);
      if (rooms.saw(room.key, timeline.seen)) screen.drawRooms();
    }
    screen.drawOver();
  }

  older() {
    const { key, messages, more } = this.chat.screen.room;
    const first = messages[0]?.id;
    if (more && first && this.chat.screen.placed)
      this.chat.asks.ask(command.history(key, { before: first }, PAGE, `before ${first}`));
  }

  newer() {
    const { key, messages, atEnd } = this.chat.screen.room;
    const last = messages.at(-1)?.id;
    if (!atEnd && last && this.chat.screen.placed)
      this.chat.asks.ask(command.history(key, { after: last }, PAGE, `after ${last}`));
  }

  /** To the newest messages, which may not be loaded. */
  latest() {
    const { timeline, screen, asks } = this.chat;
    timeline.stuck = true;
    if (screen.room.atEnd) timeline.toEnd();
    else asks.ask(command.open(screen.open, null, `open ${screen.open}`));
  }

  /** @param {number} id */
  goTo(id) {
    const { timeline, asks, screen } = this.chat;
    if (timeline.toMessage(id)) return;
    screen.wanted = id;
    asks.ask(command.history(screen.open, { around: id }, PAGE, `around ${id}`));
  }
}
