"""Queries the token index of each database for candidates, newest first.

The same statement checks whether the person may see a message; `lookup` checks whether its text matches.
"""

import json
from collections.abc import Iterable, Iterator

from django.db import connection

from chat import limits
from chat.ids import PersonId
from chat.models import Message

from .terms import Token

# Tokens of which all are there, in alternatives of which one has to be.
AnyOf = list[list[Token]]

_LATEST = 5_000
_VISIBLE = """message.deleted_at IS NULL AND message.room_id IN (SELECT room_id FROM chat_membership
    WHERE user_id = %s AND removed_at IS NULL AND room_id IN (SELECT {rooms}))"""
_MESSAGES = f"""CROSS JOIN LATERAL (SELECT * FROM chat_message message WHERE message.id = entry.message_id
    AND {_VISIBLE.format(rooms="unnest(%s::bigint[])")} OFFSET 0) message
    ORDER BY entry.message_id DESC LIMIT %s"""  # noqa: S608  fixed text, as all of these

# Statements to try in turn, for candidates before an id. FTS5 returns them in order. PostgreSQL must gather
# and sort them first, which takes a second for a common word: a common word is found among the latest
# entries, read one by one, and a rare word has few. OFFSET 0 stops its planner, which misjudges how rare a
# word is, from choosing another plan.
_STATEMENTS = {
    "sqlite": [
        f"""SELECT message.* FROM chat_search
        CROSS JOIN chat_message message ON message.id = chat_search.rowid
        WHERE chat_search.rowid < %s AND chat_search MATCH %s
        AND {_VISIBLE.format(rooms="value FROM json_each(%s)")}
        ORDER BY chat_search.rowid DESC LIMIT %s"""  # noqa: S608
    ],
    "postgresql": [
        f"""SELECT message.* FROM (SELECT message_id FROM (SELECT * FROM chat_search
            WHERE message_id < %s ORDER BY message_id DESC LIMIT {_LATEST}) latest
        WHERE words @@ %s::tsquery OFFSET 0) entry {_MESSAGES}""",  # noqa: S608
        f"""SELECT message.* FROM (SELECT message_id FROM chat_search
            WHERE message_id < %s AND words @@ %s::tsquery
            ORDER BY message_id DESC OFFSET 0) entry {_MESSAGES}""",  # noqa: S608
    ],
}
_SYNTAX = {"sqlite": (" OR ", " AND ", '"', " *"), "postgresql": (" | ", " & ", "'", ":*")}


def candidates(
    person: PersonId, rooms: Iterable[int], wanted: Iterable[AnyOf], before: int
) -> Iterator[Message]:
    """Messages that match all of `wanted`, in those of these rooms the person is in, in growing parts: most
    searches need one."""
    size, listed = limits.SEARCH_PAGE + 1, list(rooms)
    mine = [person, json.dumps(listed) if connection.vendor == "sqlite" else listed]
    match = _match(wanted)
    for statement in _STATEMENTS[connection.vendor]:
        full = True
        while full:
            part = list(Message.objects.raw(statement, [before, match, *mine, size]))
            yield from part
            before, full = part[-1].pk if part else before, len(part) == size
            size = min(2 * size, limits.MAX_SEARCHED)


def _match(wanted: Iterable[AnyOf]) -> str:
    """In the syntax of FTS5 or a tsquery. Tokens contain no quotes."""
    either, both, quote, beginning = _SYNTAX[connection.vendor]
    return both.join(
        "(" + either.join("(" + both.join(
            quote + token.text + quote + beginning * token.beginning for token in together
        ) + ")" for together in alternatives) + ")"
        for alternatives in wanted
    )  # fmt: skip
