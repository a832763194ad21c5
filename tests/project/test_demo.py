"""Tests that demo people can be signed in as, and that bulk-created rooms have consistent numbers."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from chat.management.demo import talk
from chat.models import Membership, Message, Room, Workspace

pytestmark = pytest.mark.django_db


def demo(capsys: Any, *options: str) -> list[str]:
    call_command("chat_demo", *options)
    return [line for line in capsys.readouterr().out.splitlines() if line]


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)


def test_the_last_line_of_the_output_is_the_room(capsys: Any) -> None:
    lines = demo(capsys, "--people", "5")
    assert Room.objects.get(key=lines[-1]).name == "Lobby"


def test_an_empty_site_gets_an_administrator_with_a_printed_password(capsys: Any, client: Client) -> None:
    lines = demo(capsys, "--people", "1")
    name, password = lines[0].removeprefix("Administrator: ").split(", password: ")
    assert client.login(username=name, password=password)
    assert Workspace.current().founder == get_user_model()._default_manager.get(username=name)


def test_every_change_has_its_own_seq_and_the_room_has_the_last(capsys: Any) -> None:
    for name in ("One", "One", "Two"):
        room = Room.objects.get(key=demo(capsys, "--people", "30", "--room", name, "--yes")[-1])
        numbers = [room.info_seq, *room.messages.values_list("seq", flat=True)]
        numbers += room.memberships.values_list("seq", flat=True)
        assert len(numbers) == len(set(numbers))
        assert max(numbers) == room.seq


def test_later_messages_have_later_times(capsys: Any) -> None:
    demo(capsys, "--people", "3")
    key = demo(capsys, "--people", "3", "--yes")[-1]
    rows = list(Message.objects.filter(room__key=key).order_by("seq").values_list("pk", "created_at"))
    assert rows == sorted(rows)
    assert [moment for _pk, moment in rows] == sorted(moment for _pk, moment in rows)


def test_each_cookie_signs_its_person_in(capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "cookies"
    file.touch(mode=0o644)
    key = demo(capsys, "--people", "3", "--cookies", str(file))[-1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    cookies = file.read_text().splitlines()
    assert len(cookies) == 3
    people = {
        Client(headers={"cookie": cookie}).get(f"/rooms/{key}/").context["page"]["me"] for cookie in cookies
    }
    assert len(people) == 3


def test_people_are_divided_among_rooms_and_all_are_in_the_first(capsys: Any) -> None:
    key = demo(capsys, "--people", "9", "--rooms", "4")[-1]
    assert Room.objects.count() == 4
    assert Membership.objects.filter(room__key=key).count() == 10
    assert Membership.objects.exclude(room__key=key).exclude(role="owner").count() == 9


def test_the_command_asks_first_if_there_are_real_people(
    alice: Any, room: Room, no_terminal: None, capsys: Any
) -> None:
    with pytest.raises(CommandError, match="--yes"):
        demo(capsys, "--people", "2")
    assert get_user_model()._default_manager.count() == 2
    assert demo(capsys, "--people", "2", "--yes")[-1] == room.key


def test_people_of_an_earlier_demo_are_not_real_people(no_terminal: None, capsys: Any) -> None:
    assert demo(capsys, "--people", "1")[-1] == demo(capsys, "--people", "1")[-1]


def test_demo_people_go_on_talking_through_actions(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk.time, "sleep", lambda seconds: None)
    key = demo(capsys, "--people", "4", "--messages", "0", "--talk", "0.3")[-1]
    room = Room.objects.get(key=key)
    assert room.messages.count() > 0
    assert room.seq == max(room.messages.values_list("seq", flat=True))


def test_a_new_epoch_is_another_one(capsys: Any) -> None:
    before = Workspace.current().epoch
    call_command("chat_epoch")
    call_command("chat_epoch", "--new")
    printed = capsys.readouterr().out.split()
    assert printed == [before, Workspace.current().epoch]
    assert printed[0] != printed[1]
