"""Reads a room: its snapshot, the changes since a seq, a page of history. The same for every reader.

If an answer takes several statements, the head is read first and the others have no upper bound: a row that
changes in between is included rather than missed.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Case, QuerySet, When
from msgspec.structs import replace

from chat import limits, protocol
from chat.ids import PersonId, RoomId
from chat.models import Membership, Message, Room, people_of

from .people import people


class RoomRead(NamedTuple):
    """A room as of `seq`, encoded. `removed` pairs each person who left with the last event they may see."""

    seq: int
    frame: bytes
    more: bool
    removed: list[tuple[PersonId, bytes]]


# -- rows to their form on the wire --------------------------------------------------------------


_attributes = {field.name: field.attname for field in Message._meta.concrete_fields}
_stored = [name for name in protocol.MessageRow.__struct_fields__ if name != "deleted_by"]
_values_of = attrgetter(*(_attributes[name] for name in _stored))


def message_row(message: Message) -> protocol.MessageRow:
    row = protocol.MessageRow(*_values_of(message))
    if message.deleted_at is not None:
        row = replace(row, body=None, html=None, mentions=[], reactions={}, attachments=[])
        return replace(row, deleted_by="moderator") if message.deleted_by_moderator else row
    return replace(
        row,
        mentions=[protocol.MentionRow(**one) for one in message.mentions or ()],
        # Sorted, because PostgreSQL stores them in no order.
        reactions=dict(sorted(message.reactions.items())),
        attachments=[protocol.AttachmentRow(**one) for one in message.attachments or ()],
    )


def member_row(member: Membership, people: protocol.People) -> protocol.MemberRow:
    # Whose account was deactivated is a member for nobody, and one again when it is activated.
    deactivated = people[str(member.user_id)].deactivated
    removed_at = member.removed_at or (member.joined_at if deactivated else None)
    return protocol.MemberRow(
        person=member.user_id, seq=member.seq, role=member.role, muted_until=member.muted_until,
        joined_at=member.joined_at, removed_at=removed_at,
    )  # fmt: skip


def info_row(room: Room) -> protocol.InfoRow:
    return protocol.InfoRow(
        seq=room.info_seq, name=room.name, topic=room.topic, kind=room.kind, archived_at=room.archived_at,
        posting=room.posting, people=people_of(room.people_key), latin=room.latin,
    )  # fmt: skip


# -- events of one row, as actions publish them -------------------------------------------------


def message_event(room: Room, message: Message) -> bytes:
    return protocol.encode(protocol.Message(room=room.key, seq=message.seq, message=message_row(message)))


def membership_event(room: Room, member: Membership) -> bytes:
    person = people([member.user_id])
    row = member_row(member, person)
    return protocol.encode(protocol.Membership(room=room.key, seq=member.seq, member=row, people=person))


def info_event(room: Room) -> bytes:
    return protocol.encode(protocol.Info(room=room.key, seq=room.info_seq, info=info_row(room)))


# -- a room --------------------------------------------------------------------------------------


def heads(rooms: Iterable[RoomId]) -> dict[RoomId, int]:
    return dict(Room.objects.filter(pk__in=list(rooms)).values_list("pk", "seq"))


def snapshot(room_id: RoomId, since: int | None = None) -> RoomRead:
    """The room as it is now. Raises Room.DoesNotExist.

    `removed` are those who left after `since`, or without it while this was read: they must not see it.
    """
    room = Room.objects.get(pk=room_id)
    messages, more = _messages(room.messages.order_by("-pk"), limits.HISTORY_PAGE)
    messages.reverse()
    members, quoted, pinned = _members(room), _quoted(messages), _pinned(room)
    named = people(_authors(messages, quoted, pinned).union(_named(room, members)))
    event = protocol.Room(
        room=room.key, seq=room.seq, info=info_row(room), more=more, messages=messages, quoted=quoted,
        pinned=pinned, members=[member_row(m, named) for m in members],
        member_count=len(members) if len(members) < limits.MEMBERS_SHOWN else _member_count(room),
        people=named,
    )  # fmt: skip
    gone = room.memberships.filter(seq__gt=room.seq if since is None else since).exclude(removed_at=None)
    return RoomRead(room.seq, protocol.encode(event), False, _ends(room, gone))


def changes(room_id: RoomId, since: int) -> RoomRead:
    """One page of what changed after `since`; a snapshot if that is too much or `since` is unknown.

    A full page ends at the seq of its last row, the last page at the head. It may contain rows above the
    head,
    which do not move its end: others of that moment may be missing.
    """
    room = Room.objects.get(pk=room_id)
    if since > room.seq or room.seq - since > limits.MAX_CHANGES:
        return snapshot(room_id, since)
    messages, more_messages = _messages(
        room.messages.filter(seq__gt=since).order_by("seq"), limits.CHANGES_PAGE
    )
    members, more_members = _page(room.memberships.filter(seq__gt=since).order_by("seq"), limits.CHANGES_PAGE)
    ends = [messages[-1].seq] if more_messages else []
    ends += [members[-1].seq] if more_members else []
    return _changes(room, since, messages, members, min([*ends, room.seq]))


def _changes(
    room: Room, since: int, messages: list[protocol.MessageRow], members: list[Membership], end: int
) -> RoomRead:
    """The rows are complete up to `end`: those beyond it belong to the next page."""
    more = end < room.seq
    if more:
        messages, members = [m for m in messages if m.seq <= end], [m for m in members if m.seq <= end]
    quoted = _quoted(messages)
    named = people(_authors(messages, quoted) | {m.user_id for m in members})
    event = protocol.Changes(
        room=room.key, since=since, seq=end, messages=messages,
        members=[member_row(m, named) for m in members],
        info=info_row(room) if since < room.info_seq <= end else None, quoted=quoted, people=named,
    )  # fmt: skip
    return RoomRead(end, protocol.encode(event), more, _ends(room, members))


def _ends(room: Room, members: Iterable[Membership]) -> list[tuple[PersonId, bytes]]:
    return [(m.user_id, membership_event(room, m)) for m in members if m.removed_at is not None]


def history(room_id: RoomId, ask: protocol.ReadHistory) -> bytes:
    room = Room.objects.get(pk=room_id)
    messages, more = _around(room, ask) if ask.around else _one_way(room, ask)
    quoted = _quoted(messages)
    event = protocol.History(
        room=room.key, messages=messages, quoted=quoted, people=people(_authors(messages, quoted)),
        more=more, ref=ask.ref,
    )  # fmt: skip
    return protocol.encode(event)


def _one_way(room: Room, ask: protocol.ReadHistory) -> tuple[list[protocol.MessageRow], bool]:
    if ask.after is not None:
        return _messages(room.messages.filter(pk__gt=ask.after).order_by("pk"), ask.limit)
    messages, more = _messages(room.messages.filter(pk__lt=ask.before).order_by("-pk"), ask.limit)
    return messages[::-1], more


def _around(room: Room, ask: protocol.ReadHistory) -> tuple[list[protocol.MessageRow], bool]:
    """Half before the message, half from it on. `more` is about the older side."""
    half = ask.limit // 2
    before, more = _messages(room.messages.filter(pk__lt=ask.around).order_by("-pk"), half)
    after, _ = _messages(room.messages.filter(pk__gte=ask.around).order_by("pk"), ask.limit - half)
    return before[::-1] + after, more


def _messages(rows: QuerySet[Message], size: int) -> tuple[list[protocol.MessageRow], bool]:
    """Up to `size`, as many as PAGE_BYTES hold, at least one; and whether there are more."""
    found: list[protocol.MessageRow] = []
    total = 0
    for message in rows[: size + 1]:
        row = message_row(message)
        total += protocol.size(row)
        if len(found) == size or (found and total > limits.PAGE_BYTES):
            return found, True
        found.append(row)
    return found, False


def _page(rows: QuerySet[Membership], size: int) -> tuple[list[Membership], bool]:
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def _members(room: Room) -> list[Membership]:
    rows = room.memberships.active()
    rank = Case(When(role="owner", then=0), When(role="moderator", then=1), default=2)
    return list(rows.alias(rank=rank).order_by("rank", "pk")[: limits.MEMBERS_SHOWN])


def _member_count(room: Room) -> int:
    return room.memberships.active().count()


def _named(room: Room, members: list[Membership]) -> set[PersonId]:
    return {member.user_id for member in members}.union(people_of(room.people_key))


def _quoted(messages: list[protocol.MessageRow]) -> list[protocol.MessageRow]:
    """Messages that these reply to, without those among them: the latest that PAGE_BYTES hold."""
    wanted = {m.reply_to for m in messages if m.reply_to and m.deleted_at is None} - {m.id for m in messages}
    return _messages(Message.objects.filter(pk__in=wanted).order_by("-pk"), len(wanted))[0] if wanted else []


def _pinned(room: Room) -> list[protocol.MessageRow]:
    """The latest first, as many as PAGE_BYTES hold."""
    return _messages(room.messages.filter(pinned_at__isnull=False).order_by("-pinned_at"), limits.PINS)[0]


def _authors(*groups: list[protocol.MessageRow]) -> set[PersonId]:
    """Everybody whose name is shown with them: authors, and people who reacted."""
    rows = [message for group in groups for message in group]
    authors = {row.author for row in rows if row.author is not None}
    return authors | {p for row in rows for who in row.reactions.values() for p in who}
