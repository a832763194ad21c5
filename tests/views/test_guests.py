"""Tests pages for guests: refused actions are not offered, a visit stores nothing, a ban can include the
address."""

import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.models import Session as StoredSession
from django.test import Client
from django.utils import timezone

from chat import actions, files
from chat.accounts import sessions
from chat.actions import Refused
from chat.models import BannedAddress, JoinLink, Profile, Room, Session, Workspace
from chat.web.views import profile
from tests.support.scene import PASSWORD, signed_in_client

pytestmark = pytest.mark.django_db

NEW = {"name": "Tom Okafor", "username": "tom", "password1": PASSWORD}


@pytest.fixture
def guest(client: Client, link: JoinLink) -> Any:
    """A guest who is signed in as `client`."""
    client.post(f"/join/{link.code}/", {"name": "Grace"})
    return Profile.objects.get(name="Grace").user


@pytest.fixture
def attic(alice: Any, room: Room) -> Room:
    return actions.make_room(alice.pk, "Attic")


# -- a visit ---------------------------------------------------------------------------------------


def test_visiting_a_page_stores_nothing(client: Client, room: Room, link: JoinLink) -> None:
    here = f"/join/{link.code}/"
    pages = (
        here,
        "/join/none/",
        "/",
        f"/rooms/{room.key}/",
        "/rooms/",
        "/profile/",
        "/admin/",
        "/accounts/login/",
    )
    for page in (
        *pages,
        f"/accounts/login/?next={here}",
        f"/accounts/signup/?next={here}",
        "/accounts/signup/",
    ):
        Client().get(page, follow=True)
        client.get(page)
        client.post("/language/", {"language": "en", "next": page})
    assert not StoredSession.objects.exists()
    assert "sessionid" not in client.cookies


def test_a_new_account_still_gets_the_link_s_room(client: Client, link: JoinLink) -> None:
    here = f"/join/{link.code}/"
    page = client.get(f"/accounts/login/?next={here}").content.decode()
    assert f"/accounts/signup/?next={here.replace('/', '%2F')}" in page
    assert client.post("/accounts/signup/", NEW | {"next": here}).headers["location"] == here
    assert get_user_model()._default_manager.filter(username="tom").exists()


@pytest.mark.parametrize(
    "next", ["/join/none/", "/rooms/", "join", "/join/", "http://[/join/x/", "/join/%00/", "/join/\0/"]
)
def test_only_a_working_link_opens_the_sign_up(client: Client, link: JoinLink, next: str) -> None:
    answer = client.post("/accounts/signup/", NEW | {"next": next})
    assert answer.status_code == 200
    assert "invite link" in answer.content.decode()
    assert not get_user_model()._default_manager.filter(username="tom").exists()


# -- rooms -----------------------------------------------------------------------------------------


def test_no_page_shows_a_public_room_to_a_guest(
    client: Client, as_bob: Client, guest: Any, room: Room, attic: Room
) -> None:
    for page in (f"/rooms/{attic.key}/", f"/rooms/{attic.key}/1/", f"/rooms/{attic.key}/settings/"):
        assert client.get(page).status_code == 404
    for page in ("join", "leave", "archive", "links", "members"):
        assert client.post(f"/rooms/{attic.key}/{page}/").status_code == 404
    assert client.post(f"/rooms/{attic.key}/files/?name=a", b"x", "text/plain").status_code == 404
    assert "Attic" not in client.get("/rooms/").content.decode()
    assert "Attic" not in client.get("/rooms/?q=attic").content.decode().replace("“attic”", "")
    assert "Attic" in as_bob.get("/rooms/").content.decode()
    Workspace.objects.update(guests_see_public_rooms=True)
    assert client.get(f"/rooms/{attic.key}/").status_code == 200
    assert "Attic" in client.get("/rooms/").content.decode()


def test_guests_are_not_offered_what_they_may_not_do(client: Client, guest: Any, room: Room) -> None:
    assert "New room" not in client.get("/rooms/").content.decode()
    assert "Create a room with this name" not in client.get("/rooms/?q=nothing").content.decode()
    answer = client.get("/rooms/new/")
    assert (
        answer.status_code == client.post("/rooms/new/", {"name": "Den", "kind": "public"}).status_code == 403
    )
    assert "Create an account first" in answer.content.decode()
    assert not Room.objects.filter(name="Den").exists()
    Workspace.objects.update(guests_create_rooms=True)
    assert "New room" in client.get("/rooms/").content.decode()
    assert client.post("/rooms/new/", {"name": "Den", "kind": "private"}).status_code == 302


def test_the_directory_is_not_offered_when_it_is_empty(
    client: Client, as_bob: Client, guest: Any, room: Room
) -> None:
    page = f"/rooms/{room.key}/"
    assert "data-confined" in client.get(page).content.decode()
    assert "data-confined" not in as_bob.get(page).content.decode()
    Workspace.objects.update(guests_see_public_rooms=True)
    assert "data-confined" not in client.get(page).content.decode()


def test_guests_are_offered_to_invite_if_the_room_allows_it(
    client: Client, as_alice: Client, guest: Any, room: Room, link: JoinLink
) -> None:
    page, settings, picture = (
        f"/rooms/{room.key}/",
        f"/rooms/{room.key}/settings/",
        f"/join/{link.code}/qr.svg",
    )
    shown = client.get(page).context["page"]
    assert (shown["invites"], shown["join_link"]) == (False, "")
    assert link.code not in client.get(settings).content.decode()
    assert client.get(picture).status_code == 404
    client.post(f"{page}links/")
    assert room.join_links.count() == 1
    given = {"name": room.name, "kind": room.kind, "posting": room.posting, "guests_invite": "guests"}
    as_alice.post(settings, given)
    assert as_alice.get(settings).context["form"].initial["guests_invite"] == "guests"
    shown = client.get(page).context["page"]
    assert shown["invites"]
    assert link.code in shown["join_link"]
    assert client.get(picture).status_code == 200
    client.post(f"{page}links/")
    assert room.join_links.count() == 2


def test_the_link_form_proposes_limits_that_can_be_widened(as_alice: Client, room: Room) -> None:
    page = as_alice.get(f"/rooms/{room.key}/settings/").content.decode()
    for proposed in ('<option value="30" selected>', '<option value="100" selected>'):
        assert proposed in page
    as_alice.post(f"/rooms/{room.key}/links/", {"days": "", "uses": ""})
    wide = room.join_links.latest("pk")
    assert (wide.expires_at, wide.max_uses) == (None, None)


def test_a_new_link_can_be_created_when_none_works(as_alice: Client, room: Room) -> None:
    room.join_links.update(revoked_at=timezone.now())
    shown = as_alice.get(f"/rooms/{room.key}/").context["page"]
    assert (shown["invites"], shown["join_link"]) == (True, "")


# -- addresses -------------------------------------------------------------------------------------


@pytest.fixture
def banned(guest: Any) -> str:
    """The address of a guest who was banned together with it."""
    Session.objects.create(process_id="0" * 32, user=guest, address="192.0.2.7", opened_at=timezone.now())
    actions.ban_person(guest.pk, timezone.now() + datetime.timedelta(days=7))
    return "192.0.2.7"


def test_a_banned_address_admits_nobody_new_and_does_not_affect_members(
    banned: str, link: JoinLink, as_bob: Client, room: Room
) -> None:
    here, page = f"/join/{link.code}/", f"/rooms/{room.key}/"
    for address, status in ((banned, 400), ("192.0.2.8", 302)):
        assert Client(REMOTE_ADDR=address).post(here, {"name": "Again"}).status_code == status
    Client(REMOTE_ADDR=banned).post("/accounts/signup/", NEW | {"next": here})
    assert not get_user_model()._default_manager.filter(username="tom").exists()
    assert as_bob.get(page, REMOTE_ADDR=banned).status_code == 200
    assert Client().post("/accounts/signup/", NEW | {"next": here}).status_code == 302


def test_an_existing_guest_cannot_continue_from_a_banned_address(
    banned: str, link: JoinLink, room: Room
) -> None:
    other = Client()
    other.post(f"/join/{link.code}/", {"name": "Other"})
    assert other.get(f"/rooms/{room.key}/").status_code == 200
    assert other.get(f"/rooms/{room.key}/", REMOTE_ADDR=banned).status_code == 403


def test_a_guest_at_a_banned_address_cannot_join_or_change_anything(
    banned: str, link: JoinLink, alice: Any
) -> None:
    other = Client()
    other.post(f"/join/{link.code}/", {"name": "Other"})
    den = actions.make_room(alice.pk, "Den")
    code = actions.make_join_link(alice.pk, den.key).code
    assert other.post(f"/join/{code}/", REMOTE_ADDR=banned).status_code == 403
    assert not den.memberships.exclude(user=alice).exists()
    other.post("/language/", {"language": "zh-hans"}, REMOTE_ADDR=banned)
    assert Profile.objects.get(name="Other").language != "zh-hans"
    assert other.get("/accounts/password/change/", REMOTE_ADDR=banned).status_code == 403
    assert other.post(f"/join/{code}/").status_code == 302


@pytest.fixture
def as_admin(alice: Any, room: Room) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return signed_in_client(alice)


def test_a_ban_in_the_admin_includes_the_address_if_ticked(as_admin: Client, guest: Any, room: Room) -> None:
    Session.objects.create(process_id="0" * 32, user=guest, address="192.0.2.7", opened_at=timezone.now())
    page = as_admin.get("/admin/chat/profile/").content.decode()
    assert 'name="ban_addresses"' in page
    assert f'value="{timezone.localdate() + datetime.timedelta(days=7)}"' in page
    given = {"action": "ban", "_selected_action": [guest.pk]}
    as_admin.post("/admin/chat/profile/", given)
    assert not BannedAddress.objects.exists()
    actions.unban_person(guest.pk)
    day = timezone.localdate() + datetime.timedelta(days=3)
    as_admin.post("/admin/chat/profile/", given | {"ban_addresses": "on", "until": str(day)})
    ban = BannedAddress.objects.get()
    assert (ban.network, ban.person, ban.until.date()) == ("192.0.2.7", guest, day)
    assert "192.0.2.7" in as_admin.get("/admin/chat/bannedaddress/").content.decode()
    as_admin.post(f"/admin/chat/bannedaddress/{ban.pk}/delete/", {"post": "yes"})
    assert not BannedAddress.objects.exists()


def test_what_guests_may_do_is_set_in_the_admin(as_admin: Client, room: Room) -> None:
    page = f"/admin/chat/workspace/{Workspace.current().pk}/change/"
    assert as_admin.get(page).status_code == 200
    given = {"name": "Lamplight", "guests_create_rooms": "on", "max_guests": "", "max_guests_per_room": "7"}
    as_admin.post(page, given)
    place = Workspace.current()
    assert (place.guests_create_rooms, place.guests_see_public_rooms) == (True, False)
    assert (place.max_guests, place.max_guests_per_room) == (None, 7)


# -- the login session -----------------------------------------------------------------------------


def test_a_planted_session_key_is_not_signed_in_as_the_new_account(client: Client, guest: Any) -> None:
    """The old key works for some more seconds, until the new one has reached all tabs."""
    planted = client.session.session_key
    client.post("/profile/account/", {"username": "grace", "password": PASSWORD})
    new = client.session.session_key
    assert sessions.session_owners([planted, new]).keys() == {planted, new}
    expires = StoredSession.objects.get(pk=planted).expire_date
    assert expires <= timezone.now() + datetime.timedelta(seconds=10)
    StoredSession.objects.filter(pk=planted).update(expire_date=expires - datetime.timedelta(seconds=11))
    assert sessions.session_owners([planted, new]).keys() == {new}
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/profile/").status_code == 302
    assert client.get("/profile/").status_code == 200


def test_saving_the_old_session_does_not_extend_it(
    client: Client, guest: Any, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted, thief = client.session.session_key, Client()
    client.post("/profile/account/", {"username": "grace", "password": PASSWORD})
    ends = StoredSession.objects.get(pk=planted).expire_date
    thief.cookies["sessionid"] = planted
    # Notices that no longer fit into a cookie are kept in the session.
    monkeypatch.setattr(CookieStorage, "max_cookie_size", 1)
    before = StoredSession.objects.get(pk=planted).session_data
    thief.post("/profile/", {"name": "Grace", "theme": "", "language": "en", "gaps": ""})
    stored = StoredSession.objects.get(pk=planted)
    assert stored.session_data != before, "nothing was saved: this test tries nothing"
    assert stored.expire_date == ends
    known = set(StoredSession.objects.values_list("pk", flat=True))
    assert known == {planted, client.session.session_key}


def test_one_login_session_can_create_only_one_account(client: Client, guest: Any) -> None:
    client.post("/profile/account/", {"username": "grace", "password": PASSWORD})
    with pytest.raises(Refused):
        profile.become_account(guest.pk, client.session, "thief", "!")
    guest.refresh_from_db()
    assert guest.username == "grace"


# -- where to go on --------------------------------------------------------------------------------

ODD = [
    "join", "join/", "rooms/x/", "//evil.example/", "https://evil.example/", "javascript:alert(1)",
    "\\\\evil", "http://[", "/\\evil.example", "http:///x", "///evil.example", "\0", "?", "#", " /x", "../",
    "/a\r\nSet-Cookie: x=y", "admin", "chat:home", "account_login", "a" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("next", ODD)
def test_an_invalid_next_address_leads_home(client: Client, alice: Any, room: Room, next: str) -> None:
    answers = [
        client.post("/language/", {"language": "en", "next": next}),
        client.post("/language/", {"language": "en"}, headers={"referer": next}),
        signed_in_client(alice).post("/accounts/logout/", {"next": next}),
        client.post("/accounts/login/", {"login": "alice", "password": PASSWORD, "next": next}),
    ]
    signed_in_client(alice).get("/accounts/login/", {"next": next})
    for answer in answers:
        assert answer.status_code == 302
        goes = answer.headers["location"]
        assert goes == "/" or goes.startswith("/a%0D%0A")


def test_a_full_next_address_of_this_site_is_followed(client: Client, room: Room) -> None:
    for next in (f"/rooms/{room.key}/", "http://testserver/rooms/"):
        answer = client.post("/language/", {"language": "en", "next": next})
        assert answer.headers["location"] == next


def test_only_the_qr_code_may_be_cached(
    as_alice: Client, as_charlie: Client, client: Client, link: JoinLink
) -> None:
    picture = f"/join/{link.code}/qr.svg"
    assert "max-age=600" in as_alice.get(picture)["Cache-Control"]
    for answer in (client.get(picture), as_charlie.get(picture), as_alice.get("/join/none/qr.svg")):
        assert answer.status_code in (302, 404)
        assert "no-store" in answer["Cache-Control"]
    actions.ban_person(link.created_by_id)
    assert "no-store" in as_alice.get(picture)["Cache-Control"]


# -- files -----------------------------------------------------------------------------------------


def test_an_upload_is_refused_with_the_reason_when_space_is_short(
    client: Client, as_bob: Client, guest: Any, room: Room, settings: Any, tmp_path: Any
) -> None:
    settings.CHAT_FILES_DIR = tmp_path

    def answer(of: Client) -> Any:
        given = of.post(f"/rooms/{room.key}/files/?name=a.txt", b"x" * 1000, "text/plain")
        return given.status_code, given.json().get("sentence", "")

    settings.CHAT_GUEST_FILES_MB = 1
    actions.add_upload(guest.pk, room.key, files.Stored("k" * 22, "a", "file", "text/plain", 1, files.MIB), 0)
    assert answer(client) == (413, "You’ve used up your file storage. Ask an administrator for more.")
    assert answer(as_bob)[0] == 201
    settings.CHAT_FILES_MB_TOTAL = 1
    assert answer(as_bob) == (413, "File storage is full. Ask an administrator to free up space.")
    settings.CHAT_FILES_MB_TOTAL, settings.CHAT_FREE_DISK_MB = 0, 1_000_000_000
    assert answer(as_bob) == (413, "The server’s disk is almost full. Ask an administrator to free up space.")


# -- what is said ----------------------------------------------------------------------------------


def test_signing_out_asks_a_guest_first_and_offers_an_account(client: Client, guest: Any) -> None:
    page = client.get("/profile/sign-out/").content.decode()
    assert "you can’t come back as the same person" in page
    assert 'href="/profile/account/"' in page
    assert 'action="/accounts/logout/"' in page
    profile_page = client.get("/profile/").content.decode()
    assert 'href="/profile/sign-out/"' in profile_page
    assert "/accounts/logout/" not in profile_page
    assert guest.pk == int(client.session["_auth_user_id"])


def test_a_guest_with_the_name_of_an_account_is_told_to_choose_another(link: JoinLink, alice: Any) -> None:
    actions.change_profile(alice.pk, name="Grace Hopper")
    answer = Client().post(f"/join/{link.code}/", {"name": "grace hopper"})
    assert answer.status_code == 400
    assert "Someone with an account already has this name." in answer.content.decode()


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("localhost:8000", True), ("127.0.0.1", True), ("[::1]:8000", True), ("127.1.2.3:80", True),
     ("192.168.1.5:8000", False), ("chat.example.org", False), ("[2001:db8::5]", False)],
)  # fmt: skip
def test_an_invitation_says_if_other_devices_cannot_reach_its_address(
    alice: Any, room: Room, settings: Any, host: str, only_here: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = signed_in_client(alice)
    page = client.get(f"/rooms/{room.key}/", headers={"host": host})
    assert page.context["page"]["only_here"] is only_here
    said = client.get(f"/rooms/{room.key}/settings/", headers={"host": host}).content.decode()
    assert ("This address works only on this computer." in said) is only_here
