"""Pages: who gets which, and what a form may do. Alice owns the room, bob is in it, charlie is outside."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from chat import actions, importmap, writer
from chat.models import JoinLink, Membership, Place, Profile, Room

pytestmark = pytest.mark.django_db

PASSWORD = "harbour lights at nine"
SETUP = {"place": "Lamplight", "name": "Mara", "username": "mara", "password": PASSWORD, "language": "en"}


@pytest.fixture(autouse=True)
def _each_test_is_alone(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: Any) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: Any) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: Any) -> Client:
    return signed_in(charlie)


@pytest.fixture
def link(room: Room) -> JoinLink:
    found = room.join_links.first()
    assert found is not None
    return found


def place_of(user: Any, room: Room) -> Membership | None:
    return Membership.objects.present().filter(user=user, room=room).first()


# -- founding --------------------------------------------------------------------------------------


def test_the_first_visitor_founds_the_place_and_lands_in_the_lobby(client: Client) -> None:
    assert b"Set up your chat" in client.get("/").content
    page = client.post("/", SETUP, follow=True)
    place, user = Place.current(), get_user_model()._default_manager.get()
    assert (place.name, place.founder) == ("Lamplight", user)
    assert user.is_superuser
    assert user.is_staff
    assert page.context["room"].name == "Lobby"
    assert page.context["page"]["join_link"].startswith("http://testserver/join/")


def test_the_second_founder_is_refused_and_leaves_no_account(client: Client, alice: Any) -> None:
    def somebody_is_quicker(action: Any, *args: Any) -> Any:
        actions.found_place(alice.pk, "Quicker")
        return ORIGINAL(action, *args)

    ORIGINAL = writer.perform
    client.get("/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "perform", somebody_is_quicker)
        answer = client.post("/", SETUP)
    assert answer.status_code == 400
    assert "Somebody else has just set this place up" in answer.content.decode()
    assert list(get_user_model()._default_manager.values_list("username", flat=True)) == ["alice"]


def test_a_founded_place_cannot_be_founded_again(client: Client, room: Room) -> None:
    assert client.post("/", SETUP).status_code == 302
    assert Place.current().name == "Lamplight"
    assert not get_user_model()._default_manager.filter(username="mara").exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("password", "harbour1", "Too short by 4 characters."),
        ("password", "qwerty123456", "too common"),
        ("name", "\u200b\u200b", "visible character"),
        ("place", "", "required"),
        ("username", "two words", "valid username"),
        ("language", "tlh", ""),
    ],
)
def test_a_wrong_answer_is_told_at_its_field(client: Client, field: str, value: str, said: str) -> None:
    answer = client.post("/", SETUP | {field: value})
    assert answer.status_code == 400
    assert said in " ".join(answer.context["form"].errors.get(field, [])) or not said
    assert Place.current().founder is None


def test_the_founders_language_holds_from_the_first_page_on(client: Client) -> None:
    page = client.post("/", SETUP | {"language": "zh-hans"}, follow=True)
    assert page.context["page"]["language"] == "zh-hans"


# -- coming in by a link ---------------------------------------------------------------------------


def test_a_guest_opens_the_link_types_a_name_and_is_in(client: Client, room: Room, link: JoinLink) -> None:
    assert client.get(f"/join/{link.code}/").status_code == 200
    page = client.post(f"/join/{link.code}/", {"name": "林夏"}, follow=True)
    assert page.context["room"] == room
    profile = Profile.objects.get(name="林夏")
    assert profile.kind == Profile.Kind.GUEST
    assert not profile.user.has_usable_password()


def test_the_join_page_names_the_place_and_not_the_room(client: Client, room: Room, link: JoinLink) -> None:
    text = client.get(f"/join/{link.code}/").content.decode()
    assert "Lamplight" in text
    assert room.name not in text
    assert room.key not in text


def test_links_that_let_nobody_in_look_alike(client: Client, room: Room, link: JoinLink) -> None:
    unknown = client.get("/join/nothing/")
    JoinLink.objects.update(most_uses=1, uses=1)
    spent = client.get(f"/join/{link.code}/")
    JoinLink.objects.update(most_uses=None, revoked_at="2026-01-01T00:00Z")
    revoked = client.post(f"/join/{link.code}/", {"name": "Eve"})
    assert unknown.status_code == spent.status_code == revoked.status_code == 404
    assert unknown.content == spent.content == revoked.content


def test_a_link_spent_between_page_and_form_leaves_no_guest_behind(
    client: Client, link: JoinLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = actions.make_guest

    def meanwhile(*args: Any) -> Any:
        JoinLink.objects.update(most_uses=1, uses=1)
        return original(*args)

    monkeypatch.setattr(actions, "make_guest", meanwhile)
    before = get_user_model()._default_manager.count()
    assert client.post(f"/join/{link.code}/", {"name": "Late"}).status_code == 400
    assert get_user_model()._default_manager.count() == before


def test_somebody_signed_in_joins_with_one_button(as_charlie: Client, charlie: Any, link: JoinLink) -> None:
    page = as_charlie.get(f"/join/{link.code}/").content.decode()
    assert 'name="name"' not in page
    as_charlie.post(f"/join/{link.code}/")
    assert place_of(charlie, link.room) is not None
    link.refresh_from_db()
    assert link.uses == 1


def test_a_member_who_opens_the_link_is_in_the_room_at_once(
    as_bob: Client, room: Room, link: JoinLink
) -> None:
    assert as_bob.get(f"/join/{link.code}/").headers["location"] == f"/rooms/{room.key}/"


def test_one_address_makes_a_limited_number_of_guests(client: Client, link: JoinLink, settings: Any) -> None:
    client.post(f"/join/{link.code}/", {"name": " "})
    cache.incr("throttle.join.127.0.0.1", 59)
    answer = Client().post(f"/join/{link.code}/", {"name": "Too much"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    settings.CHAT_RATE_LIMITS = False
    assert Client().post(f"/join/{link.code}/", {"name": "Load test"}).status_code == 302


def test_a_barred_person_is_told_nothing_of_the_room(
    as_bob: Client, alice: Any, bob: Any, room: Room, link: JoinLink
) -> None:
    actions.remove_member(alice.pk, room.key, bob.pk, bar=True)
    answer = as_bob.post(f"/join/{link.code}/")
    assert answer.status_code == 403
    assert room.name not in answer.content.decode()


# -- accounts --------------------------------------------------------------------------------------

NEW = {"name": "Tom Okafor", "username": "tom", "password1": PASSWORD}


def test_signing_up_needs_a_join_link(client: Client, room: Room) -> None:
    assert "join link" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", NEW)
    assert not get_user_model()._default_manager.filter(username="tom").exists()
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


def test_whoever_came_by_a_link_can_make_an_account_and_goes_on_to_it(client: Client, link: JoinLink) -> None:
    here = f"/join/{link.code}/"
    client.get(here)
    answer = client.post("/accounts/signup/", NEW | {"next": here})
    assert answer.headers["location"] == here
    assert Profile.objects.get(user__username="tom").name == "Tom Okafor"


def test_signing_up_can_be_open_to_all(client: Client, room: Room, settings: Any) -> None:
    settings.CHAT_SIGNUP = "open"
    assert client.post("/accounts/signup/", NEW).status_code == 302
    assert get_user_model()._default_manager.filter(username="tom").exists()


def test_nobody_signs_up_before_the_place_is_founded(client: Client, settings: Any) -> None:
    settings.CHAT_SIGNUP = "open"
    client.post("/accounts/signup/", NEW)
    assert not get_user_model()._default_manager.exists()


def test_signing_in_goes_nowhere_else(client: Client, alice: Any, room: Room) -> None:
    given = {"login": "alice", "password": "correct horse battery", "next": "https://evil.example/"}
    alice.set_password("correct horse battery")
    alice.save()
    answer = client.post("/accounts/login/", given)
    assert answer.headers["location"] == "/"


def test_guessing_a_password_is_stopped(client: Client, alice: Any, room: Room) -> None:
    answers = [
        client.post("/accounts/login/", {"login": "alice", "password": f"guess {n}"}) for n in range(12)
    ]
    assert answers[-1].status_code == 429 or "Too many" in answers[-1].content.decode()


def test_a_guest_becomes_an_account_and_stays_signed_in(client: Client, link: JoinLink) -> None:
    client.post(f"/join/{link.code}/", {"name": "Lin"})
    key = client.session.session_key
    answer = client.post("/profile/account/", {"username": "lin", "password": PASSWORD}, follow=True)
    assert answer.context["guest"] is False
    assert client.session.session_key == key
    assert Client().login(username="lin", password=PASSWORD)
    assert place_of(get_user_model()._default_manager.get(username="lin"), link.room)


def test_a_guest_cannot_take_somebodys_username(client: Client, alice: Any, link: JoinLink) -> None:
    client.post(f"/join/{link.code}/", {"name": "Eve"})
    answer = client.post("/profile/account/", {"username": "ALICE", "password": PASSWORD})
    assert answer.status_code == 400
    assert not Client().login(username="ALICE", password=PASSWORD)


def test_signing_out_ends_the_login_session_before_anybody_looks(
    alice: Any, room: Room, announced: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(alice)
    key = client.session.session_key
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/logout/")
    assert not client.session.exists(key)
    assert [hint["audience"] for hint in announced if hint["look"]] == [f"person.{alice.pk}"]


def test_a_new_password_has_the_connections_looked_at_again_but_signing_in_does_not(
    alice: Any, room: Room, announced: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(alice)
    assert announced == []
    with django_capture_on_commit_callbacks(execute=True):
        alice.set_password("another one altogether")
        alice.save()
    assert [hint["audience"] for hint in announced] == [f"person.{alice.pk}"]


# -- rooms -----------------------------------------------------------------------------------------


def test_home_is_the_room_one_was_in_last(as_bob: Client, bob: Any, room: Room) -> None:
    other = actions.make_room(bob.pk, "Other")
    as_bob.get(f"/rooms/{other.key}/")
    assert as_bob.get("/").headers["location"] == f"/rooms/{other.key}/"
    as_bob.get(f"/rooms/{room.key}/")
    assert as_bob.get("/").headers["location"] == f"/rooms/{room.key}/"


def test_home_without_a_room_is_the_list_of_rooms(as_charlie: Client, room: Room) -> None:
    assert as_charlie.get("/").headers["location"] == "/rooms/"


def test_strangers_sign_in_first_whether_the_room_exists_or_not(client: Client, room: Room) -> None:
    for key in (room.key, "nothing"):
        assert client.get(f"/rooms/{key}/").headers["location"] == f"/accounts/login/?next=/rooms/{key}/"


def test_the_page_holds_the_rooms_own_event(as_bob: Client, bob: Any, room: Room) -> None:
    answer = as_bob.get(f"/rooms/{room.key}/")
    embedded = re.search(r'<script id="page" type="application/json">(.*?)</script>', answer.content.decode())
    assert embedded is not None
    page = json.loads(embedded[1])
    assert page["first"]["type"] == "room"
    assert (page["me"], page["room"], page["moderates"]) == (bob.pk, room.key, False)
    assert {member["person"] for member in page["first"]["members"]} == {
        room.memberships.first().user_id,
        bob.pk,
    }


def test_a_public_room_one_is_not_in_has_a_door(as_charlie: Client, charlie: Any, room: Room) -> None:
    assert "Join this room" in as_charlie.get(f"/rooms/{room.key}/").content.decode()
    assert place_of(charlie, room) is None
    as_charlie.post(f"/rooms/{room.key}/join/")
    assert place_of(charlie, room) is not None


PRIVATE_PAGES = ["", "settings/"]
PRIVATE_FORMS = ["join/", "leave/", "archive/", "links/", "links/revoke/", "members/", "settings/"]


@pytest.mark.parametrize(
    ("method", "page"), [("get", p) for p in PRIVATE_PAGES] + [("post", p) for p in PRIVATE_FORMS]
)
def test_a_private_room_answers_an_outsider_as_one_that_does_not_exist(
    as_charlie: Client, alice: Any, room: Room, method: str, page: str
) -> None:
    private = actions.make_room(alice.pk, "Whispers", kind="private")
    hidden = getattr(as_charlie, method)(f"/rooms/{private.key}/{page}")
    missing = getattr(as_charlie, method)(f"/rooms/nothing-of-that-name/{page}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_a_new_room_belongs_to_whoever_makes_it_and_has_a_link(as_bob: Client, bob: Any, room: Room) -> None:
    page = as_bob.post(
        "/rooms/new/", {"name": "设计 Design", "topic": " Ink ", "kind": "private"}, follow=True
    )
    made = page.context["room"]
    assert (made.name, made.topic, made.kind) == ("设计 Design", "Ink", "private")
    member = place_of(bob, made)
    assert member is not None
    assert member.role == Membership.Role.OWNER
    assert page.context["page"]["join_link"]


def test_a_direct_room_cannot_be_made_by_hand(as_bob: Client, room: Room) -> None:
    assert as_bob.post("/rooms/new/", {"name": "x", "kind": "direct"}).status_code == 400


def test_private_rooms_are_not_in_outsiders_directory(as_charlie: Client, alice: Any, room: Room) -> None:
    actions.make_room(alice.pk, "Whispers", kind="private")
    names = [row.name for row in as_charlie.get("/rooms/").context["rooms"]]
    assert names == ["Lobby"]


def test_leaving_shows_that_one_has_left(as_bob: Client, bob: Any, room: Room) -> None:
    page = as_bob.post(f"/rooms/{room.key}/leave/", follow=True)
    assert place_of(bob, room) is None
    assert "You are no longer in “Lobby”." in page.content.decode()


# -- keeping a room --------------------------------------------------------------------------------


def test_only_moderators_change_a_room(as_alice: Client, as_bob: Client, room: Room) -> None:
    given = {"name": "Harbour", "topic": "Tides", "kind": "public"}
    as_bob.post(f"/rooms/{room.key}/settings/", given)
    room.refresh_from_db()
    assert room.name == "Lobby"
    as_alice.post(f"/rooms/{room.key}/settings/", given)
    room.refresh_from_db()
    assert (room.name, room.topic) == ("Harbour", "Tides")


def test_only_moderators_see_what_only_they_may_do(as_alice: Client, as_bob: Client, room: Room) -> None:
    alices, bobs = (
        client.get(f"/rooms/{room.key}/settings/").content.decode() for client in (as_alice, as_bob)
    )
    for words in ("Archive this room", "Remove from the room", "Withdraw", ">Save<"):
        assert words in alices
        assert words not in bobs


def test_archiving_and_opening_again(as_alice: Client, as_bob: Client, room: Room) -> None:
    as_bob.post(f"/rooms/{room.key}/archive/", {"archived": "on"})
    room.refresh_from_db()
    assert room.archived_at is None
    as_alice.post(f"/rooms/{room.key}/archive/", {"archived": "on"})
    room.refresh_from_db()
    assert room.archived_at is not None
    as_alice.post(f"/rooms/{room.key}/archive/", {"archived": "off"})
    room.refresh_from_db()
    assert room.archived_at is None


def test_a_link_is_made_with_its_bounds_and_withdrawn(as_alice: Client, as_bob: Client, room: Room) -> None:
    as_bob.post(f"/rooms/{room.key}/links/", {"days": "7", "uses": "10"})
    made = room.join_links.latest("pk")
    assert made.most_uses == 10
    assert made.expires_at is not None
    as_bob.post(f"/rooms/{room.key}/links/revoke/", {"code": made.code})
    assert JoinLink.objects.usable().filter(pk=made.pk).exists()
    as_alice.post(f"/rooms/{room.key}/links/revoke/", {"code": made.code})
    assert not JoinLink.objects.usable().filter(pk=made.pk).exists()


def test_a_link_is_withdrawn_only_from_its_own_room(as_bob: Client, bob: Any, link: JoinLink) -> None:
    own = actions.make_room(bob.pk, "Own")
    assert as_bob.post(f"/rooms/{own.key}/links/revoke/", {"code": link.code}).status_code == 404


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        ({"do": "mute", "hours": "24"}, lambda m: m.muted_until is not None),
        ({"do": "unmute"}, lambda m: m.muted_until is None),
        ({"do": "role", "role": "moderator"}, lambda m: m.role == "moderator"),
        ({"do": "remove"}, lambda m: m.removed_at is not None and not m.barred),
        ({"do": "bar"}, lambda m: m.removed_at is not None and m.barred),
    ],
)
def test_the_owner_does_to_a_member_what_the_member_cannot_do_to_the_owner(
    as_alice: Client, as_bob: Client, alice: Any, bob: Any, room: Room, form: dict[str, str], holds: Any
) -> None:
    before = Membership.objects.values().get(user=alice)
    as_bob.post(f"/rooms/{room.key}/members/", form | {"person": alice.pk})
    assert Membership.objects.values().get(user=alice) == before
    as_alice.post(f"/rooms/{room.key}/members/", form | {"person": bob.pk})
    assert holds(Membership.objects.get(user=bob))


def test_the_last_owner_is_told_why_they_stay(as_alice: Client, alice: Any, room: Room) -> None:
    form = {"do": "role", "role": "member", "person": alice.pk}
    page = as_alice.post(f"/rooms/{room.key}/members/", form, follow=True)
    assert "keeps at least one owner" in page.content.decode()


def test_members_are_found_by_name(as_bob: Client, room: Room) -> None:
    found = as_bob.get(f"/rooms/{room.key}/settings/?q=ALI").context["members"]
    assert [member.name for member in found] == ["Alice"]


# -- oneself ---------------------------------------------------------------------------------------


def test_name_language_and_theme_are_kept(as_bob: Client, bob: Any, room: Room) -> None:
    page = as_bob.post("/profile/", {"name": "Robert", "language": "zh-hans", "theme": "dark"}, follow=True)
    profile = Profile.objects.get(pk=bob.pk)
    assert (profile.name, profile.language, profile.theme) == ("Robert", "zh-hans", "dark")
    assert 'lang="zh-hans"' in page.content.decode()
    assert 'data-theme="dark"' in page.content.decode()


def test_a_new_screen_begins_as_chosen_elsewhere(as_bob: Client, bob: Any, room: Room) -> None:
    actions.change_profile(bob.pk, language="zh-hans", theme="dark")
    page = as_bob.get("/profile/")
    assert 'lang="zh-hans"' in page.content.decode()
    assert page.cookies["chat_theme"].value == "dark"


def test_the_language_is_switched_and_the_way_back_is_ours(as_bob: Client, bob: Any, room: Room) -> None:
    back = as_bob.post("/language/", {"language": "zh-hans", "next": "/rooms/"})
    assert back.headers["location"] == "/rooms/"
    assert Profile.objects.get(pk=bob.pk).language == "zh-hans"
    for far in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        away = as_bob.post("/language/", {"language": "en", "next": far})
        assert away.headers["location"] == "/"


def test_a_banned_person_sees_that_and_nothing_else(
    as_bob: Client, bob: Any, room: Room, link: JoinLink
) -> None:
    actions.ban_person(bob.pk)
    for page in (f"/rooms/{room.key}/", "/rooms/", "/profile/", "/", f"/join/{link.code}/"):
        answer = as_bob.get(page)
        assert answer.status_code == 403
        assert "You are banned" in answer.content.decode()
        assert room.name not in answer.content.decode()


# -- every page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/", "/rooms/", "/rooms/new/", "/profile/", "/accounts/password/change/"])
def test_no_page_is_kept_by_anybody_in_between(as_alice: Client, room: Room, page: str) -> None:
    answer = as_alice.get(page, follow=True)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_a_page_runs_its_own_scripts_only_and_the_admin_its_own_way(
    as_alice: Client, alice: Any, room: Room
) -> None:
    policy = as_alice.get("/rooms/")["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert importmap.source() in policy
    assert "unsafe" not in policy
    alice.is_staff = alice.is_superuser = True
    alice.save()
    admin = as_alice.get("/admin/")["Content-Security-Policy"]
    assert "trusted-types" not in admin
    assert "script-src 'self'" in admin


def test_the_import_map_is_to_the_byte_what_the_policy_allows(as_alice: Client, room: Room) -> None:
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
    addresses = [f"/rooms/{room.key}/{form}" for form in PRIVATE_FORMS]
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


def test_a_living_process_says_so_without_a_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_a_process_is_ready_until_it_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").status_code == 200

    class Ending:
        stopping = True

    monkeypatch.setattr(writer, "current", Ending())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"draining\n")


def test_metrics_are_for_this_machine_and_for_staff(client: Client, bob: Any, alice: Any) -> None:
    assert b"# HELP" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403
    assert signed_in(bob).get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403
    alice.is_staff = True
    alice.save()
    assert signed_in(alice).get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 200
