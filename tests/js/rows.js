/** Rows and events as the server makes them, with what a test does not care about filled in. */

export const ME = 1;
export const INES = 2;

export const message = (id, more = {}) => ({
  id,
  seq: id,
  kind: "text",
  author: INES,
  nonce: `nonce-of-message-${id}`,
  body: `message ${id}`,
  html: null,
  created_at: new Date(Date.UTC(2026, 10, 23, 9, 0, id)).toISOString(),
  edited_at: null,
  deleted_at: null,
  pinned_at: null,
  reply_to: null,
  mentions: [],
  reactions: {},
  attachments: [],
  ...more,
});

export const member = (person, seq, more = {}) => ({
  person,
  seq,
  role: "member",
  muted_until: null,
  joined_at: "2026-11-23T08:00:00Z",
  removed_at: null,
  ...more,
});

export const info = (seq, more = {}) => ({
  seq,
  name: "Harbour",
  topic: "",
  kind: "public",
  archived_at: null,
  posting: "everybody",
  people: [],
  ...more,
});

export const snapshot = (messages, more = {}) => ({
  type: "room",
  room: "harbour",
  seq: Math.max(0, ...messages.map((row) => row.seq)),
  info: info(0),
  messages,
  members: [member(ME, 0), member(INES, 0)],
  member_count: 2,
  quoted: [],
  pinned: [],
  people: {},
  more: false,
  ...more,
});

export const changes = (since, seq, messages, more = {}) => ({
  type: "changes",
  room: "harbour",
  since,
  seq,
  messages,
  members: [],
  info: null,
  quoted: [],
  people: {},
  ...more,
});

export const said = (row) => ({ type: "message", room: "harbour", seq: row.seq, message: row });

export const mine = (more = {}) => ({
  id: "harbour",
  seq: 0,
  info: info(0),
  role: "member",
  muted_until: null,
  read_up_to: 0,
  read_generation: 0,
  last: 0,
  unread: 0,
  mentions: 0,
  level: "everything",
  active_at: null,
  favourite: false,
  latest: null,
  ...more,
});

/** Random numbers that are the same in every run. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
