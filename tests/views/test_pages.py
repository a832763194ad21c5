"""Tests the profile, headers common to all pages, and the pages for machines."""

import re
from typing import Any

import pytest
from django.test import Client

from chat import actions
from chat.models import JoinLink, Profile, Room
from chat.web import importmap
from chat.writer import writer
from tests.support.scene import signed_in_client

pytestmark = pytest.mark.django_db

FORMS = ["join/", "leave/", "archive/", "links/", "links/revoke/", "members/", "settings/"]

# -- oneself ---------------------------------------------------------------------------------------


def test_name_language_and_theme_are_saved(as_bob: Client, bob: Any, room: Room) -> None:
    page = as_bob.post("/profile/", {"name": "Robert", "language": "zh-hans", "theme": "dark"}, follow=True)
    profile = Profile.objects.get(pk=bob.pk)
    assert (profile.name, profile.language, profile.theme) == ("Robert", "zh-hans", "dark")
    assert 'lang="zh-hans"' in page.content.decode()
    assert 'data-theme="dark"' in page.content.decode()


def test_the_density_is_saved_for_this_browser(as_bob: Client, bob: Any, room: Room) -> None:
    chosen = {"name": "Bob", "language": "en", "theme": "", "density": "compact"}
    page = as_bob.post("/profile/", chosen, follow=True)
    assert 'data-density="compact"' in page.content.decode()
    assert 'data-density="compact"' in as_bob.get(f"/rooms/{room.key}/").content.decode()
    assert (
        "data-density" not in as_bob.post("/profile/", chosen | {"density": ""}, follow=True).content.decode()
    )
    as_bob.cookies["chat_density"] = '"><script>'
    assert "data-density" not in as_bob.get("/profile/").content.decode()


def test_a_new_browser_starts_with_the_saved_settings(as_bob: Client, bob: Any, room: Room) -> None:
    actions.change_profile(bob.pk, language="zh-hans", theme="dark")
    page = as_bob.get("/profile/")
    assert 'lang="zh-hans"' in page.content.decode()
    assert page.cookies["chat_theme"].value == "dark"


def test_switching_the_language_redirects_only_to_this_site(as_bob: Client, bob: Any, room: Room) -> None:
    back = as_bob.post("/language/", {"language": "zh-hans", "next": "/rooms/"})
    assert back.headers["location"] == "/rooms/"
    assert Profile.objects.get(pk=bob.pk).language == "zh-hans"
    for far in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        away = as_bob.post("/language/", {"language": "en", "next": far})
        assert away.headers["location"] == "/"


def test_a_language_chosen_in_the_chat_leads_back_to_the_room_that_is_shown(as_bob: Client) -> None:
    """The room may have changed since the page was rendered."""
    for page, leads in (
        ("http://testserver/rooms/abc/", "http://testserver/rooms/abc/"),
        ("http://evil.example/", "/"),
    ):
        answer = as_bob.post("/language/", {"language": "en"}, headers={"referer": page})
        assert answer.headers["location"] == leads


def test_a_banned_person_sees_that_and_nothing_else(
    as_bob: Client, bob: Any, room: Room, link: JoinLink
) -> None:
    actions.ban_person(bob.pk)
    for page in (f"/rooms/{room.key}/", "/rooms/", "/profile/", "/", f"/join/{link.code}/"):
        answer = as_bob.get(page)
        assert answer.status_code == 403
        assert "You’ve been banned" in answer.content.decode()
        assert room.name not in answer.content.decode()


# -- every page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/", "/rooms/", "/rooms/new/", "/profile/", "/accounts/password/change/"])
def test_no_page_is_cached_by_proxies(as_alice: Client, room: Room, page: str) -> None:
    answer = as_alice.get(page, follow=True)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_pages_and_the_admin_run_only_their_own_scripts(as_alice: Client, alice: Any, room: Room) -> None:
    policy = as_alice.get("/rooms/")["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert importmap.source() in policy
    assert "unsafe" not in policy
    alice.is_staff = alice.is_superuser = True
    alice.save()
    admin = as_alice.get("/admin/")["Content-Security-Policy"]
    assert "trusted-types" not in admin
    assert "script-src 'self'" in admin


def test_the_import_map_matches_its_hash_in_the_policy(as_alice: Client, room: Room) -> None:
    page = as_alice.get("/rooms/").content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    assert inline == [importmap.text()]


def test_nothing_else_on_a_page_is_inline(as_alice: Client, room: Room) -> None:
    for address in (f"/rooms/{room.key}/", f"/rooms/{room.key}/settings/", "/profile/"):
        page = as_alice.get(address).content.decode()
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page)
        assert "<style" not in page


def test_every_form_needs_its_token(alice: Any, room: Room, link: JoinLink) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    addresses = [f"/rooms/{room.key}/{form}" for form in FORMS]
    for address in [
        *addresses,
        f"/join/{link.code}/",
        "/rooms/new/",
        "/profile/",
        "/language/",
        "/accounts/logout/",
    ]:
        assert strict.post(address).status_code == 403


def test_reading_pages_changes_nothing(as_alice: Client, room: Room, link: JoinLink) -> None:
    for form in ("join/", "leave/", "archive/", "links/", "links/revoke/", "members/"):
        assert as_alice.get(f"/rooms/{room.key}/{form}").status_code == 405


# -- for machines ----------------------------------------------------------------------------------


def test_healthz_needs_no_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_readyz_is_ok_until_the_process_stops(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").status_code == 200

    class Ending:
        stopping = True

    monkeypatch.setattr(writer, "current", Ending())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"draining\n")


def test_metrics_are_only_for_this_machine_and_staff(client: Client, bob: Any, alice: Any) -> None:
    assert b"# HELP" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403
    assert signed_in_client(bob).get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403
    alice.is_staff = True
    alice.save()
    assert signed_in_client(alice).get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 200
