"""Tests direct conversations: whom one can find and pick, and the page's title."""

from typing import Any

import pytest
from django.test import Client

from chat import actions
from chat.models import Room
from tests.support.scene import make_person, membership_of

pytestmark = pytest.mark.django_db


def names(page: Any) -> list[str]:
    return [person.name for person in page.context["found"]]


def test_you_find_only_people_you_share_a_room_with(as_alice: Client, as_charlie: Client, room: Room) -> None:
    assert names(as_alice.get("/direct/")) == ["Bob"]
    assert names(as_charlie.get("/direct/")) == []
    assert names(as_charlie.post("/direct/", {"q": "bo", "find": "on"})) == []


def test_a_person_in_a_list_is_written_to_with_one_click(
    as_alice: Client, alice: Any, bob: Any, room: Room
) -> None:
    page = as_alice.post("/direct/", {"person": bob.pk}, follow=True)
    made = Room.objects.get(kind="direct")
    assert page.redirect_chain == [(f"/rooms/{made.key}/", 302)]
    assert "<title>Bob ·" in page.content.decode()
    assert membership_of(bob, made) is None, "not before something is written"
    again = as_alice.post("/direct/", {"person": bob.pk})
    assert again.headers["location"] == f"/rooms/{made.key}/"


def test_picked_people_stay_picked_during_another_search(
    as_alice: Client, alice: Any, bob: Any, room: Room
) -> None:
    for name in ("ÉMILE", "陈默"):
        actions.join_room(make_person(name), room.key)
    found = as_alice.post("/direct/", {"person": bob.pk, "q": "émi", "find": "on"})
    assert names(found) == ["Émile"], "whatever the case, on both databases"
    assert [person.name for person in found.context["picked"]] == ["Bob"]
    picked = [bob.pk, found.context["found"][0].pk]
    as_alice.post("/direct/", {"person": picked})
    assert Room.objects.get(kind="direct").people_key == " ".join(sorted(map(str, [alice.pk, *picked])))


@pytest.mark.parametrize("person", ["999999", "0", "-1", "x", "9" * 40])
def test_a_stranger_is_refused_like_a_missing_person(
    as_alice: Client, charlie: Any, room: Room, person: str
) -> None:
    real = as_alice.post("/direct/", {"person": charlie.pk})
    assert real.status_code == 400
    assert charlie.username.title() not in real.content.decode()
    assert as_alice.post("/direct/", {"person": person}).status_code in (200, 400)
    assert not Room.objects.filter(kind="direct").exists()


def test_a_direct_room_is_closed_to_others_and_has_no_settings(
    as_alice: Client, as_charlie: Client, alice: Any, bob: Any, room: Room
) -> None:
    made = actions.open_direct_room(alice.pk, [bob.pk])
    assert as_charlie.get(f"/rooms/{made.key}/").status_code == 404
    assert as_charlie.post(f"/rooms/{made.key}/join/").status_code == 404
    assert as_alice.get(f"/rooms/{made.key}/settings/").status_code == 404
    assert made not in as_alice.get("/rooms/").context["rooms"]


def test_leaving_a_direct_room_says_that_it_can_return(
    as_alice: Client, alice: Any, bob: Any, room: Room
) -> None:
    made = actions.open_direct_room(alice.pk, [bob.pk])
    page = as_alice.post(f"/rooms/{made.key}/leave/", follow=True)
    assert "It will reappear when there’s a new message." in page.content.decode()
