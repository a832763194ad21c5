"""Tests the directory: search, order, and news of rooms that become public."""

import datetime
import json
from typing import Any

import pytest
from django.utils import timezone

from chat import actions, broadcast, queries
from chat.broadcast import Hint
from chat.models import Room
from tests.support.published import run_commit_hooks
from tests.support.scene import make_person, post_message


@pytest.fixture
def harbour(db: None) -> dict[str, Any]:
    """alice has created rooms, bob is in two of them, charlie in none."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    alice = people["alice"]
    rooms = {
        "quay": actions.make_room(alice, "The Quay", topic="Ropes, Boats & 100% canvas"),
        "books": actions.make_room(alice, "读书会", topic="本月读《边城》"),
        "strasse": actions.make_room(alice, "Straße ＡＢＣ", topic="ΣΊΣΥΦΟΣ"),
        "cellar": actions.make_room(alice, "Quay cellar", kind="private"),
    }
    for name in ("quay", "cellar"):
        code = actions.make_join_link(alice, rooms[name].key).code
        actions.join_by_link(people["bob"], code)
    return people | rooms


def found(harbour: dict[str, Any], asked: str, person: str = "bob", **how: Any) -> list[str]:
    return [room.name for room in queries.directory(harbour[person], asked, **how)]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("quay rop", "quay"), ("UAY", "quay"), ("ｑｕａｙ ＢＯＡＴＳ", "quay"), ("100%", "quay"),
        ("书", "books"), ("边城", "books"),
        ("strasse", "strasse"), ("abc", "strasse"), ("σίσυφος", "strasse"),
    ],
)  # fmt: skip
def test_a_room_is_found_by_any_part_of_name_or_topic(harbour: dict[str, Any], asked: str, name: str) -> None:
    assert found(harbour, asked, "charlie") == [harbour[name].name]


@pytest.mark.parametrize("asked", ["100_", "q%y", "quay 书", "\\"])
def test_wildcards_are_literal_and_every_word_must_match(harbour: dict[str, Any], asked: str) -> None:
    assert found(harbour, asked) == []


def test_a_renamed_room_is_found_by_its_new_name(harbour: dict[str, Any]) -> None:
    actions.change_room(harbour["alice"], harbour["quay"].key, name="Mole")
    assert (found(harbour, "mole"), found(harbour, "the quay")) == (["Mole"], [])


def test_a_private_room_is_found_by_its_people_only(harbour: dict[str, Any]) -> None:
    assert found(harbour, "quay", "charlie") == ["The Quay"]
    assert set(found(harbour, "quay", "bob")) == {"The Quay", "Quay cellar"}


def test_the_directory_counts_members_and_sorts_by_activity(harbour: dict[str, Any]) -> None:
    """A room without messages is sorted by its creation, on every database."""
    post_message(harbour["alice"], harbour["books"])
    post_message(harbour["bob"], harbour["quay"])
    new = actions.make_room(harbour["alice"], "New")
    rows = [(r.name, r.people, r.mine) for r in queries.directory(harbour["bob"])]
    assert rows == [
        ("New", 1, False), ("The Quay", 2, True), ("读书会", 1, False), ("Quay cellar", 2, True),
        ("Straße ＡＢＣ", 1, False),
    ]  # fmt: skip
    Room.objects.filter(pk=new.pk).update(created_at=timezone.now() - datetime.timedelta(days=9))
    assert found(harbour, "")[-1] == "New"


def test_archived_rooms_of_mine_are_a_list_of_their_own(harbour: dict[str, Any]) -> None:
    for name in ("quay", "books"):
        actions.change_room(harbour["alice"], harbour[name].key, archived=True)
    assert "The Quay" not in found(harbour, "")
    assert found(harbour, "", archived=True) == ["The Quay"]
    assert found(harbour, "", "charlie", archived=True) == []
    assert set(found(harbour, "", "alice", archived=True)) == {"The Quay", "读书会"}


# -- rooms that open -----------------------------------------------------------------------------


def opened() -> list[str]:
    return [room["name"] for room in json.loads(queries.newest_public_rooms()[0])["rooms"]]


def test_only_public_rooms_that_are_not_archived_are_sent_to_everybody(harbour: dict[str, Any]) -> None:
    alice = harbour["alice"]
    actions.open_direct_room(alice, [harbour["bob"]])
    assert opened() == ["Straße ＡＢＣ", "读书会", "The Quay"]
    actions.change_room(alice, harbour["books"].key, kind="private")
    actions.change_room(alice, harbour["strasse"].key, archived=True)
    assert opened() == ["The Quay"]
    actions.change_room(alice, harbour["books"].key, kind="public")
    assert opened() == ["读书会", "The Quay"]
    since = Room.objects.get(pk=harbour["books"].pk).public_since
    actions.change_room(alice, harbour["books"].key, name="Books")
    assert Room.objects.get(pk=harbour["books"].pk).public_since == since


def looks(published: list[Hint]) -> int:
    """The number of hints to everybody, which carry no events."""
    hints = [hint for hint in published if hint["audience"] == broadcast.EVERYBODY]
    assert all(hint["recheck"] and not hint["frames"] for hint in hints)
    del published[:]
    return len(hints)


def test_only_changes_of_public_rooms_make_processes_reread_the_list(
    harbour: dict[str, Any], published: list[Hint]
) -> None:
    alice = harbour["alice"]
    with run_commit_hooks():
        actions.change_room(alice, harbour["cellar"].key, name="Vault")
        den = actions.make_room(alice, "Den", "private")
        actions.open_direct_room(alice, [harbour["bob"]])
        post_message(alice, harbour["quay"])
    assert looks(published) == 0
    quay, changes = harbour["quay"], ({"archived": True}, {"archived": False}, {"kind": "private"})
    for room, change in ((den, {"kind": "public"}), *((quay, change) for change in changes)):
        with run_commit_hooks():
            actions.change_room(alice, room.key, **change)
        assert looks(published) == 1, change
