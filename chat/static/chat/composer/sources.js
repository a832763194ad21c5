/**
 * Completions in the composer: names after @, emoji after a colon.
 *
 * @import {OpenRoom} from "../state/open_room.js"
 * @import {Source} from "./completion.js"
 * @import {Emojis} from "./emoji.js"
 */

import { choose, mentionChoices, tokenIn } from "./suggestions.js";

/** @param {OpenRoom} openRoom @param {Emojis} emojis @returns {Source[]} */
export const composerSources = (openRoom, emojis) => [
  {
    token: (before) => tokenIn(before, "@＠"),
    find: (query) => choose(mentionChoices(openRoom.room, openRoom.rooms), query),
    put: ({ text }) => `@${text}`,
  },
  { token: (before) => tokenIn(before, ":"), find: (query) => emojis.named(query), put: ({ text }) => text },
];
