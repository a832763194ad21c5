"""Posting: many messages of many people to many rooms, as one set of statements.

The one place where SQL is written by hand: it asks for exact pairs (a filter on two lists reads their cross
product) and inserts with one statement. 20 µs a post against 73 to 1,400 with the ORM, whose version is a
test's oracle.
"""

import datetime
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from chat import broadcast, protocol
from chat.broadcast import Change
from chat.models import Message
from chat.protocol import Code

from .attachments import Uploads
from .direct import Missing, gather, kept_away, missing_from, show
from .guards import hold_people
from .mentions import mentions_in
from .refused import Refused


class Draft(NamedTuple):
    """What somebody wants to post; `html` is the body rendered, where it is more than plain text."""

    author: Any
    post: protocol.Post
    html: str | None


class Posted(NamedTuple):
    room: str
    seq: int
    message: int
    nonce: str


class _Room:
    """A locked room while a batch is numbered."""

    __slots__ = ("archived", "away", "key", "missing", "people", "pk", "read_only", "seq", "touched")

    def __init__(
        self, pk: int, key: str, seq: int, archived: bool, read_only: bool, people: str | None
    ) -> None:
        self.pk, self.key, self.seq, self.touched = pk, key, seq, False
        self.archived, self.read_only = archived, read_only
        # Of a direct room, whose it is, and in whose list it does not stand.
        self.people, self.missing, self.away = people, Missing(set(), set()), set[tuple[Any, Any]]()

    def next_seq(self, author: Any) -> int:
        self.touched = True
        absent, held_back = self.missing
        if absent:
            away = {person for person in absent if (person, author) in self.away}
            self.seq = gather(self.pk, absent, away)
            held_back = held_back | away
        if back := {person for person in held_back if (person, author) not in self.away}:
            show(self.pk, back)
        self.missing = Missing(set(), held_back - back)
        self.seq += 1
        return self.seq


class _Place(NamedTuple):
    """An author's place in the room they write to."""

    muted_until: datetime.datetime | None
    moderates: bool


class _Known(NamedTuple):
    """A message whose nonce is taken. `body` is None where it is no longer what was sent."""

    message: int
    seq: int
    room: int
    body: str | None


class _New(NamedTuple):
    room: _Room
    seq: int
    draft: Draft


More = Callable[[Callable[[Draft], bool]], list[Draft]]


def post_messages(drafts: list[Draft], more: More = lambda _fits: []) -> list[Posted | Refused]:
    """Post each draft that may be posted, then those that `more` has for the rooms that are locked by now.
    One answer for each, in order. Must run inside a transaction."""
    rooms = _lock_rooms({draft.post.room for draft in drafts})
    drafts = [*drafts, *more(lambda draft: draft.post.room in rooms)]
    now = timezone.now()
    banned = _hold_people(drafts, rooms.values())
    members, known = _standing(
        {(rooms[d.post.room].pk, d.author, d.post.nonce) for d in drafts if d.post.room in rooms}
    )
    answers = _answered({d.post.reply_to for d in drafts if d.post.reply_to is not None})
    uploads = Uploads({key for draft in drafts for key in draft.post.attachments})
    new, refusals = dict[tuple[Any, str], _New](), list[Refused | None]()
    for draft in drafts:
        room, name = rooms.get(draft.post.room), (draft.author, draft.post.nonce)
        refusal = _refusal(draft, room, members, banned)
        if refusal is None and room is not None and name not in known and name not in new:
            refusal = _not_now(draft, room, members[room.pk, draft.author], answers, uploads, now)
            if refusal is None:
                new[name] = _New(room, room.next_seq(draft.author), draft)
        refusals.append(refusal)
    _write_seqs([room for room in rooms.values() if room.touched], now)
    mentions = mentions_in((name, one.room.pk, one.draft.post.body) for name, one in new.items())
    ids = _insert(new, uploads, mentions, now)
    uploads.post((ids[name], message.draft.post.attachments) for name, message in new.items())
    changes = (_change(ids[name], one, uploads, mentions.get(name), now) for name, one in new.items())
    broadcast.publish_on_commit(changes)
    known |= {name: _Known(ids[name], m.seq, m.room.pk, m.draft.post.body) for name, m in new.items()}
    return [refused or _answer(draft, known, rooms) for draft, refused in zip(drafts, refusals, strict=True)]


def _hold_people(drafts: list[Draft], rooms: Iterable[_Room]) -> set[Any]:
    """Authors, and whom a direct room will be brought back to: all at once and in order, or two processes
    could wait for each other."""
    authors = {draft.author for draft in drafts}
    missing = missing_from({room.pk: room.people for room in rooms if room.people is not None})
    wanted = set[Any]().union(*(one.absent | one.held_back for one in missing.values()))
    banned = hold_people(authors | wanted, alone=bool(wanted))
    away = kept_away(wanted) if wanted else set()
    for room in rooms:
        found = missing.get(room.pk, room.missing)
        room.missing, room.away = found._replace(absent=found.absent - banned), away
    return banned


def _refusal(
    draft: Draft, room: _Room | None, members: dict[tuple[int, Any], Any], banned: set[Any]
) -> Refused | None:
    """Of whoever may say nothing here; not even be answered from a message that is stored."""
    if room is None or (room.pk, draft.author) not in members:
        return Refused(Code.NO_SUCH_ROOM)
    return Refused(Code.BANNED) if draft.author in banned else None


def _not_now(
    draft: Draft, room: _Room, place: _Place, answers: dict[int, int], uploads: Uploads,
    now: datetime.datetime,
) -> Refused | None:  # fmt: skip
    """Of a new message; one that is stored already stays acknowledged, whatever has come since."""
    if room.archived:
        return Refused(Code.ARCHIVED)
    if room.read_only and not place.moderates:
        return Refused(Code.READ_ONLY)
    if place.muted_until is not None and place.muted_until > now:
        return Refused(Code.MUTED, retry_after=(place.muted_until - now).total_seconds())
    if draft.post.reply_to is not None and answers.get(draft.post.reply_to) != room.pk:
        return Refused(Code.NO_SUCH_MESSAGE)
    if draft.post.attachments and not uploads.take(draft.author, room.pk, draft.post.attachments):
        return Refused(Code.NO_SUCH_FILE)
    return None


def _answer(draft: Draft, known: dict[tuple[Any, str], _Known], rooms: dict[str, _Room]) -> Posted | Refused:
    """From the stored row, never from the command: a nonce sent again must not be told another room or
    text."""
    row, room = known[draft.author, draft.post.nonce], rooms[draft.post.room]
    if row.room != room.pk or row.body not in (None, draft.post.body):
        return Refused(Code.NONCE_CONFLICT)
    return Posted(room.key, row.seq, row.message, draft.post.nonce)


# -- SQL -----------------------------------------------------------------------------------------

_COLUMNS = """room_id, seq, kind, author_id, nonce, body, html, created_at, reply_to_id, attachments,
    mentions, reactions"""
_ROW = "(%s, %s, 'text', %s, %s, %s, %s, %s, %s, %s, %s, '{}')"


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _lock_rooms(keys: set[str]) -> dict[str, _Room]:
    lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
    marks = ",".join(["%s"] * len(keys))
    sql = f"""SELECT id, key, seq, archived_at IS NOT NULL, posting = 'moderators', people_key FROM chat_room
        WHERE key IN ({marks}) ORDER BY id {lock}"""  # noqa: S608
    return {row[1]: _Room(*row) for row in _fetch(sql, list(keys))}


def _standing(
    drafts: set[tuple[int, Any, str]],
) -> tuple[dict[tuple[int, Any], _Place], dict[tuple[Any, str], _Known]]:
    """Of each (room, author, nonce): its author's place, if they are in; what is stored already. One
    question, because each is a way to the database and back."""
    if not drafts:
        return {}, {}
    sql = f"""WITH draft(room, author, nonce) AS (VALUES {_marks(3, len(drafts))})
        SELECT draft.*, place.id IS NOT NULL, place.muted_until, place.role <> 'member',
            known.id, known.seq, known.room_id,
            CASE WHEN known.edited_at IS NULL AND known.deleted_at IS NULL THEN known.body END
        FROM draft
        LEFT JOIN chat_membership place ON place.room_id = draft.room AND place.user_id = draft.author
            AND place.removed_at IS NULL
        LEFT JOIN chat_message known ON known.author_id = draft.author AND known.nonce = draft.nonce"""  # noqa: S608
    members, known = {}, {}
    for room, author, nonce, is_in, muted, moderates, *row in _fetch(
        sql, [value for one in drafts for value in one]
    ):
        if is_in:
            members[room, author] = _Place(_moment(muted), bool(moderates))
        if row[0] is not None:
            known[author, nonce] = _Known(*row)
    return members, known


def _marks(columns: int, rows: int) -> str:
    row = ",".join(["%s"] * columns)
    return ",".join([f"({row})"] * rows)


def _answered(messages: set[int]) -> dict[int, int]:
    """Message to its room; nobody answers a notice."""
    if not messages:
        return {}
    found = Message.objects.filter(pk__in=messages, kind=Message.Kind.TEXT)
    return dict(found.values_list("pk", "room_id"))


def _insert(
    new: dict[tuple[Any, str], _New], uploads: Uploads, mentions: dict[tuple[Any, str], Any],
    now: datetime.datetime,
) -> dict[tuple[Any, str], int]:  # fmt: skip
    """(author, nonce) to id: the order of RETURNING is not promised."""
    if not new:
        return {}
    at = connection.ops.adapt_datetimefield_value(now)
    values = [
        value
        for name, (room, seq, (author, post, html)) in new.items()
        for value in (
            room.pk, seq, author, post.nonce, post.body, html, at, post.reply_to,
            uploads.stored(post.attachments),
            json.dumps(mentions[name], ensure_ascii=False) if name in mentions else None,
        )
    ]  # fmt: skip
    rows = ",".join([_ROW] * len(new))
    sql = f"INSERT INTO chat_message ({_COLUMNS}) VALUES {rows} RETURNING author_id, nonce, id"  # noqa: S608
    return {(author, nonce): pk for author, nonce, pk in _fetch(sql, values)}


def _write_seqs(rooms: list[_Room], now: datetime.datetime) -> None:
    if not rooms:
        return
    sql = f"""WITH written(id, seq) AS (VALUES {_marks(2, len(rooms))})
        UPDATE chat_room SET seq = written.seq, active_at = %s FROM written WHERE chat_room.id = written.id"""  # noqa: S608
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for room in rooms for value in (room.pk, room.seq)] + [at])


def _moment(stored: datetime.datetime | str | None) -> datetime.datetime | None:
    """SQLite stores times as text without a zone."""
    if isinstance(stored, str):
        stored = datetime.datetime.fromisoformat(stored)
    return stored.replace(tzinfo=datetime.UTC) if stored is not None and stored.tzinfo is None else stored


def _change(
    pk: int, new: _New, uploads: Uploads, mentions: list[dict[str, Any]] | None, now: datetime.datetime
) -> Change:
    post = new.draft.post
    row = protocol.MessageRow(
        id=pk, seq=new.seq, kind="text", author=new.draft.author, nonce=post.nonce, body=post.body,
        html=new.draft.html, created_at=now, reply_to=post.reply_to,
        attachments=uploads.rows(post.attachments),
        mentions=[protocol.MentionRow(**one) for one in mentions or ()],
    )  # fmt: skip
    event = protocol.Message(room=new.room.key, seq=new.seq, message=row)
    return Change(new.room.pk, new.seq, protocol.encode(event))
