/**
 * State of the message search. Sends one request at a time, shortly after the last key, and drops answers to a query
 * that has changed since.
 *
 * @import {Command, Found, MessageRow, People, Result, SearchProblem} from "../net/protocol.js"
 * @typedef {{text: string, room: string | null}} SearchQuery
 * @typedef {"nothing" | "asking" | "found" | "refused"} Phase
 */
import { command } from "../net/protocol.js";

const PAUSE = 250;
/** Milliseconds after which another query no longer waits for the answer to this one, and how often that is waited for. */
const PATIENCE = 3000;
const ROUNDS = 7;

export class Search {
  /** @param {{ask: (command: Command) => void, withdraw: (command: Command) => void}} requests @param {() => void} onChange */
  constructor(requests, onChange) {
    this.requests = requests;
    this.onChange = onChange;
    /** @type {SearchQuery} */
    this.query = { text: "", room: null };
    /** @type {(SearchQuery & {command: Command, next: number | null}) | null} */
    this.asked = null;
    /** What the results belong to. @type {SearchQuery | null} */
    this.answered = null;
    this.clear();
  }

  clear() {
    /** @type {Phase} */
    this.phase = "nothing";
    /** @type {Result[]} */
    this.results = [];
    /** @type {string[]} */
    this.words = [];
    /** Operators that name nobody, no room or no day. @type {SearchProblem[]} */
    this.problems = [];
    /** @type {People} */
    this.people = {};
    /** Where the next page begins. @type {number | null} */
    this.next = null;
  }

  /** @param {SearchQuery} query @param {number} [pause] */
  change(query, pause = PAUSE) {
    const text = query.text.trim();
    if (text === this.query.text && query.room === this.query.room) return;
    this.query = { text, room: query.room };
    clearTimeout(this.timer);
    if (text) this.timer = setTimeout(() => this.start(), pause);
    else this.clear();
    this.onChange();
  }

  /** Searches without the typing delay. */
  start() {
    clearTimeout(this.timer);
    if (this.query.text && !this.asked) this.request(null);
  }

  more() {
    if (this.next !== null && !this.asked && this.settled) this.request(this.next);
  }

  /** The results belong to the current query. */
  get settled() {
    return this.phase === "found" && this.answered === this.query;
  }

  /** @param {number | null} next */
  request(next) {
    const { text, room } = this.query;
    const search = command.search(text, room, next);
    this.asked = { text, room, next, command: search };
    this.phase = next === null ? "asking" : this.phase;
    this.waitFor(this.asked);
    this.requests.ask(search);
    this.onChange();
  }

  /** A refusal may have been temporary and its repetition be lost: no question blocks the next one. @param {NonNullable<Search["asked"]>} asked */
  waitFor(asked, rounds = ROUNDS) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (this.asked !== asked) return;
      if (this.wanted(asked) && rounds > 1) return this.waitFor(asked, rounds - 1);
      this.requests.withdraw(asked.command);
      this.refused(asked.command);
    }, PATIENCE);
  }

  /** Repeats the request on a new connection. */
  resume() {
    const next = this.asked?.next ?? null;
    if (!this.asked && this.phase !== "refused") return;
    if (this.asked) this.requests.withdraw(this.asked.command);
    this.asked = null;
    this.request(this.answered === this.query ? next : null);
  }

  /** @param {Found} found @param {Command | undefined} answered */
  handle(found, answered) {
    const asked = this.asked;
    if (!asked || answered !== asked.command) return;
    this.asked = null;
    if (!this.wanted(asked)) return this.start();
    const before = asked.next === null ? { results: [], words: [] } : this;
    this.results = [...before.results, ...found.results];
    this.words = [...new Set([...before.words, ...found.words])];
    this.people = { ...this.people, ...found.people };
    const { problems, next } = found;
    Object.assign(this, { phase: "found", problems, next, answered: this.query });
    // A page may be empty although there is a next one.
    if (!found.results.length) this.more();
    this.onChange();
  }

  /** @param {Command} refused */
  refused(refused) {
    const asked = this.asked;
    if (!asked || refused !== asked.command) return;
    this.asked = null;
    if (!this.wanted(asked)) return this.start();
    this.phase = "refused";
    this.onChange();
  }

  /** @param {SearchQuery} asked */
  wanted(asked) {
    return asked.text === this.query.text && asked.room === this.query.room;
  }

  /** Updates edited results and removes deleted ones. @param {string} room @param {MessageRow[]} rows */
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

  /** @param {string} room */
  leave(room) {
    this.results = this.results.filter((result) => result.room !== room);
    this.onChange();
  }
}
