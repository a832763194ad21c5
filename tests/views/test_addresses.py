"""Tests that the chat's pages, scripts and server know its addresses wherever a project includes it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chat import actions, addresses
from chat.models import JoinLink, Room
from chat.templatetags import chat_pages
from tests.support.docs import ROOT
from tests.support.scene import signed_in_client

EXPECTED = json.loads((ROOT / "tests/addresses.json").read_text())


@pytest.fixture
def below(settings: Any) -> Iterator[str]:
    """The prefix of a project with other account pages."""
    settings.ROOT_URLCONF = "tests.support.prefixed_urls"
    settings.LOGIN_URL, settings.CHAT_LOGOUT_URL = "login", "logout"
    settings.CHAT_SIGNUP_URL = settings.CHAT_PASSWORD_CHANGE_URL = None
    chat_pages._render_cached.cache_clear()
    yield "/community/chat"
    chat_pages._render_cached.cache_clear()


def given_to_scripts(page: str) -> Any:
    found = re.search(r'<script id="addresses" type="application/json">(.*?)</script>', page)
    assert found, "no addresses on the page"
    return json.loads(found[1])


# -- scripts ---------------------------------------------------------------------------------------


def test_scripts_get_every_address_from_the_page(as_bob: Client, room: Room) -> None:
    """tests/js uses the same ones."""
    assert given_to_scripts(as_bob.get(f"/rooms/{room.key}/").content.decode()) == EXPECTED


def test_below_a_prefix_scripts_get_it_too(bob: Any, room: Room, below: str) -> None:
    page = signed_in_client(bob).get(f"{below}/rooms/{room.key}/").content.decode()
    assert given_to_scripts(page) == {name: below + address for name, address in EXPECTED.items()}


def test_no_script_has_an_address_of_its_own() -> None:
    """Links begin with the project's prefix, which only the page knows."""
    scripts = {path: path.read_text() for path in (ROOT / "chat/static/chat").rglob("*.js")}
    absolute = re.compile(r"""["'`]/(?!\*|/)[a-z]+/|path=/;""")
    assert not [path.name for path, text in scripts.items() if absolute.search(text)]


# -- pages -----------------------------------------------------------------------------------------


def test_below_a_prefix_no_page_leads_out_of_it(alice: Any, room: Room, below: str) -> None:
    alice.is_superuser = True
    alice.save()
    client, leads = signed_in_client(alice), set()
    link = JoinLink.objects.get(room=room)
    for page in (
        f"rooms/{room.key}/", f"rooms/{room.key}/settings/", "rooms/", "rooms/new/", "direct/", "profile/",
    ):  # fmt: skip
        answer = client.get(f"{below}/{page}")
        assert answer.status_code == 200, page
        leads |= set(re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.content.decode()))
    joining = Client().get(f"{below}/join/{link.code}/").content.decode()
    leads |= set(re.findall(r'action="(/[^"]*)"', joining))
    others = {lead for lead in leads if not lead.startswith((f"{below}/", "/static/"))}
    assert others == {"/members/out/"}


def test_below_a_prefix_redirects_stay_in_it(client: Client, bob: Any, room: Room, below: str) -> None:
    here = f"{below}/rooms/{room.key}/"
    assert client.get(here).headers["location"] == f"/members/in/?next={here}"
    assert signed_in_client(bob).get(f"{below}/").headers["location"] == here
    joined = client.post(f"{below}/join/{room.join_links.get().code}/", {"name": "Grace"})
    assert joined.headers["location"] == here


def test_below_a_prefix_cookies_are_sent_to_the_chat_only(bob: Any, room: Room, below: str) -> None:
    """All but the language, which is the whole project's."""
    client = signed_in_client(bob)
    client.get(f"{below}/rooms/{room.key}/")
    client.get(f"{below}/rooms/")
    client.post(f"{below}/profile/", {"name": "Bob", "language": "en", "theme": "dark", "density": "compact"})
    paths = {name: cookie["path"] for name, cookie in client.cookies.items() if name != "sessionid"}
    assert paths.pop("django_language") == paths.pop("csrftoken") == "/"
    paths.pop("messages", None)  # Django's
    assert paths == dict.fromkeys(["chat_room", "chat_rooms_seen", "chat_theme", "chat_density"], f"{below}/")


def test_a_project_without_sign_up_has_no_link_to_it(client: Client, room: Room, below: str) -> None:
    page = client.get(f"{below}/join/{room.join_links.get().code}/").content.decode()
    assert f"/members/in/?next={below}/join/" in page
    assert "Create an account" not in page


def test_a_banned_person_may_leave_by_any_address_of_signing_out(bob: Any, room: Room, below: str) -> None:
    client = signed_in_client(bob)
    actions.ban_person(bob.pk)
    assert client.get("/staff/").status_code == 403
    assert client.post("/members/out/").status_code != 403
    assert client.get("/staff/").status_code == 302


# -- the server ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script_name", "path", "room"),
    [
        (None, "/rooms/abc/files/", b"abc"),
        (None, "/x/rooms/abc/files/", None),
        (None, "/rooms/a/b/files/", None),
        (None, "/rooms/abc/files/x", None),
        ("/sub", "/sub/rooms/abc/files/", b"abc"),
        ("/sub", "/rooms/abc/files/", b"abc"),
        ("/sub/", "/sub/rooms/abc/files/", b"abc"),
        ("/sub", "/subrooms/abc/files/", None),
    ],
)
def test_an_upload_is_known_by_its_path(settings: Any, script_name: str | None, path: str, room: Any) -> None:
    settings.FORCE_SCRIPT_NAME = script_name
    found = addresses.upload_pattern().match(path.encode())
    assert (found and found[1]) == room


def test_below_a_prefix_the_server_knows_uploads_sockets_and_slow_pages(settings: Any, below: str) -> None:
    upload = addresses.upload_pattern()
    assert upload.match(b"/community/chat/rooms/abc/files/")
    assert not upload.match(b"/rooms/abc/files/")
    assert re.match(addresses.socket_pattern(), "community/chat/ws/")
    assert not re.match(addresses.socket_pattern(), "ws/")
    assert addresses.slow_pages() == (
        *(f"{below}/{name}" for name in ("healthz", "readyz", "metrics")), "/staff/",
    )  # fmt: skip
    settings.FORCE_SCRIPT_NAME = "/sub"
    assert re.match(addresses.socket_pattern(), "sub/community/chat/ws/")
    assert re.match(addresses.socket_pattern(), "community/chat/ws/")
    assert not re.match(addresses.socket_pattern(), "sub/ws/")


def test_an_ordinary_request_for_the_socket_is_told_so(client: Client, db: None) -> None:
    answer = client.get("/ws/")
    assert answer.status_code == 426
    assert answer.headers["upgrade"] == "websocket"
