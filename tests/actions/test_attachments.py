"""Tests that uploads belong to one message, count towards quotas, and are deleted once nobody can see
them."""

import datetime
import threading
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from chat import actions, limits, queries
from chat.actions import Refused
from chat.broadcast import Hint
from chat.models import Attachment, Message, Room
from chat.protocol import Code, Post, parse
from tests.support.published import decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_upload, post_message

pytestmark = pytest.mark.django_db


def aged(key: str, **time: float) -> None:
    Attachment.objects.filter(key=key).update(created_at=timezone.now() - datetime.timedelta(**time))


def on_the_wire(message: Message) -> list[Any]:
    return queries.message_row(Message.objects.get(pk=message.pk)).attachments


# -- posting ---------------------------------------------------------------------------------------


def test_a_message_carries_its_files_in_its_row(bob: Any, room: Room, published: list[Hint]) -> None:
    keys = [make_upload(bob.pk, room), make_upload(bob.pk, room, name="b.jpg")]
    with run_commit_hooks():
        message = post_message(bob.pk, room, "", attachments=keys)
    [told] = [event for event in decode_events(published) if event["type"] == "message"]
    assert told["message"]["body"] == ""
    assert [one["id"] for one in told["message"]["attachments"]] == keys
    assert [one.id for one in on_the_wire(message)] == keys
    one = on_the_wire(message)[1]
    assert (one.name, one.kind, one.width, one.height) == ("b.jpg", "image", 40, 20)


def test_a_message_needs_words_or_files() -> None:
    assert isinstance(parse('{"type":"message.post","room":"r","nonce":"0123456789abcdef","body":"",'
                            '"attachments":["k"]}'), Post)  # fmt: skip
    with pytest.raises(Exception, match="neither body nor attachments"):
        parse('{"type":"message.post","room":"r","nonce":"0123456789abcdef","body":""}')


def test_nobody_posts_the_upload_of_another(alice: Any, bob: Any, room: Room) -> None:
    key = make_upload(alice.pk, room)
    assert refusal_code(post_message, bob.pk, room, attachments=[key]) == Code.NO_SUCH_FILE


def test_an_upload_can_only_be_posted_in_its_room(bob: Any, room: Room) -> None:
    other = actions.make_room(bob.pk, "Other")
    key = make_upload(bob.pk, room)
    assert refusal_code(post_message, bob.pk, other, attachments=[key]) == Code.NO_SUCH_FILE


def test_an_upload_is_posted_once(bob: Any, room: Room) -> None:
    key = make_upload(bob.pk, room)
    assert refusal_code(post_message, bob.pk, room, attachments=[key, key]) == Code.NO_SUCH_FILE
    post_message(bob.pk, room, attachments=[key])
    assert refusal_code(post_message, bob.pk, room, attachments=[key]) == Code.NO_SUCH_FILE


def test_a_repeated_post_is_answered_although_its_files_are_already_posted(bob: Any, room: Room) -> None:
    key = make_upload(bob.pk, room)
    first = post_message(bob.pk, room, nonce="a-nonce-of-sixteen", attachments=[key])
    assert post_message(bob.pk, room, nonce="a-nonce-of-sixteen", attachments=[key]).pk == first.pk


def test_an_edit_keeps_the_files(bob: Any, room: Room) -> None:
    message = post_message(bob.pk, room, attachments=[make_upload(bob.pk, room)])
    actions.edit_message(bob.pk, message.pk, "other words", None)
    assert len(on_the_wire(message)) == 1


def test_a_deleted_message_shows_none_and_a_restored_one_shows_them_again(bob: Any, room: Room) -> None:
    message = post_message(bob.pk, room, attachments=[make_upload(bob.pk, room)])
    actions.delete_message(bob.pk, message.pk)
    assert on_the_wire(message) == []
    actions.restore_message(message.pk)
    assert len(on_the_wire(message)) == 1


# -- who may upload, and how much ------------------------------------------------------------------


def test_only_members_who_may_write_may_upload(alice: Any, bob: Any, charlie: Any, room: Room) -> None:
    assert refusal_code(make_upload, charlie.pk, room) == Code.NO_SUCH_ROOM
    actions.mute(alice.pk, room.key, bob.pk, timezone.now() + datetime.timedelta(hours=1))
    assert refusal_code(make_upload, bob.pk, room) == Code.MUTED
    actions.mute(alice.pk, room.key, bob.pk, None)
    actions.change_room(alice.pk, room.key, archived=True)
    assert refusal_code(make_upload, bob.pk, room) == Code.ARCHIVED
    actions.change_room(alice.pk, room.key, archived=False)
    actions.ban_person(bob.pk)
    assert refusal_code(make_upload, bob.pk, room) == Code.BANNED


def test_a_person_has_a_quota_which_others_do_not_share(alice: Any, bob: Any, room: Room) -> None:
    make_upload(bob.pk, room, bytes=700)
    assert refusal_code(make_upload, bob.pk, room, bytes=700, quota=1000) == Code.NO_SPACE
    assert refusal_code(make_upload, alice.pk, room, bytes=700, quota=1000) is None
    assert refusal_code(make_upload, bob.pk, room, bytes=700, quota=0) is None


def test_a_discarded_upload_no_longer_counts(bob: Any, alice: Any, room: Room) -> None:
    key = make_upload(bob.pk, room, bytes=700)
    assert refusal_code(actions.discard_upload, alice.pk, key) == Code.NO_SUCH_FILE
    assert actions.discard_upload(bob.pk, key) == key
    posted = make_upload(bob.pk, room, bytes=700, quota=1000)
    post_message(bob.pk, room, attachments=[posted])
    assert refusal_code(actions.discard_upload, bob.pk, posted) == Code.NO_SUCH_FILE


def test_a_person_s_waiting_uploads_are_limited(
    bob: Any, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOADS_WAITING", 2)
    keys = [make_upload(bob.pk, room), make_upload(bob.pk, room)]
    assert refusal_code(make_upload, bob.pk, room) == Code.TOO_MANY
    post_message(bob.pk, room, attachments=keys)
    assert refusal_code(make_upload, bob.pk, room) is None


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_uploads_cannot_both_use_the_rest_of_the_quota(bob: Any, room: Room) -> None:
    """Two threads with their own connections, which to the database are two processes."""
    barrier, outcomes = threading.Barrier(2, timeout=10), []

    def bring() -> None:
        barrier.wait()
        try:
            outcomes.append(make_upload(bob.pk, room, bytes=700, quota=1000))
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    for _ in range(5):
        Attachment.objects.all().delete()
        outcomes.clear()
        threads = [threading.Thread(target=bring) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert Attachment.objects.count() == 1
        assert outcomes.count(Code.NO_SPACE) == 1
    close_old_connections()


# -- what goes by itself ---------------------------------------------------------------------------


def test_an_upload_never_posted_is_deleted_after_a_day(bob: Any, room: Room) -> None:
    old, new, posted = (make_upload(bob.pk, room) for _ in range(3))
    message = post_message(bob.pk, room, attachments=[posted])
    for key in (old, posted):
        aged(key, hours=25)
    aged(new, hours=23)
    assert actions.delete_old_attachments() == [old]
    assert set(Attachment.objects.values_list("key", flat=True)) == {new, posted}
    assert len(on_the_wire(message)) == 1


def test_files_are_deleted_when_their_message_can_no_longer_be_restored(bob: Any, room: Room) -> None:
    keys = [make_upload(bob.pk, room) for _ in range(2)]
    gone, kept = (post_message(bob.pk, room, attachments=[key]) for key in keys)
    for message, days in ((gone, 31), (kept, 29)):
        actions.delete_message(bob.pk, message.pk)
        then = timezone.now() - datetime.timedelta(days=days)
        Message.objects.filter(pk=message.pk).update(deleted_at=then)
    assert actions.delete_old_attachments() == [keys[0]]
    assert Message.objects.get(pk=gone.pk).attachments is None
    assert Message.objects.get(pk=kept.pk).attachments is not None


def test_an_expired_upload_cannot_be_posted(bob: Any, room: Room) -> None:
    key = make_upload(bob.pk, room)
    aged(key, hours=25)
    actions.delete_old_attachments()
    assert refusal_code(post_message, bob.pk, room, attachments=[key]) == Code.NO_SUCH_FILE
