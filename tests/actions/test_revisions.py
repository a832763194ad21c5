"""Tests that earlier versions of a message are kept, for the room's moderators only."""

import json
from typing import Any

import pytest

from chat import actions, limits, queries
from chat.models import Message, Revision, Room
from chat.protocol import Code, ReadRevisions
from tests.support.refusals import refusal_code
from tests.support.scene import post_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(bob: Any, room: Room) -> Message:
    return post_message(bob.pk, room, "first")


def edit(author: Any, message: Message, *bodies: str) -> None:
    for body in bodies:
        actions.edit_message(author.pk, message.pk, body, None)


def ask(person: Any, message: Message) -> Any:
    """The versions shown, or the refusal."""
    answer = queries.revisions(person.pk, ReadRevisions(message=message.pk, ref="1"))
    return answer if isinstance(answer, Code) else json.loads(answer)


def bodies(person: Any, message: Message) -> list[str]:
    return [row["body"] for row in ask(person, message)["revisions"]]


def test_an_edit_stores_the_earlier_version_with_its_time(alice: Any, bob: Any, said: Message) -> None:
    edit(bob, said, "second")
    between = Message.objects.get(pk=said.pk).edited_at
    edit(bob, said, "second", "third")
    assert bodies(alice, said) == ["first", "second"]
    assert list(Revision.objects.values_list("written_at", flat=True)) == [said.created_at, between]
    answer = ask(alice, said)
    assert (answer["message"], answer["more"], answer["ref"]) == (said.pk, False, "1")


def test_only_current_moderators_see_earlier_versions(
    alice: Any, bob: Any, charlie: Any, room: Room, said: Message
) -> None:
    edit(bob, said, "second")
    assert ask(bob, said) == Code.NOT_ALLOWED, "not even the author"
    assert ask(charlie, said) == Code.NO_SUCH_MESSAGE
    actions.set_role(alice.pk, room.key, bob.pk, "owner")
    assert bodies(bob, said) == ["first"]
    actions.leave_room(alice.pk, room.key)
    assert ask(alice, said) == Code.NO_SUCH_MESSAGE


def test_in_a_direct_room_nobody_sees_earlier_versions(alice: Any, bob: Any, room: Room) -> None:
    said = post_message(alice.pk, actions.open_direct_room(alice.pk, [bob.pk]), "first")
    edit(alice, said, "second")
    assert [ask(person, said) for person in (alice, bob)] == [Code.NOT_ALLOWED] * 2


def test_a_deleted_message_shows_no_earlier_versions(alice: Any, bob: Any, said: Message) -> None:
    edit(bob, said, "second")
    actions.delete_message(bob.pk, said.pk)
    assert ask(alice, said) == Code.NO_SUCH_MESSAGE
    actions.restore_message(said.pk)
    assert bodies(alice, said) == ["first"]


def test_an_unchanged_body_stores_no_version(alice: Any, bob: Any, said: Message) -> None:
    assert refusal_code(edit, alice, said, "hers") == Code.NOT_ALLOWED
    edit(bob, said, "first")
    assert not Revision.objects.exists()


def test_the_number_of_edits_is_limited(bob: Any, said: Message) -> None:
    edit(bob, said, *(f"version {n}" for n in range(limits.REVISIONS)))
    assert refusal_code(edit, bob, said, "one more") == Code.TOO_MANY
    assert Message.objects.get(pk=said.pk).body == f"version {limits.REVISIONS - 1}"


def test_only_the_latest_long_versions_that_fit_a_page_are_sent(alice: Any, bob: Any, said: Message) -> None:
    long = "字" * (limits.BODY_CHARACTERS - 2)
    edit(bob, said, *(f"{long}{n:02}" for n in range(20)))
    answer = ask(alice, said)
    assert answer["more"]
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < limits.PAGE_BYTES + 5_000
    numbers = [int(row["body"][-2:]) for row in answer["revisions"]]
    assert numbers == list(range(numbers[0], 19))
