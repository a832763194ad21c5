"""Tests that changes are published to their audience after the commit, once, in order, and not on
rollback."""

import logging

import pytest
from channels.layers import BaseChannelLayer
from django.db import transaction

from chat import broadcast
from chat.broadcast import Change, Hint
from tests.support.published import run_commit_hooks


def test_the_changes_of_a_room_are_one_hint_in_order(db: None, published: list[Hint]) -> None:
    with run_commit_hooks():
        broadcast.publish_on_commit([Change(7, 3, b"a"), Change(8, 1, b"b"), Change(7, 4, b"c", 42)])
        assert not published, "not before the commit"
    seven, eight = published
    assert seven == {
        "type": "hint", "audience": "chat.room.7", "first": 3, "last": 4, "frames": [b"a", b"c"],
        "removed": [(42, 4)], "recheck": False,
    }  # fmt: skip
    assert (eight["audience"], eight["first"], eight["last"], eight["frames"]) == (
        "chat.room.8",
        1,
        1,
        [b"b"],
    )


def test_no_change_publishes_nothing(db: None, published: list[Hint]) -> None:
    with run_commit_hooks():
        broadcast.publish_on_commit([])
    assert not published


def test_a_rolled_back_change_is_not_published(db: None, published: list[Hint]) -> None:
    with run_commit_hooks():
        with transaction.atomic():
            broadcast.publish_on_commit([Change(7, 3, b"a")])
            broadcast.recheck_access(42)
            broadcast.send_to_person(42, b"b")
            transaction.set_rollback(True)
        broadcast.publish_on_commit([Change(7, 3, b"c")])
    assert [hint["frames"] for hint in published] == [[b"c"]]


def test_personal_events_go_to_one_person_after_the_commit(db: None, published: list[Hint]) -> None:
    with run_commit_hooks():
        broadcast.send_to_person(42, b"read")
        broadcast.recheck_access(42)
        assert not published
    assert [(h["audience"], h["frames"], h["recheck"], h["last"]) for h in published] == [
        ("chat.person.42", [b"read"], False, 0), ("chat.person.42", [], True, 0),
    ]  # fmt: skip


def test_an_ephemeral_event_is_sent_at_once_without_a_seq(db: None, published: list[Hint]) -> None:
    with run_commit_hooks():
        broadcast.send_ephemeral([(7, b"typing")])
        assert [(h["audience"], h["first"], h["last"]) for h in published] == [("chat.room.7", 0, 0)]


def test_names_of_audiences_are_names_of_groups() -> None:
    for audience in (broadcast.room_audience(2**62), broadcast.person_audience(2**62)):
        assert BaseChannelLayer().require_valid_group_name(audience)


def test_a_management_command_works_without_a_hub(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an outlet hints go through a shared layer; otherwise the head check finds the change."""
    monkeypatch.setattr(broadcast, "outlet", None)
    with run_commit_hooks():
        broadcast.publish_on_commit([Change(7, 3, b"a")])


def test_a_failing_layer_is_logged_and_raises_nothing(
    db: None, settings: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = "redis://127.0.0.1:1"
    config = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [nobody]}}
    settings.CHANNEL_LAYERS = {"default": config}  # type: ignore[attr-defined]
    monkeypatch.setattr(broadcast, "outlet", None)
    with caplog.at_level(logging.WARNING, "chat.broadcast"), run_commit_hooks():
        broadcast.publish_on_commit([Change(7, 3, b"the text of a message")])
    [record] = [record for record in caplog.records if record.name == "chat.broadcast"]
    assert "head check" in record.getMessage()
    assert "the text of" not in record.getMessage()
