"""Tests that a message's address serves its room's page, at the same cost and with the same permissions."""

import re
from typing import Any

import pytest
from django.test import Client

from chat import actions
from chat.models import Room
from tests.support.scene import post_message, signed_in_client

pytestmark = pytest.mark.django_db


def test_a_message_s_address_serves_the_room_s_page(
    as_bob: Client, bob: Any, room: Room, django_assert_num_queries: Any
) -> None:
    at = f"/rooms/{room.key}/{post_message(bob.pk, room).pk}/"
    as_bob.get(at)
    with django_assert_num_queries(3):
        answer = as_bob.get(at)
    assert answer.context["page"]["message"] == int(at.split("/")[3])
    assert as_bob.get(at, headers={"if_none_match": answer["ETag"]}).status_code == 304
    assert as_bob.get(f"/rooms/{room.key}/").context["page"]["message"] is None
    assert as_bob.get(f"/rooms/{room.key}/", headers={"if_none_match": answer["ETag"]}).status_code == 200


@pytest.mark.parametrize("number", ["0", "1", "999", "9" * 16, "9" * 4000])
def test_a_missing_message_is_left_to_the_script(as_bob: Client, room: Room, number: str) -> None:
    page = as_bob.get(f"/rooms/{room.key}/{number}/").context["page"]
    assert 1 <= page["message"] < 2**53


def test_an_outsider_sees_the_same_as_at_the_room_s_address(
    as_charlie: Client, alice: Any, bob: Any, room: Room
) -> None:
    written = post_message(bob.pk, room, "for those who are in")
    secret = actions.make_room(alice.pk, "Keys", "private")
    hidden = post_message(alice.pk, secret, "nor this")
    for place, message, code in ((room, written, 200), (secret, hidden, 404)):
        answers = [as_charlie.get(f"/rooms/{place.key}/{end}") for end in ("", f"{message.pk}/", "12345/")]
        assert [answer.status_code for answer in answers] == [code] * 3
        assert not any("for those" in answer.content.decode() for answer in answers)
        assert [answer.templates[0].name for answer in answers] == [answers[0].templates[0].name] * 3


def test_a_permalink_survives_joining_the_room(as_charlie: Client, bob: Any, room: Room) -> None:
    at = f"/rooms/{room.key}/{post_message(bob.pk, room).pk}/"
    asked = re.search(r'name="message" value="(\d+)"', as_charlie.get(at).content.decode())
    assert asked
    entered = as_charlie.post(f"/rooms/{room.key}/join/", {"message": asked[1]})
    assert entered.headers["location"] == at
    for wrong in ("../../admin", "٣", "-1", ""):
        elsewhere = as_charlie.post(f"/rooms/{room.key}/join/", {"message": wrong})
        assert elsewhere.headers["location"] == f"/rooms/{room.key}/"


def test_a_permalink_survives_signing_in(client: Client, bob: Any, room: Room) -> None:
    at = f"/rooms/{room.key}/{post_message(bob.pk, room).pk}/"
    login = client.get(at, follow=True)
    assert login.context["request"].GET["next"] == at
    assert f'value="{at}"' in login.content.decode()
    bob.set_password("harbour lights at nine")
    bob.save()
    form = {"login": bob.username, "password": "harbour lights at nine", "next": at}
    assert client.post("/accounts/login/", form).headers["location"] == at
    assert signed_in_client(bob).get(at).context["page"]["message"]
