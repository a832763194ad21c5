"""Indexes messages for search after they were posted, in batches by each room's seq, so that none is missed.

Access and deletion are checked when somebody searches, so a deleted message disappears at once.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat import folding, limits
from chat.models import Message, Room, SearchIndexState

from . import tokenizer

# Only one process indexes at a time.
_LOCK = 0x63686174

_PUT = {
    "sqlite": "INSERT OR REPLACE INTO chat_search (rowid, words) VALUES (%s, %s)",
    "postgresql": """INSERT INTO chat_search (message_id, words)
        VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))
        ON CONFLICT (message_id) DO UPDATE SET words = excluded.words""",
}
_DROP = {
    "sqlite": "DELETE FROM chat_search WHERE rowid = %s",
    "postgresql": "DELETE FROM chat_search WHERE message_id = %s",
}


class Indexed(NamedTuple):
    changes: int
    # Whether the batch was full, of messages or of characters: then there are probably more.
    full: bool


@transaction.atomic
def index_changes(most: int) -> Indexed:
    """Indexes the next changes, and then what another version of the search has stored: at most so many, and
    INDEXED_CHARACTERS. Counts none when none are left."""
    if not _alone():
        return Indexed(0, full=False)
    left, characters = most, limits.INDEXED_CHARACTERS
    for state, after, last in _behind():
        changed = list(state.room.messages.filter(seq__gt=after, seq__lte=last).order_by("seq")[:left])
        count, characters = _fitting(changed, characters)
        _write(changed[:count])
        full = characters <= 0 or count == left
        _save(state, changed[count - 1].seq if full else last)
        left -= count
        if full:
            return Indexed(most - left, full=True)
    return Indexed(most - left, full=False)


def _save(state: SearchIndexState, reached: int) -> None:
    if reached > state.seq:
        state.renewed = reached if _is_current(state) else state.renewed
        state.seq = reached
    else:
        state.version, state.renewed = folding.VERSION, reached
    state.save()


def _is_current(state: SearchIndexState) -> bool:
    return state.version == folding.VERSION and state.renewed == state.seq


def _fitting(messages: list[Message], characters: int) -> tuple[int, int]:
    """The number of these that can be indexed before the characters run out, and how many characters are
    left."""
    for count, message in enumerate(messages, 1):
        characters -= len(folding.search_form(message.searchable_text))
        if characters <= 0:
            return count, characters
    return len(messages), characters


def rebuild_index() -> None:
    """Makes `index_changes` replace each entry. Deleting all entries at once would block everybody."""
    SearchIndexState.objects.update(renewed=0)


def _alone() -> bool:
    """Locks until the end of this transaction. SQLite has one writer anyway."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _behind() -> Iterator[tuple[SearchIndexState, int, int]]:
    """Yields the ranges to index: after one seq, up to another. Seqs commit in order, so everything up to a
    room's head can be read. New changes come first, so that they are found while the index is made anew."""
    reached = SearchIndexState.objects.filter(room=OuterRef("pk")).values("seq")
    rooms: Any = Room.objects.annotate(reached=Coalesce(Subquery(reached), 0)).filter(seq__gt=F("reached"))
    for room in rooms.order_by("pk"):
        new = {"seq": 0, "version": folding.VERSION}
        state, _ = SearchIndexState.objects.get_or_create(room=room, defaults=new)
        yield state, state.seq, room.seq
    old = SearchIndexState.objects.exclude(version=folding.VERSION, renewed=F("seq"))
    for state in old.order_by("pk"):
        yield state, state.renewed if state.version == folding.VERSION else 0, state.seq


def _write(messages: list[Message]) -> None:
    """Notices are not searched."""
    written = [message for message in messages if message.kind == Message.Kind.TEXT]
    there = [(m.pk, " ".join(sorted(_tokens(m)))) for m in written if m.deleted_at is None]
    gone = [(m.pk,) for m in written if m.deleted_at is not None]
    with connection.cursor() as cursor:
        if there:
            cursor.executemany(_PUT[connection.vendor], there)
        if gone:
            cursor.executemany(_DROP[connection.vendor], gone)


def _tokens(message: Message) -> set[str]:
    found = tokenizer.tokens(message.searchable_text)
    found |= {tokenizer.in_room(message.room_id), tokenizer.by_author(message.author_id)}
    found.update(tokenizer.written_on(message.created_at))
    return found | {tokenizer.WITH_FILE} if message.attachments else found
