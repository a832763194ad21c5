"""Tests setting up a new installation: with the one-time link, as a superuser, or by the command."""

import io
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from chat import actions
from chat.accounts import first_run
from chat.models import Room, Workspace, new_key
from chat.writer import writer
from tests.support.scene import PASSWORD, signed_in_client

pytestmark = pytest.mark.django_db

ABOUT = {"workspace": "Lamplight", "name": "Mara", "language": "en"}
GIVEN = ABOUT | {"username": "mara", "password": PASSWORD}


@pytest.fixture
def link(db: None) -> str:
    link = first_run.link()
    assert link
    return link


def users() -> list[str]:
    return list(get_user_model()._default_manager.values_list("username", flat=True))


# -- with the link ---------------------------------------------------------------------------------


def test_the_link_sets_up_the_chat_and_leads_to_the_lobby(client: Client, link: str) -> None:
    assert b"Set up your chat" in client.get(link).content
    page = client.post(link, GIVEN, follow=True)
    place, user = Workspace.current(), get_user_model()._default_manager.get()
    assert (place.name, place.founder) == ("Lamplight", user)
    assert user.is_superuser
    assert user.is_staff
    assert page.context["room"].name == "Lobby"
    assert page.context["page"]["join_link"].startswith("http://testserver/join/")


@pytest.mark.parametrize("address", ["/", "/setup/guess/", "/setup/%E4%B8%AD/", "/setup/" + "0" * 32 + "/"])
def test_without_the_link_a_visitor_sets_up_nothing(client: Client, address: str) -> None:
    for answer in (client.get(address), client.post(address, GIVEN)):
        assert answer.status_code == (503 if address == "/" else 404)
        assert b"set up yet" in answer.content
        assert b'name="workspace"' not in answer.content
    assert users() == []


def test_the_link_works_once(client: Client, link: str) -> None:
    client.post(link, GIVEN)
    for answer in (Client().get(link), Client().post(link, GIVEN | {"username": "eve"})):
        assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert users() == ["mara"]


def test_the_link_stops_working_with_the_first_user(client: Client, link: str, alice: Any) -> None:
    for answer in (client.get(link), client.post(link, GIVEN)):
        assert answer.status_code == 404
    assert first_run.link() is None
    assert users() == ["alice"]
    assert Workspace.current().founder is None


def test_another_secret_or_epoch_is_another_link(client: Client, link: str, settings: Any) -> None:
    settings.SECRET_KEY = "another secret, as long as the first one"
    assert first_run.link() != link
    assert client.post(link, GIVEN).status_code == 404
    before = first_run.link()
    Workspace.objects.update(epoch=new_key())
    assert first_run.link() != before


def test_wrong_links_are_limited_and_the_right_one_still_works(client: Client, link: str) -> None:
    answers = [client.get(f"/setup/{number}/") for number in range(21)]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("somebody", ["a founder", "an account"])
def test_the_second_setup_is_refused_and_leaves_no_account(
    client: Client, link: str, somebody: str, django_user_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other request comes between the check of the link and the transaction."""

    def somebody_is_quicker(action: Any, *args: Any) -> Any:
        user = django_user_model.objects.create_user(username="quick")
        if somebody == "a founder":
            actions.create_workspace(user.pk, "Quicker")
        return original(action, *args)

    original = writer.perform
    monkeypatch.setattr(writer, "perform", somebody_is_quicker)
    answer = client.post(link, GIVEN)
    assert answer.status_code == 400
    assert "Someone else has just set up this chat" in answer.content.decode()
    assert users() == ["quick"]


def test_the_link_leaves_neither_caches_nor_the_site(client: Client, link: str) -> None:
    answer = client.get(link)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert not re.findall(rb'(?:href|src|action)="(?:https?:)?//', answer.content)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("password", "harbour1", "4 characters too short."),
        ("password", "qwerty123456", "too common"),
        ("name", "\u200b\u200b", "visible character"),
        ("workspace", "", "required"),
        ("username", "two words", "valid username"),
        ("language", "tlh", ""),
    ],
)
def test_an_invalid_field_shows_its_error(
    client: Client, link: str, field: str, value: str, said: str
) -> None:
    answer = client.post(link, GIVEN | {field: value})
    assert answer.status_code == 400
    assert said in " ".join(answer.context["form"].errors.get(field, [])) or not said
    assert Workspace.current().founder is None


def test_the_founders_language_holds_from_the_first_page_on(client: Client, link: str) -> None:
    page = client.post(link, GIVEN | {"language": "zh-hans"}, follow=True)
    assert page.context["page"]["language"] == "zh-hans"


# -- where users exist -----------------------------------------------------------------------------


def test_a_signed_in_superuser_sets_up_the_chat_without_another_account(alice: Any) -> None:
    alice.is_superuser = True
    alice.save()
    as_alice = signed_in_client(alice)
    page = as_alice.get("/")
    assert list(page.context["form"].fields) == ["workspace", "name", "language"]
    assert as_alice.post("/", ABOUT, follow=True).context["room"].name == "Lobby"
    assert Workspace.current().founder == alice
    assert users() == ["alice"]


def test_an_account_without_superuser_rights_sets_up_nothing(as_bob: Client) -> None:
    for answer in (as_bob.get("/"), as_bob.post("/", ABOUT)):
        assert answer.status_code == 503
        assert "An administrator can sign in" in answer.content.decode()
    assert Workspace.current().founder is None


def test_a_stranger_is_sent_to_sign_in(client: Client, alice: Any) -> None:
    assert 'href="/accounts/login/?next=/"' in client.get("/").content.decode()


def test_a_chat_that_is_set_up_cannot_be_set_up_again(client: Client, alice: Any, room: Room) -> None:
    alice.is_superuser = True
    alice.save()
    signed_in_client(alice).post("/", ABOUT | {"workspace": "Mine"})
    assert client.post("/", GIVEN).status_code == 302
    assert Workspace.current().name == "Lamplight"
    assert "mara" not in users()


# -- the command -----------------------------------------------------------------------------------


def setup_command(capsys: Any, *options: str) -> str:
    call_command("chat_setup", *options)
    return str(capsys.readouterr().out)


@pytest.fixture
def given_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


def test_the_command_prints_the_link_for_each_address(capsys: Any, link: str, settings: Any) -> None:
    settings.HOST, settings.PORT = "0.0.0.0", 8001  # noqa: S104
    assert setup_command(capsys, "--verbosity=0") == f"http://localhost:8001{link}\n"
    settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org", "https://*.example.org"]
    assert setup_command(capsys, "--verbosity=0") == f"https://chat.example.org{link}\n"
    printed = setup_command(capsys, "--verbosity=0", "--address=http://192.0.2.7:80/", "--address=http://h")
    assert printed.split()[1:] == [f"http://192.0.2.7:80{link}", f"http://h{link}"]


def test_the_command_prints_no_link_that_would_not_work(capsys: Any, alice: Any) -> None:
    assert "Some accounts already exist" in setup_command(capsys)
    assert setup_command(capsys, "--verbosity=0") == ""
    actions.create_workspace(alice.pk, "Lamplight")
    assert "already set up" in setup_command(capsys)
    assert setup_command(capsys, "--verbosity=0") == ""


@pytest.mark.usefixtures("given_password")
def test_the_command_makes_the_administrator(capsys: Any, client: Client) -> None:
    setup_command(capsys, "--username=mara", "--name=Mara", "--workspace=Lamplight")
    user = get_user_model()._default_manager.get()
    assert (user.is_superuser, user.chat_profile.name) == (True, "Mara")
    assert (Workspace.current().founder, Workspace.current().name) == (user, "Lamplight")
    assert client.login(username="mara", password=PASSWORD)
    assert "already set up" in setup_command(capsys, "--username=eve")
    assert users() == ["mara"]


def test_the_command_takes_no_weak_password(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        setup_command(capsys, "--username=mara")
    assert users() == []


def test_the_command_lets_an_existing_superuser_set_it_up_and_nobody_else(capsys: Any, alice: Any) -> None:
    with pytest.raises(CommandError, match="not a superuser"):
        setup_command(capsys, "--username=alice")
    assert Workspace.current().founder is None
    alice.is_superuser = True
    alice.save()
    setup_command(capsys, "--username=alice")
    assert Workspace.current().founder == alice
