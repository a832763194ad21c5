/**
 * What is being searched for, and what was found? Asks one question at a time, a moment after the last key; an answer to
 * anything but what stands in the field now is dropped. No document, no connection.
 *
 * @import {Command, Failure, Found, MessageRow, People, Result} from "../net/protocol.js"
 * @typedef {{text: string, room: string | null}} Question
 * @typedef {"nothing" | "asking" | "found" | "refused"} Phase
 */
import { command } from "../net/protocol.js";

const PAUSE = 250;

export class Search {
  /** @param {(command: Command) => void} ask @param {() => void} onChange */
  constructor(ask, onChange) {
    this.ask = ask;
    this.onChange = onChange;
    /** @type {Question} */
    this.question = { text: "", room: null };
    /** @type {(Question & {ref: string, next: number | null}) | null} */
    this.asked = null;
    /** What the results belong to. @type {Question | null} */
    this.answered = null;
    this.number = 0;
    this.clear();
  }

  clear() {
    /** @type {Phase} */
    this.phase = "nothing";
    /** @type {Result[]} */
    this.results = [];
    /** @type {string[]} */
    this.words = [];
    /** @type {People} */
    this.people = {};
    /** Where the next page begins. @type {number | null} */
    this.next = null;
  }

  /** What stands in the field now. @param {Question} question @param {number} [pause] */
  change(question, pause = PAUSE) {
    const text = question.text.trim();
    if (text === this.question.text && question.room === this.question.room) return;
    this.question = { text, room: question.room };
    clearTimeout(this.timer);
    if (text) this.timer = setTimeout(() => this.begin(), pause);
    else this.clear();
    this.onChange();
  }

  /** Without waiting for another key. */
  begin() {
    clearTimeout(this.timer);
    if (this.question.text && !this.asked) this.put(null);
  }

  more() {
    if (this.next !== null && !this.asked && this.settled) this.put(this.next);
  }

  /** What was found belongs to what stands in the field. */
  get settled() {
    return this.phase === "found" && this.answered === this.question;
  }

  /** @param {number | null} next */
  put(next) {
    const { text, room } = this.question;
    this.asked = { text, room, next, ref: `search ${++this.number}` };
    this.phase = next === null ? "asking" : this.phase;
    this.ask(command.search(text, room, next, this.asked.ref));
    this.onChange();
  }

  /** A new connection: what the old one was asked is asked again. */
  resume() {
    const next = this.asked?.next ?? null;
    if (!this.asked) return;
    this.asked = null;
    this.put(this.answered === this.question ? next : null);
  }

  /** @param {Found} found */
  hear(found) {
    const asked = this.asked;
    if (!asked || found.ref !== asked.ref) return;
    this.asked = null;
    if (!this.wanted(asked)) return this.begin();
    this.results = asked.next === null ? found.results : [...this.results, ...found.results];
    this.people = { ...this.people, ...found.people };
    Object.assign(this, { phase: "found", words: found.words, next: found.next, answered: this.question });
    // A page may be empty where there is a next one.
    if (!found.results.length) this.more();
    this.onChange();
  }

  /** @param {Failure} error */
  refused(error) {
    const asked = this.asked;
    if (!asked || error.ref !== asked.ref) return;
    this.asked = null;
    if (!this.wanted(asked)) return this.begin();
    this.phase = "refused";
    this.onChange();
  }

  /** It is still what stands in the field. @param {Question} asked */
  wanted(asked) {
    return asked.text === this.question.text && asked.room === this.question.room;
  }

  /** What is deleted is gone from here, too; what is edited says what it says now. @param {string} room @param {MessageRow[]} rows */
  revise(room, rows) {
    const newer = new Map(rows.map((row) => [row.id, row]));
    const known = this.results.some(({ message }) => (newer.get(message.id)?.seq ?? 0) > message.seq);
    if (!known) return;
    const rowOf = (/** @type {MessageRow} */ row) => {
      const now = newer.get(row.id);
      return now && now.seq > row.seq ? now : row;
    };
    const now = this.results.map((result) =>
      result.room === room ? { ...result, message: rowOf(result.message) } : result,
    );
    this.results = now.filter(({ message }) => !message.deleted_at);
    this.onChange();
  }

  /** I am no longer in that room. @param {string} room */
  leave(room) {
    this.results = this.results.filter((result) => result.room !== room);
    this.onChange();
  }
}
