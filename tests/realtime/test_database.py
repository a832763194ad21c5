"""Tests that simultaneous reads are batched, and that a read that arrives during a batch joins the next."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session as StoredSession
from django.db import DatabaseError
from django.test import Client

from chat import actions, queries
from chat.accounts import sessions
from chat.models import Room
from chat.realtime import welcome
from chat.realtime.server import database
from chat.realtime.server.database import Database
from tests.support.scene import post_message

GO = threading.Event()


class Asked:
    """A query whose first call blocks until released."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(self, items: list[int]) -> list[int]:
        self.batches.append(items)
        assert GO.wait(10)
        if -1 in items:
            raise DatabaseError
        return [10 * item for item in items]


def told(story: Callable[[Database, Asked], Awaitable[None]]) -> None:
    GO.clear()

    async def whole() -> None:
        made = Database(asyncio.get_running_loop())
        try:
            await asyncio.wait_for(story(made, Asked()), 10)
        finally:
            GO.set()
            made.writer.stop(1)

    asyncio.run(whole())


def ask(made: Database, asked: Asked, *items: int) -> list[asyncio.Future[Any]]:
    return [asyncio.ensure_future(made.read_together(asked, item)) for item in items]


def test_the_first_read_starts_at_once_and_the_others_are_batched_with_their_own_answers() -> None:
    async def story(made: Database, asked: Asked) -> None:
        first = ask(made, asked, 1)
        await asyncio.sleep(0)
        others = ask(made, asked, *range(2, 50))
        await asyncio.sleep(0)
        GO.set()
        assert await asyncio.gather(*first, *others) == [10 * item for item in range(1, 50)]
        assert asked.batches == [[1], list(range(2, 50))]
        assert await asyncio.gather(*ask(made, asked, 7)) == [70]

    told(story)


def test_a_large_batch_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "HERD", 2)

    async def story(made: Database, asked: Asked) -> None:
        GO.set()
        assert await asyncio.gather(*ask(made, asked, 1, 2, 3)) == [10, 20, 30]
        assert asked.batches == [[1, 2], [3]]

    told(story)


def test_a_failed_read_raises_for_its_callers_and_the_next_batch_is_read() -> None:
    async def story(made: Database, asked: Asked) -> None:
        GO.set()
        bad = ask(made, asked, -1, 1)
        assert [type(answer) for answer in await asyncio.gather(*bad, return_exceptions=True)] == [
            DatabaseError,
            DatabaseError,
        ]
        assert await asyncio.gather(*ask(made, asked, 2)) == [20]

    told(story)


def test_a_cancelled_caller_does_not_affect_the_others() -> None:
    async def story(made: Database, asked: Asked) -> None:
        gone, *stays = ask(made, asked, 1, 2, 3)
        await asyncio.sleep(0)
        gone.cancel()
        GO.set()
        assert await asyncio.gather(*stays) == [20, 30]

    told(story)


@pytest.mark.django_db
def test_logins_and_rooms_of_a_batch_take_as_many_statements_as_one_person_s(
    alice: Any, bob: Any, charlie: Any, room: Room, django_assert_num_queries: Any
) -> None:
    everybody = [alice, bob, charlie]
    for user in everybody:
        Client().force_login(user)
    keys = list(StoredSession.objects.values_list("session_key", flat=True))
    other = actions.make_room(bob.pk, "Other", "private")
    post_message(bob.pk, room, "one")
    for some, who in ((keys[:1], everybody[:1]), (keys, everybody)):
        with django_assert_num_queries(2):
            found = sessions.login_sessions_of(some)
        assert {login.person for login in found if isinstance(login, sessions.LoginSession)} <= {
            u.pk for u in everybody
        }
        with django_assert_num_queries(5):
            welcomed = welcome.of([user.pk for user in who])
        assert [sorted(rooms) for _, rooms in welcomed] == [sorted(queries.my_rooms(user.pk)) for user in who]
    assert [set(rooms) for _, rooms in welcomed] == [{room.pk}, {room.pk, other.pk}, set()]
    assert [rooms[room.pk].unread for _, rooms in welcomed[:2]] == [1, 0]
