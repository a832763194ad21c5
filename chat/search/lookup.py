"""Finds messages in a person's rooms, newest first, the same on every database.

The index gives candidates; their text decides.
"""

import datetime
import time
from collections.abc import Iterable

from chat import limits, protocol
from chat.folding import original, search_form
from chat.ids import PersonId
from chat.models import Message
from chat.queries import message_row, people

from . import query_parser, scope, tokenizer
from .index import AnyOf, candidates
from .query_parser import SearchQuery
from .scope import Scope
from .terms import Term, Token

_END = 2**62
_MOMENT = datetime.timedelta(microseconds=1)
# With more authors than this the index is not asked for them.
_MAX_AUTHORS = 50
# Spellings of one page that clients are told to mark.
_MAX_SPELLINGS = 50


def find_messages(person: PersonId, ask: protocol.Search) -> bytes:
    """A page of results, encoded. `next` continues after it; a page may be shorter than requested."""
    asked = query_parser.read(ask.text, scope.today_in(scope.zone_of(ask)))
    within = scope.resolve(person, asked, ask)
    possible = asked and not within.is_empty
    found, rest = _page(person, asked, within, ask) if possible else ([], None)
    event = protocol.Found(
        results=[_result(message, within) for message in found],
        people=people({message.author_id for message in found}), words=_words(asked, found),
        problems=[protocol.SearchProblem(*problem) for problem in within.problems], next=rest, ref=ask.ref,
    )  # fmt: skip
    return protocol.encode(event)


def _result(message: Message, within: Scope) -> protocol.Result:
    return protocol.Result(room=within.rooms[message.room_id], message=message_row(message))


def _page(
    person: PersonId, asked: SearchQuery, within: Scope, ask: protocol.Search
) -> tuple[list[Message], int | None]:
    """Up to `limit` matching messages, and the last one examined if there may be more: a search is bounded in
    messages, characters, time, and bytes sent."""
    found, size = list[Message](), 0
    left, until = limits.SEARCHED_CHARACTERS, time.thread_time() + limits.SEARCHED_SECONDS
    rows = candidates(person, within.rooms, _wanted(asked, within), ask.next or _END)
    for examined, message in enumerate(rows, 1):
        text = search_form(message.searchable_text)
        left -= len(text)
        if _fits(message, asked, within) and _says(text, asked):
            found.append(message)
            size += protocol.size(message_row(message))
        over = examined == limits.MAX_SEARCHED or left <= 0 or time.thread_time() > until
        if over or len(found) == ask.limit or size > limits.PAGE_BYTES:
            return found, message.pk
    return found, None


def _fits(message: Message, asked: SearchQuery, within: Scope) -> bool:
    if not within.first <= message.created_at < within.end:
        return False
    if asked.with_file is not None and bool(message.attachments) != asked.with_file:
        return False
    author = message.author_id
    return (within.authors is None or author in within.authors) and author not in within.not_authors


def _says(text: str, asked: SearchQuery) -> bool:
    there = all(any(term.pattern.search(text) for term in group) for group in asked.terms)
    return there and not any(term.pattern.search(text) for term in asked.without)


def _wanted(asked: SearchQuery, within: Scope) -> list[AnyOf]:
    words = [[term.tokens for term in group] for group in asked.terms]
    found = [alternatives for alternatives in words if all(alternatives)]
    if within.authors is not None and len(within.authors) <= _MAX_AUTHORS:
        found.append(_any(tokenizer.by_author(author) for author in within.authors))
    if asked.with_file:
        found.append(_any([tokenizer.WITH_FILE]))
    if asked.first or asked.last:
        found.append(_any(tokenizer.written_between(within.first, within.end - _MOMENT)))
    if within.is_small_part or not found:
        found.append(_any(map(tokenizer.in_room, within.rooms)))
    return found


def _any(texts: Iterable[str]) -> AnyOf:
    return [[Token(text)] for text in texts]


def _words(asked: SearchQuery, found: list[Message]) -> list[str]:
    """The words searched for, and their spelling in these messages if it differs in more than case."""
    terms = [term for group in asked.terms for term in group]
    words = dict.fromkeys(term.text for term in terms)
    for message in found:
        text = message.searchable_text
        words |= dict.fromkeys(_spelled(term, text) for term in terms if term.text not in text.lower())
    words.pop("", None)
    return list(words)[: len(terms) + _MAX_SPELLINGS]


def _spelled(term: Term, text: str) -> str:
    match = term.pattern.search(search_form(text))
    return original(text, *match.span()) if match else ""
