"""Tests that batched posting equals posting one by one; a version with the ORM is the oracle."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chat import actions, queries
from chat.actions import Draft, Posted, Refused, post_messages
from chat.broadcast import Hint
from chat.models import Attachment, Membership, Message, Profile, Room
from chat.protocol import Code, Post
from chat.rendering.markdown import render
from tests.support.database import all_rows, rolled_back
from tests.support.published import run_commit_hooks
from tests.support.scene import make_person, make_upload, post_message

Outcome = Posted | Refused
NONCES = [f"nonce-of-sixteen-{n}" for n in range(8)]
BODIES = ["hello", "*hello*", "other", "@bob and @Gone", "@room"]
# bob's three in the lamp (one of them posted) and one in the den, alice's in the lamp; as posts name them.
UPLOADS = [("bob", 0, "b1"), ("bob", 0, "b2"), ("bob", 0, "old"), ("bob", 1, "d1"), ("alice", 0, "a1")]
NAMED = [["b1"], ["b1"], ["b2", "b1"], ["b1", "b1"], ["old"], ["d1"], ["a1"], ["a1"], ["b2", "x"]]


class World:
    """alice and bob are in the lamp, the den, the attic, which is archived, and the board, where only she
    writes; dora is muted there, eve banned, gone has left, charlie was never in."""

    def __init__(self) -> None:
        self.people = {name: make_person(name) for name in ("alice", "bob", "charlie", "dora", "eve", "gone")}
        alice, bob = self.people["alice"], self.people["bob"]
        self.rooms = [actions.make_room(alice, name) for name in ("lamp", "den", "attic", "board")]
        lamp, den, attic, board = self.rooms
        for room in self.rooms:
            for name in ("bob", "dora", "eve", "gone"):
                actions.join_room(self.people[name], room.key)
            actions.leave_room(self.people["gone"], room.key)
            later = timezone.now() + datetime.timedelta(hours=1)
            actions.mute(alice, room.key, self.people["dora"], later)
        ended = timezone.now() - datetime.timedelta(seconds=1)
        actions.mute(alice, lamp.key, bob, ended)
        self.messages = [
            post_message(bob, lamp, "hello", nonce=NONCES[0]),
            post_message(bob, den, "hello", nonce=NONCES[1]),
        ]
        self.messages.append(post_message(alice, lamp, "hello", nonce=NONCES[0]))
        for author, at, key in UPLOADS:
            make_upload(self.people[author], self.rooms[at], key)
        post_message(bob, lamp, "", attachments=["old"])
        actions.edit_message(bob, post_message(bob, lamp, "hello", nonce=NONCES[2]).pk, "edited", None)
        actions.delete_message(alice, post_message(alice, lamp, "hello", nonce=NONCES[2]).pk)
        self.messages.append(post_message(self.people["eve"], lamp, "hello", nonce=NONCES[3]))
        post_message(bob, attic, "hello", nonce=NONCES[3])
        actions.change_room(alice, attic.key, archived=True)
        actions.change_room(alice, board.key, posting="moderators")
        actions.change_room(alice, lamp.key, topic="tides")
        self.messages.append(lamp.messages.filter(kind="notice").latest("pk"))
        actions.ban_person(self.people["eve"])


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Created once for this file; each test runs in a transaction inside this one."""
    with django_db_blocker.unblock(), rolled_back():
        yield World()


@pytest.fixture
def world(built: World, db: None) -> World:
    return built


@st.composite
def batches(draw: Any) -> list[dict[str, Any]]:
    """A post by names and numbers, resolved in a World later."""
    draft = st.fixed_dictionaries(
        {
            "author": st.sampled_from(["alice", "bob", "bob", "charlie", "dora", "eve", "gone"]),
            "room": st.sampled_from([0, 0, 0, 1, 2, 3, None]),
            "nonce": st.sampled_from(NONCES),
            "body": st.sampled_from(BODIES),
            "reply_to": st.sampled_from([None, None, None, 0, 1, 4, -1]),
            "attachments": st.sampled_from([[], [], [], [], *NAMED]),
        }
    )
    return draw(st.lists(draft, min_size=1, max_size=12))


def drafts_in(world: World, batch: list[dict[str, Any]]) -> list[Draft]:
    return [_draft(world, **given) for given in batch]


def _draft(
    world: World,
    author: str,
    room: int | None,
    nonce: str,
    body: str,
    reply_to: int | None,
    attachments: list[str],
) -> Draft:
    key = "no-such-room" if room is None else world.rooms[room].key
    answered = {None: None, -1: 2**52}.get(
        reply_to, reply_to is not None and world.messages[reply_to or 0].pk
    )
    post = Post(room=key, nonce=nonce, body=body, reply_to=answered or None, attachments=attachments)
    return Draft(world.people[author], post, render(body))


def as_row(file: Attachment) -> dict[str, Any]:
    names = ("name", "kind", "type", "size", "width", "height", "has_thumbnail")
    return {"id": file.key} | {name: getattr(file, name) for name in names}


# -- the oracle ----------------------------------------------------------------------------------


def post_one(draft: Draft) -> Outcome:
    """Posting written as plainly as possible with the ORM."""
    author, post = draft.author, draft.post
    room = Room.objects.filter(key=post.room).first()
    place = Membership.objects.present().filter(room=room, user_id=author).first()
    if room is None or place is None:
        return Refused(Code.NO_SUCH_ROOM)
    if Profile.objects.filter(pk=author).exclude(banned_at=None).exists():
        return Refused(Code.BANNED)
    known = Message.objects.filter(author_id=author, nonce=post.nonce).first()
    if known is not None:
        as_sent = known.edited_at is None and known.deleted_at is None
        if known.room_id != room.pk or (as_sent and known.body != post.body):
            return Refused(Code.NONCE_CONFLICT)
        return Posted(room.key, known.seq, known.pk, post.nonce)
    if room.archived_at is not None:
        return Refused(Code.ARCHIVED)
    if room.posting == Room.Posting.MODERATORS and not place.moderates:
        return Refused(Code.READ_ONLY)
    if place.muted_until is not None and place.muted_until > timezone.now():
        return Refused(Code.MUTED)
    if post.reply_to is not None and not room.messages.filter(pk=post.reply_to, kind="text").exists():
        return Refused(Code.NO_SUCH_MESSAGE)
    files = Attachment.objects.filter(key__in=post.attachments, author=author, room=room, message=None)
    if len(files) != len(post.attachments):
        return Refused(Code.NO_SUCH_FILE)
    room.seq += 1
    room.active_at = now = timezone.now()
    room.save()
    message = Message.objects.create(
        room=room, seq=room.seq, author_id=author, nonce=post.nonce, body=post.body, html=draft.html,
        created_at=now, reply_to_id=post.reply_to, mentions=_named(room, post.body),
        attachments=[as_row(files.get(key=key)) for key in post.attachments] or None,
    )  # fmt: skip
    files.update(message=message)
    return Posted(room.key, message.seq, message.pk, post.nonce)


def _named(room: Room, body: str) -> list[dict[str, Any]] | None:
    people = Profile.objects.filter(
        user__in=room.memberships.present().values("user"), name__in=["Bob", "Gone"]
    )
    words = {word.lower(): word for word in re.findall(r"@(\w+)", body)}
    found = [{"name": words[p.name.lower()], "person": p.pk} for p in people if p.name.lower() in words]
    found += [{"name": "room", "person": None}] if "room" in words else []
    return found or None


def _seen(outcomes: list[Outcome]) -> tuple[list[Any], list[Any], list[Any]]:
    """Answers, rows and heads, without ids and times, which differ between runs."""
    names = dict(Message.objects.values_list("pk", "nonce"))
    answers = [
        o.code if isinstance(o, Refused) else (o.room, o.seq, o.nonce, names[o.message]) for o in outcomes
    ]
    columns = (
        "room", "seq", "kind", "author", "nonce", "body", "html", "reply_to", "mentions", "reactions",
        "edited_at", "attachments",
    )  # fmt: skip
    rows = Message.objects.order_by("room", "seq").values_list(*columns)
    files = list(Attachment.objects.order_by("key").values_list("key", "message__nonce"))
    return answers + files, list(rows), list(Room.objects.order_by("pk").values_list("pk", "seq", "info_seq"))


@given(batches())
def test_a_batch_is_its_posts_one_after_the_other(world: World, batch: list[dict[str, Any]]) -> None:
    drafts = drafts_in(world, batch)
    with rolled_back():
        together = _seen(post_messages(drafts))
    with rolled_back():
        alone = _seen([post_one(draft) for draft in drafts])
    assert together == alone


@given(batches())
def test_a_batch_publishes_each_new_row_once_and_in_order(
    world: World, published: list[Hint], batch: list[dict[str, Any]]
) -> None:
    with rolled_back():
        heads = dict(Room.objects.values_list("pk", "seq"))
        del published[:]
        with run_commit_hooks():
            post_messages(drafts_in(world, batch))
        told = {hint["audience"]: hint for hint in published}
        assert len(told) == len(published)
        for room in world.rooms:
            new = list(room.messages.filter(seq__gt=heads[room.pk]).order_by("seq"))
            hint = told.pop(f"chat.room.{room.pk}", None)
            assert (hint is None) is (not new)
            if hint:
                assert [hint["first"], hint["last"]] == [heads[room.pk] + 1, heads[room.pk] + len(new)]
                assert hint["frames"] == [queries.message_event(room, message) for message in new]
        assert not told


# -- what a batch costs --------------------------------------------------------------------------


def test_mentions_cost_a_batch_at_most_one_statement(world: World) -> None:
    plain = [_known_post() | {"nonce": f"{n:020}", "body": "hello"} for n in range(3)]
    naming = [_known_post() | {"nonce": f"x{n:020}", "room": n % 2, "body": "@bob"} for n in range(9)]
    taken = []
    for batch in (plain, naming):
        with CaptureQueriesContext(connection) as captured:
            assert all(isinstance(outcome, Posted) for outcome in post_messages(drafts_in(world, batch)))
        taken.append(len(captured))
    # Rooms, bans, what stands; seqs and the insert.
    assert taken == [5, 6]


@pytest.mark.parametrize("size", [1, 10, 200])
def test_the_number_of_statements_does_not_grow_with_the_batch(world: World, size: int) -> None:
    batch = [
        {"author": ("alice", "bob")[n % 2], "room": n % 2, "nonce": f"{n:020}", "body": "hello",
         "reply_to": n % 2, "attachments": []}
        for n in range(size)
    ]  # fmt: skip
    drafts = drafts_in(world, batch)
    with CaptureQueriesContext(connection) as captured:
        assert all(isinstance(outcome, Posted) for outcome in post_messages(drafts))
    # Rooms, bans, what stands, answered; seqs and the insert.
    assert len(captured) == 6, [query["sql"][:60] for query in captured]


def test_a_batch_that_writes_nothing_does_not_write(world: World) -> None:
    before = all_rows()
    [known] = post_messages(drafts_in(world, [_known_post()]))
    with CaptureQueriesContext(connection) as captured:
        assert post_messages(drafts_in(world, [_known_post()])) == [known]
    assert not [query for query in captured if not query["sql"].lstrip().startswith(("SELECT", "WITH"))]
    assert all_rows() == before


def _known_post() -> dict[str, Any]:
    return {
        "author": "bob",
        "room": 0,
        "nonce": NONCES[0],
        "body": "hello",
        "reply_to": None,
        "attachments": [],
    }


# -- promises by name ----------------------------------------------------------------------------


def test_seqs_are_dense_over_batches_and_rooms(world: World) -> None:
    for size in (1, 7, 30):
        batch = [_known_post() | {"nonce": f"{size:010}{n:010}", "room": n % 2} for n in range(size)]
        post_messages(drafts_in(world, batch))
    for room in world.rooms:
        numbers = [
            *room.messages.values_list("seq", flat=True),
            *room.memberships.values_list("seq", flat=True),
        ]
        room.refresh_from_db()
        assert len(numbers) == len(set(numbers))
        assert max(*numbers, room.info_seq) == room.seq


def test_a_nonce_sent_again_is_answered_from_its_row_whatever_has_come_since(world: World) -> None:
    bob, lamp = world.people["bob"], world.rooms[0]
    drafts = drafts_in(world, [_known_post()])
    [first] = post_messages(drafts)
    actions.mute(world.people["alice"], lamp.key, bob, timezone.now() + datetime.timedelta(hours=1))
    actions.change_room(world.people["alice"], lamp.key, archived=True)
    assert post_messages(drafts) == [first]


def test_a_removed_or_banned_author_gets_no_ack_for_an_old_nonce(world: World) -> None:
    [refused] = post_messages(drafts_in(world, [_known_post() | {"author": "eve", "nonce": NONCES[3]}]))
    assert isinstance(refused, Refused)
    assert refused.code == Code.BANNED
    actions.leave_room(world.people["bob"], world.rooms[0].key)
    [refused] = post_messages(drafts_in(world, [_known_post()]))
    assert isinstance(refused, Refused)
    assert refused.code == Code.NO_SUCH_ROOM


def test_a_mute_says_how_long_it_lasts(world: World) -> None:
    [refused] = post_messages(drafts_in(world, [_known_post() | {"author": "dora"}]))
    assert isinstance(refused, Refused)
    assert refused.code == Code.MUTED
    assert 3500 < (refused.retry_after or 0) <= 3600


def test_a_rolled_back_batch_publishes_nothing(world: World, published: list[Hint]) -> None:
    with run_commit_hooks(), rolled_back():
        [posted] = post_messages(drafts_in(world, [_known_post() | {"nonce": NONCES[7]}]))
        assert isinstance(posted, Posted)
    assert not published
    assert not Message.objects.filter(nonce=NONCES[7]).exists()
