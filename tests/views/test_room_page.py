"""Tests that the room page is cheap and never shared between people."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from chat import actions, queries
from chat.models import Message, Room, Workspace
from chat.web.views import rooms
from tests.support.scene import membership_of, post_message, signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    rooms._first.cache_clear()
    yield
    rooms._first.cache_clear()


def look(client: Client, room: Room, **headers: str) -> Any:
    return client.get(f"/rooms/{room.key}/", headers=headers)


def seen(client: Client, room: Room) -> str:
    """A page after the first one, which set the cookies."""
    look(client, room)
    tag = look(client, room)["ETag"]
    assert look(client, room, if_none_match=tag).status_code == 304
    return str(tag)


def status(client: Client, room: Room, tag: str) -> int:
    return int(look(client, room, if_none_match=tag).status_code)


def bodies(answer: HttpResponse) -> list[str]:
    found = re.search(r'<script id="first" type="application/json">(.*?)</script>', answer.content.decode())
    assert found is not None
    return [row["body"] for row in json.loads(found[1])["messages"]]


# -- what it costs ---------------------------------------------------------------------------------


def test_a_page_is_three_statements_however_large_the_room(
    as_bob: Client, bob: Any, room: Room, django_assert_num_queries: Any
) -> None:
    look(as_bob, room)
    with django_assert_num_queries(3):
        look(as_bob, room)
    for number in range(60):
        post_message(bob.pk, room, f"line {number}")
    for number in range(30):
        actions.join_room(get_user_model().objects.create(username=f"more{number}").pk, room.key)
    look(as_bob, room)
    with django_assert_num_queries(3):
        look(as_bob, room)


def test_a_room_s_content_is_read_once_per_change(
    as_alice: Client, as_bob: Client, bob: Any, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    stock = queries.snapshot
    monkeypatch.setattr(queries, "snapshot", lambda pk: read.append(pk) or stock(pk))
    for client in (as_alice, as_bob, as_alice):
        assert bodies(look(client, room)) == []
    assert read == [room.pk]
    post_message(bob.pk, room, "new")
    for client in (as_alice, as_bob):
        assert bodies(look(client, room)) == ["new"]
    assert read == [room.pk] * 2


def test_a_page_that_has_not_changed_is_not_sent_again(
    as_bob: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = seen(as_bob, room)
    monkeypatch.setattr(rooms, "render", None)
    answer = look(as_bob, room, if_none_match=tag)
    assert (answer.status_code, answer.content) == (304, b"")
    assert "private" in answer["Cache-Control"]


# -- what makes it another page --------------------------------------------------------------------


def _post(bob: Any, room: Room) -> None:
    post_message(bob.pk, room, "new")


def _delete(bob: Any, room: Room) -> None:
    actions.delete_message(bob.pk, Message.objects.get(room=room).pk)


def _rename(bob: Any, room: Room) -> None:
    actions.change_profile(bob.pk, name="Robert")


def _promote(bob: Any, room: Room) -> None:
    owner = room.memberships.get(role="owner").user_id
    actions.set_role(owner, room.key, bob.pk, "moderator")


def _topic(bob: Any, room: Room) -> None:
    owner = room.memberships.get(role="owner").user_id
    actions.change_room(owner, room.key, topic="Lamps")


def _withdraw(bob: Any, room: Room) -> None:
    room.join_links.all().delete()


def _other_place(bob: Any, room: Room) -> None:
    Workspace.objects.update(name="Elsewhere")


@pytest.mark.parametrize("change", [_post, _delete, _rename, _promote, _topic, _withdraw, _other_place])
def test_a_page_is_sent_again_whatever_on_it_has_changed(
    as_bob: Client, bob: Any, room: Room, change: Any
) -> None:
    post_message(bob.pk, room, "old")
    tag = seen(as_bob, room)
    change(bob, room)
    assert status(as_bob, room, tag) == 200


def test_language_theme_host_and_token_each_change_the_etag(as_bob: Client, room: Room) -> None:
    tag = seen(as_bob, room)
    assert look(as_bob, room, if_none_match=tag, accept_language="zh-hans").status_code == 200
    assert look(as_bob, room, if_none_match=tag, host="localhost").status_code == 200
    for cookie in ("django_language", "chat_theme", "chat_density", "csrftoken"):
        before = as_bob.cookies[cookie].value if cookie in as_bob.cookies else ""
        as_bob.cookies[cookie] = {"django_language": "zh-hans", "chat_theme": "dark"}.get(cookie, "x" * 32)
        assert status(as_bob, room, tag) == 200, cookie
        as_bob.cookies[cookie] = before
        assert status(as_bob, room, tag) == 304, cookie


def test_without_the_csrf_cookie_no_page_is_reused(as_bob: Client, room: Room) -> None:
    seen(as_bob, room)
    del as_bob.cookies["csrftoken"]
    assert "ETag" not in look(as_bob, room)


# -- whose it is -----------------------------------------------------------------------------------


def test_nobody_gets_a_304_for_somebody_else_s_page(as_bob: Client, charlie: Any, room: Room) -> None:
    actions.join_room(charlie.pk, room.key)
    tag, as_charlie = seen(as_bob, room), signed_in_client(charlie)
    as_charlie.cookies["csrftoken"] = as_bob.cookies["csrftoken"].value
    assert status(as_charlie, room, tag) == 200


def _signed_out(client: Client, bob: Any, room: Room) -> None:
    client.session.delete()


def _banned(client: Client, bob: Any, room: Room) -> None:
    actions.ban_person(bob.pk)


def _removed(client: Client, bob: Any, room: Room) -> None:
    owner = room.memberships.get(role="owner").user_id
    actions.remove_member(owner, room.key, bob.pk)


def _other_password(client: Client, bob: Any, room: Room) -> None:
    bob.set_password("another horse battery")
    bob.save()


@pytest.mark.parametrize(
    ("ending", "code"), [(_signed_out, 302), (_other_password, 302), (_banned, 403), (_removed, 200)]
)
def test_after_losing_access_a_person_gets_neither_the_page_nor_a_304(
    as_alice: Client, as_bob: Client, bob: Any, room: Room, ending: Any, code: int
) -> None:
    post_message(bob.pk, room, "for those who are in")
    tag, hers = seen(as_bob, room), look(as_alice, room)
    ending(as_bob, bob, room)
    for headers in ({}, {"if_none_match": tag}, {"if_none_match": "*"}):
        answer = look(as_bob, room, **headers)
        assert answer.status_code == code
        assert "for those who are in" not in answer.content.decode()
    assert bodies(hers) == bodies(look(as_alice, room)) == ["for those who are in"]


def test_an_outsider_gets_the_join_page_of_a_room_cached_for_others(
    as_alice: Client, charlie: Any, bob: Any, room: Room
) -> None:
    post_message(bob.pk, room, "for those who are in")
    tag = seen(as_alice, room)
    outside = signed_in_client(charlie)
    assert membership_of(charlie, room) is None
    for headers in ({}, {"if_none_match": tag}):
        assert "for those who are in" not in look(outside, room, **headers).content.decode()


def test_each_person_s_page_shows_that_person(
    as_alice: Client, as_bob: Client, alice: Any, bob: Any, room: Room
) -> None:
    for client, person in ((as_alice, alice), (as_bob, bob), (as_alice, alice)):
        page = look(client, room).context["page"]
        assert (page["me"], page["moderates"]) == (person.pk, person == alice)


def test_each_language_has_its_own_page(as_bob: Client, room: Room) -> None:
    for language, words in (("en", "Find a person"), ("zh-hans", "查找成员"), ("en", "Find a person")):
        assert f'placeholder="{words}"' in look(as_bob, room, accept_language=language).content.decode()


def test_the_forms_of_a_cached_page_still_work(bob: Any, room: Room) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    look(strict, room)
    page = look(strict, room)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token is not None
    assert status(strict, room, page["ETag"]) == 304
    form = {"csrfmiddlewaretoken": token[1], "language": "en", "next": "/rooms/"}
    assert strict.post("/language/", form).status_code == 302


def test_without_javascript_the_middle_of_the_room_says_that_it_needs_it(as_bob: Client, room: Room) -> None:
    main = look(as_bob, room).content.decode().partition("<main")[2].partition("</main>")[0]
    said = main.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "This chat needs JavaScript." in said
