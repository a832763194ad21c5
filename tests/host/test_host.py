"""Tests that a project can include the chat, and that its own pages, uploads and admin stay as they are."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.support.docs import ROOT

from .site import OWNER, PASSWORD, PREFIX, Host, HostServer
from .visitor import Visitor, sign_in

MIB = 2**20
LOGIN = "/accounts/login/"
EMAILS = (
    "from django.contrib.auth import get_user_model;"
    "print(*get_user_model().objects.values_list('email', flat=True))"
)
BOUNDARY = "a-boundary"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
).encode()


def with_file(size: int) -> bytes:
    """A form with a file."""
    return HEAD + bytes(size) + f"\r\n--{BOUNDARY}--\r\n".encode()


def multipart(visitor: Visitor, path: str, body: Any) -> Any:
    return visitor.send(path, body, Content_Type=f"multipart/form-data; boundary={BOUNDARY}")


def in_pieces(body: bytes) -> Iterator[bytes]:
    """urllib sends what an iterator gives as chunks, without a length."""
    for at in range(0, len(body), 65_536):
        yield body[at : at + 65_536]


# -- the project as it is --------------------------------------------------------------------------


def test_every_check_passes(host: Host) -> None:
    host.manage("check", "--fail-level", "WARNING")


def test_no_migration_is_missing_for_a_user_model_of_their_own(host: Host) -> None:
    host.manage("makemigrations", "--check", "--dry-run")


def test_pages_of_the_project_are_as_if_there_were_no_chat(server: HostServer) -> None:
    page = Visitor(server.url).get("/")
    assert "Next ride on Sunday." in page.text
    assert "<footer></footer>" in page.text, "no words of ours in their templates"
    assert "Content-Security-Policy" not in page.headers
    assert "Cache-Control" not in page.headers
    assert "Set-Cookie" not in page.headers


def test_pages_of_the_chat_have_its_policy_and_no_shared_cache(server: HostServer) -> None:
    page = Visitor(server.url).get(f"{PREFIX}/join/nothing/")
    assert page.status == 404
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "private" in page.headers["Cache-Control"]


def test_the_admin_of_users_is_the_project_s(host: Host) -> None:
    pages = "from django.contrib.admin import site; from django.contrib.auth.models import Group;"
    found = host.shell(f"{pages} print(*(type(one).__module__ for one in site._registry.values()))").split()
    ours = {name for name in found if name.startswith("chat.")}
    assert ours, "the chat's own pages are there"
    assert set(found) - ours == {"tests.host.project.admin", "django.contrib.auth.admin"}


def test_banned_staff_keep_the_project_s_admin_and_lose_the_chat_s(host: Host, server: HostServer) -> None:
    rights = "codename__in=['view_room', 'view_member']"
    host.shell(
        "from django.contrib.auth import get_user_model; from django.contrib.auth.models import Permission;"
        "from chat import actions; from chat.models import Profile;"
        f"clerk = get_user_model().objects.create_user('clerk@club.example', '{PASSWORD}', is_staff=True);"
        f"clerk.user_permissions.set(Permission.objects.filter({rights}));"
        "Profile.of(clerk); actions.ban_person(clerk.pk)"
    )
    clerk = Visitor(server.url)
    sign_in(clerk, "clerk@club.example", PASSWORD)
    assert clerk.get("/admin/community/member/").status == 200
    assert clerk.get("/admin/chat/room/").status == 403
    assert clerk.get(f"{PREFIX}/rooms/").status == 403


def test_nothing_of_allauth_is_needed(host: Host) -> None:
    assert host.shell("import sys; print(sorted(name for name in sys.modules if 'allauth' in name))") == "[]"
    sources = [path for path in (ROOT / "chat").rglob("*.py") if "allauth" in path.read_text()]
    assert not [path for path in sources if re.search(r"^\s*(from|import) allauth", path.read_text(), re.M)]


# -- bodies and sockets ----------------------------------------------------------------------------


def test_a_big_upload_to_the_project_is_not_refused(server: HostServer) -> None:
    answer = multipart(Visitor(server.url), "/big/", with_file(12 * MIB))
    assert (answer.status, answer.text) == (200, str(12 * MIB))


def test_nor_is_one_of_unknown_length(server: HostServer) -> None:
    body = in_pieces(bytes(12 * MIB))
    answer = Visitor(server.url).send("/big/", body, Content_Type="application/octet-stream")
    assert (answer.status, answer.text) == (200, str(12 * MIB))


def test_to_the_chat_it_is(server: HostServer) -> None:
    assert multipart(Visitor(server.url), f"{PREFIX}/rooms/new/", with_file(12 * MIB)).status == 413


def test_a_websocket_of_the_project_works_beside_the_chat_s(server: HostServer) -> None:
    """From another origin, too: whom it lets in is the project's affair."""
    address = server.url.replace("http", "ws")
    elsewhere = connect(f"{address}/ws/echo/", origin="https://elsewhere.example")
    with elsewhere as one, connect(f"{address}/ws/echo/") as other:
        one.send(json.dumps({"said": "hello"}))
        assert json.loads(other.recv(10)) == json.loads(one.recv(10)) == {"said": "hello"}
    with pytest.raises(Exception, match="403"):
        connect(f"{address}{PREFIX}/ws/", origin="https://elsewhere.example")


# -- the first run ---------------------------------------------------------------------------------


def test_an_anonymous_visitor_cannot_become_superuser(new_host: Host) -> None:
    """Neither before anybody has an account, nor with a link that was printed then."""
    link = new_host.manage("chat_setup", "--verbosity=0").strip()
    assert link.startswith(f"{PREFIX}/setup/")
    admin = {"workspace": "Mine", "name": "Mallory", "username": "m@x.example", "language": "en"}
    admin["password"] = PASSWORD
    with new_host.server() as server:
        visitor = Visitor(server.url)
        assert visitor.get(f"{PREFIX}/").status == 503
        assert visitor.post(f"{PREFIX}/setup/{'0' * 32}/", LOGIN, **admin).status == 404
        new_host.make_owner()
        assert visitor.post(link, LOGIN, **admin).status == 404
        assert new_host.manage("chat_setup", "--verbosity=0") == ""
        assert new_host.shell(EMAILS) == OWNER
        sign_in(visitor, OWNER, PASSWORD)
        page = visitor.post(f"{PREFIX}/", workspace="The club", name="Olga", language="en")
        assert page.url.startswith(f"{server.chat}/rooms/")
    assert new_host.shell(EMAILS) == OWNER


def test_the_link_sets_up_a_chat_where_nobody_has_an_account() -> None:
    host = Host()
    link = host.manage("chat_setup", "--verbosity=0").strip()
    given = {"workspace": "The club", "name": "Olga", "password": PASSWORD, "language": "en"}
    with host.server() as server:
        olga = Visitor(server.url)
        assert olga.post(link, username="olga", **given).status == 400, "not an e-mail address"
        page = olga.post(link, username=OWNER, **given)
        assert page.url.startswith(f"{server.chat}/rooms/")
        again = Visitor(server.url)
        sign_in(again, OWNER, PASSWORD)
        assert again.get(f"{PREFIX}/").url == page.url


# -- people ----------------------------------------------------------------------------------------


def test_nobody_sees_an_e_mail_address(host: Host, server: HostServer) -> None:
    owner = Visitor(server.url)
    sign_in(owner, OWNER, PASSWORD)
    page = owner.get(f"{PREFIX}/")
    assert page.status == 200
    assert '"name":"olga"' in page.text.replace(" ", "")
    assert OWNER not in page.text


def test_account_pages_are_the_project_s(server: HostServer) -> None:
    stranger = Visitor(server.url)
    assert stranger.get(f"{PREFIX}/").url == f"{server.url}/accounts/login/?next={PREFIX}/"
    owner = Visitor(server.url)
    sign_in(owner, OWNER, PASSWORD)
    page = owner.get(f"{PREFIX}/profile/").text
    assert 'href="/accounts/password_change/"' in page
    assert 'action="/accounts/logout/"' in page


def test_guests_keep_to_being_guests_where_people_sign_in_by_e_mail(host: Host, server: HostServer) -> None:
    """An account with somebody else's address, which nobody has verified, could become theirs."""
    link = host.shell("from chat.models import JoinLink; print(JoinLink.objects.first().code)")
    guest = Visitor(server.url)
    assert guest.post(f"{PREFIX}/join/{link}/", name="Gus").status == 200
    page = guest.get(f"{PREFIX}/profile/").text
    assert "Gus" in page
    assert f"{PREFIX}/profile/account/" not in page
    assert guest.get(f"{PREFIX}/profile/account/").url == f"{server.chat}/profile/"


# -- what cannot work ------------------------------------------------------------------------------


def test_a_chat_that_cannot_be_served_leaves_the_project_alone() -> None:
    host = Host()
    record = "MigrationRecorder(connection).record_applied('chat', '9999_from_the_future')"
    recorder = "from django.db.migrations.recorder import MigrationRecorder"
    host.shell(f"from django.db import connection; {recorder}; {record}")
    with host.server() as server:
        assert Visitor(server.url).get("/").status == 200
        refused = Visitor(server.url).get(f"{PREFIX}/")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
        assert "the chat is not served: The database is of a newer version" in server.log.read_text()
