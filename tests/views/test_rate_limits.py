"""Tests rate limits of forms: who has to wait, for how long, and who must not."""

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from chat import actions, rate_limit
from chat.accounts import sessions
from chat.limits import RATES
from chat.models import JoinLink, Profile, Room
from chat.realtime.fastpath import Asked, Declined
from chat.realtime.server import upload_access
from chat.realtime.transport import Owner
from tests.support.scene import PASSWORD, membership_of, signed_in_client

pytestmark = pytest.mark.django_db


def sent(client: Client, times: int, address: str, given: Any = None, **how: Any) -> list[int]:
    return [client.post(address, given or {}, **how).status_code for _ in range(times)]


def no_more(person: Any, name: str) -> float:
    """Uses up a person's allowance for a minute. Returns the seconds until there is more."""
    rate, burst = RATES[name]
    rate_limit.allowance_of(person.pk).charge(name, burst + 60 * rate)
    return rate_limit.allowance_of(person.pk).take(name)


def test_too_frequent_uploads_are_refused_before_their_body(as_bob: Client, bob: Any, room: Room) -> None:
    cookies = [(b"cookie", f"sessionid={as_bob.cookies['sessionid'].value}".encode())]
    asked = Asked(f"/rooms/{room.key}/files/", cookies, 10, "10.1.1.1", 10)
    key = sessions.session_key_of(cookies)
    for _ in range(2 * int(RATES["upload"][1])):  # asking takes nothing: the view does
        assert isinstance(upload_access._judge(key, asked), Owner)
    wait = no_more(bob, "upload")
    declined = upload_access._judge(key, asked)
    assert isinstance(declined, Declined)
    head, _, body = declined.answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 429 ")
    assert f"Retry-After: {math.ceil(wait)}".encode() in head
    assert b"rate_limited" in body


# -- forms of people -------------------------------------------------------------------------------

FORMS: dict[str, Callable[[Room], str]] = {
    "profile": lambda _room: "/profile/",
    "room.make": lambda _room: "/rooms/new/",
    "room.join": lambda room: f"/rooms/{room.key}/join/",
    "room.change": lambda room: f"/rooms/{room.key}/settings/",
    "room.link": lambda room: f"/rooms/{room.key}/links/",
    "room.member": lambda room: f"/rooms/{room.key}/members/",
    "password": lambda _room: "/accounts/password/change/",
}
MORE = [
    ("room.join", lambda room: f"/rooms/{room.key}/leave/"),
    ("room.join", lambda room: f"/join/{room.join_links.first().code}/"),
    ("room.change", lambda room: f"/rooms/{room.key}/archive/"),
    ("room.change", lambda room: f"/rooms/{room.key}/links/revoke/"),
    ("room.change", lambda room: f"/rooms/{room.key}/opening/"),
    *[("form", address) for address in FORMS.values()],
]


@pytest.mark.parametrize(("name", "address"), [*FORMS.items(), *MORE])
def test_forms_share_buckets_with_commands_and_send_retry_after(
    as_bob: Client, bob: Any, room: Room, name: str, address: Callable[[Room], str]
) -> None:
    wait = no_more(bob, name)
    answer = as_bob.post(address(room))
    assert answer.status_code == 429
    assert wait - 10 < int(answer["Retry-After"]) <= math.ceil(wait)
    assert "Too many attempts. Try again in" in answer.content.decode()
    assert as_bob.get("/profile/").status_code == 200


def test_limits_of_one_person_do_not_delay_others_or_reading(
    as_alice: Client, as_bob: Client, bob: Any, room: Room
) -> None:
    for name in RATES:
        no_more(bob, name)
    for page in ("/", "/rooms/", f"/rooms/{room.key}/", f"/rooms/{room.key}/settings/", "/rooms/new/"):
        assert as_bob.get(page).status_code < 400
    assert as_alice.post("/rooms/new/", {"name": "Tides", "kind": "public"}).status_code == 302


def test_endless_renaming_makes_few_changes_of_the_room(as_bob: Client, room: Room) -> None:
    before = room.seq
    for number in range(30):
        as_bob.post("/profile/", {"name": f"Bob {number}", "language": "en", "theme": "", "density": ""})
    room.refresh_from_db()
    assert 1 <= room.seq - before <= RATES["profile"][1] + 1


def test_endless_joining_and_leaving_makes_few_changes_of_the_room(as_charlie: Client, room: Room) -> None:
    before = room.seq
    for _ in range(20):
        as_charlie.post(f"/rooms/{room.key}/join/")
        as_charlie.post(f"/rooms/{room.key}/leave/")
    room.refresh_from_db()
    # Joining is two changes, because it leaves a notice.
    assert RATES["room.join"][1] <= room.seq - before <= 1.5 * RATES["room.join"][1] + 5


def test_a_language_is_chosen_as_often_as_a_name(as_bob: Client, bob: Any) -> None:
    no_more(bob, "profile")
    Profile.objects.filter(user=bob).update(language="en")
    assert as_bob.post("/language/", {"language": "zh-hans"}).status_code == 429
    assert as_bob.post("/language/", {"language": "en"}).status_code == 302
    assert Client().post("/language/", {"language": "zh-hans"}).status_code == 302


def test_a_limited_upload_is_answered_as_json(as_bob: Client, bob: Any, room: Room) -> None:
    no_more(bob, "upload")
    answer = as_bob.post(f"/rooms/{room.key}/files/?name=a", b"a", content_type="application/octet-stream")
    assert answer.status_code == 429
    assert answer.json()["code"] == "rate_limited"
    assert answer.json()["sentence"] == f"Too many attempts. Try again in {answer['Retry-After']} seconds."


def test_finding_people_does_not_use_up_the_direct_room_limit(
    as_bob: Client, bob: Any, alice: Any, room: Room
) -> None:
    no_more(bob, "room.direct")
    assert as_bob.post("/direct/", {"find": "1", "person": alice.pk}).status_code == 200
    assert as_bob.post("/direct/", {"person": alice.pk}).status_code == 429


def test_a_new_guest_pays_from_the_same_address(room: Room) -> None:
    given = {"name": "Another", "language": "en", "theme": "", "density": ""}
    for number in range(21):
        rate_limit.allowance_of(f"guest {number}", "127.0.0.1").charge("profile", 20)
    anew = signed_in_client(actions.make_guest("Anew"))
    assert anew.post("/profile/", given).status_code == 429
    assert anew.post("/profile/", given, REMOTE_ADDR="10.1.1.2").status_code == 302


def test_without_limits_nobody_waits(as_bob: Client, room: Room, settings: Any) -> None:
    settings.CHAT_RATE_LIMITS = False
    assert 429 not in sent(as_bob, 100, f"/rooms/{room.key}/join/")


# -- newcomers -------------------------------------------------------------------------------------


def come_in(link: JoinLink, name: str = "Pupil", address: str = "10.1.1.1") -> int:
    answer = Client().post(f"/join/{link.code}/", {"name": name}, REMOTE_ADDR=address)
    return answer.status_code


def test_one_address_makes_a_limited_number_of_guests(link: JoinLink, settings: Any) -> None:
    settings.CHAT_GUESTS_PER_ADDRESS = 5
    JoinLink.objects.update(max_uses=None)  # a number of uses would be the limit
    assert [come_in(link, name) for name in ("", " ", "\0")] == [400] * 3  # nobody came in
    assert [come_in(link) for _ in range(6)] == [302] * 5 + [429]
    assert come_in(link, address="10.1.1.2") == 302
    settings.CHAT_RATE_LIMITS = False
    assert come_in(link) == 302


def test_a_whole_class_can_join_by_a_link_made_for_it(link: JoinLink, settings: Any) -> None:
    settings.CHAT_GUESTS_PER_ADDRESS = 5
    JoinLink.objects.update(max_uses=61)
    assert [come_in(link) for _ in range(62)] == [302] * 61 + [404]


def test_trying_names_to_learn_who_has_an_account_is_slowed_down(
    link: JoinLink, alice: Any, settings: Any
) -> None:
    settings.CHAT_GUESTS_PER_ADDRESS = 5
    actions.change_profile(alice.pk, name="Alice A")
    assert [come_in(link, "Alice A") for _ in range(7)] == [400] * 5 + [429] * 2
    assert come_in(link) == 302, "a class that joins is not held up by it"


def test_one_address_makes_a_limited_number_of_accounts(room: Room, settings: Any) -> None:
    settings.CHAT_GUESTS_PER_ADDRESS, settings.CHAT_SIGNUP = 3, "open"
    new = {"name": "Tom", "password1": PASSWORD}
    made = [Client().post("/accounts/signup/", new | {"username": f"tom-{n}"}).status_code for n in range(4)]
    assert made == [302, 302, 302, 429]
    assert Client().get("/accounts/signup/").status_code == 200


# -- signing in ------------------------------------------------------------------------------------


def sign_in(username: str, password: str, address: str = "10.1.1.1") -> str:
    """The error, or "" if signed in."""
    given = {"login": username, "password": password}
    answer = Client().post("/accounts/login/", given, REMOTE_ADDR=address)
    if answer.status_code == 302:
        return ""
    return str(answer.context["form"].non_field_errors()[0])


def after(seconds: float, username: str, address: str = "10.1.1.1") -> None:
    """Moves the attempts into the past."""
    rate_limit.sign_ins_of(username, address).charge("sign-in", -seconds * RATES["sign-in"][0])


def test_guessing_a_password_is_slowed_down_and_told_the_right_time(alice: Any, room: Room) -> None:
    wrong = "Wrong username or password."
    assert [sign_in("alice", f"guess {n}") for n in range(5)] == [wrong] * 5
    for name, password in (("alice", "guess 5"), ("ALICE", PASSWORD)):
        said = re.fullmatch(r"Too many attempts\. Try again in (\d+) seconds\.", sign_in(name, password))
        assert said
        assert 40 < int(said[1]) <= 60
    after(60, "alice")
    assert sign_in("alice", PASSWORD) == ""


def test_a_stranger_cannot_keep_a_person_out(alice: Any, room: Room) -> None:
    for number in range(20):
        sign_in("alice", "wrong", f"10.2.{number}.1")
        sign_in("alice", "wrong", "10.3.3.3")
    assert sign_in("alice", PASSWORD, "10.3.3.3").startswith("Too many attempts")
    assert sign_in("alice", PASSWORD) == ""


def test_a_class_signs_in_at_once_from_one_address(room: Room) -> None:
    for number in range(35):
        get_user_model()._default_manager.create_user(username=f"pupil-{number}", password=PASSWORD)
    for number in range(97):  # all but a few of the address's failures are used up
        rate_limit.sign_ins_of(f"somebody-{number}", "10.1.1.1").take("sign-in")
    assert [sign_in(f"pupil-{number}", PASSWORD) for number in range(35)] == [""] * 35


def test_one_address_does_not_try_one_password_on_everybody(room: Room) -> None:
    assert sign_in("pupil-0", "spring2026").startswith("Wrong username")
    for number in range(200):
        rate_limit.sign_ins_of(f"pupil-{number}", "10.1.1.1").take("sign-in")
    assert sign_in("pupil-201", "spring2026").startswith("Too many attempts")


def test_ten_thousand_other_addresses_push_no_counter_out(alice: Any, room: Room) -> None:
    for _ in range(6):
        sign_in("alice", "wrong")
    for number in range(10_000):
        rate_limit.sign_ins_of(f"user {number}", f"10.{number // 250}.{number % 250}.7").take("sign-in")
    assert sign_in("alice", PASSWORD).startswith("Too many attempts")


def test_endless_successful_sign_ins_are_limited(alice: Any, room: Room) -> None:
    assert sign_in("alice", PASSWORD) == ""
    no_more(alice, "password")
    assert sign_in("alice", PASSWORD).startswith("Too many attempts")


def test_guesses_at_the_reauthentication_page_count_as_well(as_alice: Client, room: Room) -> None:
    answers = [as_alice.post("/accounts/reauthenticate/", {"password": f"guess {n}"}) for n in range(7)]
    assert "Too many attempts" in answers[-1].content.decode()


def test_a_limited_form_does_not_join_anybody(as_charlie: Client, charlie: Any, room: Room) -> None:
    no_more(charlie, "room.join")
    as_charlie.post(f"/rooms/{room.key}/join/")
    assert membership_of(charlie, room) is None
