"""Posts messages: many of many people to many rooms, in one set of statements.

The rules, in their order. A draft that breaks one is refused, the others of its batch are not.

1. Only members post. For others the room does not exist (no_such_room).
2. Nobody posts who is banned from the site (banned).
3. A nonce makes one message. Sent again, it is answered from the stored message, whatever has changed since;
   with another room or another body it is refused (nonce_conflict).
4. Nobody posts to an archived room (archived), and only moderators to a read-only one (read_only).
5. Nobody posts while muted (muted).
6. A reply is to a text message of the same room (no_such_message).
7. Attachments are the author's own uploads to this room, each posted once (no_such_file).
8. A new message takes the next seq of its room.
9. A direct room first comes back to those who left it, except to people who are banned; for those who have
   blocked the author it stays hidden.
10. A ban, mute or removal that has committed is always obeyed: rooms and authors are locked first.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils import timezone
from msgspec.structs import replace

from chat import broadcast, protocol, text
from chat.broadcast import Change
from chat.ids import PersonId
from chat.protocol import Code

from . import posting_sql as sql
from .attachments import Uploads
from .direct import Blocks, Missing, blocks_among, bring_back, missing_from
from .guards import lock_people
from .mentions import mentions_in
from .refused import Refused


class Draft(NamedTuple):
    """A message to be posted. `markup` is the rendered body, None for plain text."""

    author: PersonId
    post: protocol.Post
    markup: text.Markup | None

    @property
    def nonce_key(self) -> sql.NonceKey:
        return self.author, self.post.nonce

    @property
    def html(self) -> str | None:
        return self.markup and self.markup.html


class Posted(NamedTuple):
    room: str
    seq: int
    message: int
    nonce: str


TakeMore = Callable[[Callable[[Draft], bool]], list[Draft]]


def post_messages(drafts: list[Draft], take_more: TakeMore = lambda _fits: []) -> list[Posted | Refused]:
    """Post what may be posted, then what `take_more` has for the rooms that are locked by now.

    Returns one answer for each, in order. Must run inside a transaction.
    """
    rooms = {state.key: _Room(state) for state in sql.lock_rooms({draft.post.room for draft in drafts})}
    drafts = [*drafts, *take_more(lambda draft: draft.post.room in rooms)]
    batch = _Batch(rooms, drafts)
    refusals = [batch.accept(draft) for draft in drafts]
    batch.write()
    return [refused or batch.answer(draft) for draft, refused in zip(drafts, refusals, strict=True)]


class _Room:
    """A locked room while its messages are numbered."""

    __slots__ = ("blocks", "missing", "seq", "state")

    def __init__(self, state: sql.RoomState) -> None:
        self.state, self.seq = state, state.seq
        self.missing, self.blocks = Missing(set(), set()), Blocks()

    def next_seq(self, author: PersonId) -> int:
        if self.missing.absent or self.missing.hidden:
            self.seq += bring_back(self.state.pk, self.missing, author, self.blocks)
        self.seq += 1
        return self.seq


class _New(NamedTuple):
    room: _Room
    seq: int
    draft: Draft


class _Batch:
    def __init__(self, rooms: dict[str, _Room], drafts: list[Draft]) -> None:
        self.rooms, self.now = rooms, timezone.now()
        self.banned = _lock_people(drafts, rooms.values())
        self.members, self.stored = sql.read_authors(
            {(rooms[d.post.room].state.pk, *d.nonce_key) for d in drafts if d.post.room in rooms}
        )
        self.reply_rooms = sql.rooms_of_messages(
            {d.post.reply_to for d in drafts if d.post.reply_to is not None}
        )
        self.uploads = Uploads({key for draft in drafts for key in draft.post.attachments})
        self.new: dict[sql.NonceKey, _New] = {}

    def accept(self, draft: Draft) -> Refused | None:
        """Number a new draft, or say why it is refused."""
        room = self.rooms.get(draft.post.room)
        member = self.members.get((room.state.pk, draft.author)) if room is not None else None
        if room is None or member is None:
            return Refused(Code.NO_SUCH_ROOM)
        if draft.author in self.banned:
            return Refused(Code.BANNED)
        if draft.nonce_key in self.stored or draft.nonce_key in self.new:
            return None
        if refused := self._refusal_of_new(draft, room.state, member):
            return refused
        self.new[draft.nonce_key] = _New(room, room.next_seq(draft.author), draft)
        return None

    def _refusal_of_new(self, draft: Draft, room: sql.RoomState, member: sql.Member) -> Refused | None:
        post = draft.post
        if room.archived:
            return Refused(Code.ARCHIVED)
        if room.read_only and not member.moderates:
            return Refused(Code.READ_ONLY)
        if member.muted_until is not None and member.muted_until > self.now:
            return Refused(Code.MUTED, retry_after=(member.muted_until - self.now).total_seconds())
        if post.reply_to is not None and self.reply_rooms.get(post.reply_to) != room.pk:
            return Refused(Code.NO_SUCH_MESSAGE)
        if post.attachments and not self.uploads.claim(draft.author, room.pk, post.attachments):
            return Refused(Code.NO_SUCH_FILE)
        return None

    def write(self) -> None:
        changed = [(room.state.pk, room.seq) for room in self.rooms.values() if room.seq != room.state.seq]
        sql.write_seqs(changed, self.now)
        rows = self._rows()
        ids = sql.insert_messages(
            ((self.new[name].room.state.pk, row) for name, row in rows.items()), self.now
        )
        self.uploads.attach((ids[name], new.draft.post.attachments) for name, new in self.new.items())
        broadcast.publish_on_commit(
            _change(self.new[name].room, replace(row, id=ids[name])) for name, row in rows.items()
        )
        for name, (room, seq, draft) in self.new.items():
            self.stored[name] = sql.StoredMessage(ids[name], seq, room.state.pk, draft.post.body)

    def _rows(self) -> dict[sql.NonceKey, protocol.MessageRow]:
        """The new messages as on the wire, without their ids."""
        mentions = mentions_in(
            (name, new.room.state.pk, text.mentionable(new.draft.post.body, new.draft.markup))
            for name, new in self.new.items()
        )
        return {
            name: protocol.MessageRow(
                id=0, seq=seq, kind="text", author=draft.author, nonce=draft.post.nonce, body=draft.post.body,
                html=draft.html, created_at=self.now, reply_to=draft.post.reply_to,
                mentions=mentions.get(name, []), attachments=self.uploads.rows(draft.post.attachments),
            )
            for name, (_, seq, draft) in self.new.items()
        }  # fmt: skip

    def answer(self, draft: Draft) -> Posted | Refused:
        # From the stored row: a nonce sent again must not be told another room or text.
        stored, room = self.stored[draft.nonce_key], self.rooms[draft.post.room].state
        if stored.room != room.pk or stored.body not in (None, draft.post.body):
            return Refused(Code.NONCE_CONFLICT)
        return Posted(room.key, stored.seq, stored.id, draft.post.nonce)


def _lock_people(drafts: list[Draft], rooms: Iterable[_Room]) -> set[PersonId]:
    # Authors and returning people at once and in order: two processes could wait for each other.
    missing = missing_from(
        {room.state.pk: room.state.people for room in rooms if room.state.people is not None}
    )
    returning = set[PersonId]().union(*(one.absent | one.hidden for one in missing.values()))
    banned = lock_people({draft.author for draft in drafts} | returning, exclusive=bool(returning))
    blocks = blocks_among(returning) if returning else set()
    for room in rooms:
        if found := missing.get(room.state.pk):
            room.missing, room.blocks = Missing(found.absent - banned, found.hidden), blocks
    return banned


def _change(room: _Room, row: protocol.MessageRow) -> Change:
    event = protocol.Message(room=room.state.key, seq=row.seq, message=row)
    return Change(room.state.pk, row.seq, protocol.encode(event))
