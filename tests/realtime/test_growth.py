"""Tests the cleanup of login sessions, connection records and silent guests, and limits on disk use."""

import datetime
import uuid
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session as StoredSession
from django.utils import timezone

from chat import actions, files, queries
from chat.broadcast import Hint
from chat.models import JoinLink, Membership, Message, Profile, Room, ServerProcess, Session
from chat.protocol import Code
from tests.actions.test_guests import come_in
from tests.realtime.test_cleanup import sweep
from tests.support.published import assert_hints_match_rows, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_upload, post_message

pytestmark = pytest.mark.django_db

MONTH = datetime.timedelta(days=31)
Users = get_user_model()._default_manager


def last_here(person: Any, ago: datetime.timedelta = MONTH) -> Any:
    Users.filter(pk=person).update(date_joined=timezone.now() - ago, last_login=timezone.now() - ago)
    return person


def left(ago: datetime.timedelta = MONTH) -> None:
    """Moves everybody's removal into the past."""
    Membership.objects.exclude(removed_at=None).update(removed_at=timezone.now() - ago)


def forget(action: Any) -> int:
    pieces = []
    while done := action():
        pieces.append(done)
    return sum(pieces)


def retire() -> int:
    people = queries.inactive_guest_ids(retired=False)
    for person in people:
        actions.retire_guest(person)
    return len(people)


def delete() -> int:
    people = queries.inactive_guest_ids(retired=True)
    for person in people:
        actions.delete_guest(person)
    return len(people)


# -- sessions ------------------------------------------------------------------------------------


def test_expired_login_sessions_are_deleted_and_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.retention, "BATCH", 2)
    for number in range(7):
        ends = timezone.now() + datetime.timedelta(days=1 if number < 2 else -1)
        StoredSession.objects.create(session_key=f"key{number}", session_data="", expire_date=ends)
    assert forget(actions.delete_expired_login_sessions) == 5
    assert set(StoredSession.objects.values_list("pk", flat=True)) == {"key0", "key1"}


def test_records_of_connections_are_deleted_a_month_after_they_closed(
    alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.retention, "BATCH", 2)
    then = timezone.now() - MONTH
    old, new = (
        ServerProcess.objects.create(host="x", started_at=then, lease_until=then, ended_at=then) for _ in "12"
    )
    for _ in range(5):
        Session.objects.create(process=old, user=alice, opened_at=then, closed_at=then)
    kept = [
        Session.objects.create(process=new, user=alice, opened_at=then, closed_at=at)
        for at in (None, timezone.now())
    ]
    assert forget(actions.delete_old_sessions) == 5
    assert set(Session.objects.all()) == set(kept)
    assert set(ServerProcess.objects.all()) == {new}


# -- guests --------------------------------------------------------------------------------------


def test_an_old_silent_guest_leaves_visibly_and_is_later_deleted(room: Room, published: list[Hint]) -> None:
    guest, heads = last_here(come_in(room)), {room.pk: Room.objects.get(pk=room.pk).seq}
    del published[:]
    with run_commit_hooks():
        assert retire() == 1
    assert_hints_match_rows(published, heads)
    assert Membership.objects.get(user=guest).removed_at is not None
    assert not Users.get(pk=guest).is_active
    assert delete() == 0, "others may not have seen the end of it"
    left()
    assert delete() == 1
    assert not Users.filter(pk=guest).exists()
    assert not Profile.objects.filter(pk=guest).exists()
    assert room.memberships.present().count() == 2


def _says(guest: Any, room: Room) -> None:
    post_message(guest, room)


def _says_with_the_nonce_of_a_notice(guest: Any, room: Room) -> None:
    post_message(guest, room, nonce=f"{Message.JOINED}0123456789")


def _reacts(guest: Any, room: Room) -> None:
    actions.add_reaction(guest, post_message(room.memberships.get(role="owner").user_id, room).pk, "👍")


def _uploads(guest: Any, room: Room) -> None:
    make_upload(guest, room)


def _connected(guest: Any, room: Room) -> None:
    then = timezone.now() - datetime.timedelta(days=29)
    Session.objects.create(process_id=uuid.uuid4(), user_id=guest, opened_at=then, closed_at=then)


def _came_lately(guest: Any, room: Room) -> None:
    last_here(guest, datetime.timedelta(days=29))


def _owns(guest: Any, room: Room) -> None:
    room.memberships.filter(user=guest).update(role="owner")


def _is_banned(guest: Any, room: Room) -> None:
    actions.ban_person(guest)


def _has_an_account(guest: Any, room: Room) -> None:
    actions.change_profile(guest, kind=Profile.Kind.ACCOUNT)


@pytest.mark.parametrize(
    "why",
    [
        _says, _says_with_the_nonce_of_a_notice, _reacts, _uploads, _connected, _came_lately, _owns,
        _is_banned, _has_an_account,
    ],
)  # fmt: skip
def test_guests_who_wrote_or_returned_stay(room: Room, why: Any) -> None:
    guest = last_here(come_in(room))
    why(guest, room)
    assert retire() == 0
    assert Users.get(pk=guest).is_active
    Users.filter(pk=guest).update(is_active=False)
    Membership.objects.filter(user=guest).update(removed_at=timezone.now() - MONTH, role="member")
    if why is not _owns:
        assert delete() == 0


def test_reactions_from_before_the_upgrade_count(room: Room) -> None:
    guest = last_here(come_in(room))
    _reacts(guest, room)
    Membership.objects.update(reacted=False)
    import_module("chat.migrations.0018_reacted").mark(apps, None)
    assert list(Membership.objects.filter(reacted=True).values_list("user", flat=True)) == [guest]


def test_guests_who_are_still_referred_to_stay_deactivated(room: Room, bob: Any) -> None:
    talks, invites = last_here(come_in(room, "Talks")), last_here(come_in(room, "Invites"))
    actions.open_direct_room(talks, [bob.pk])
    actions.open_direct_room(bob.pk, [talks])
    JoinLink.objects.create(room=room, created_by_id=invites)
    assert retire() == 2
    left()
    assert delete() == 0
    direct = Room.objects.get(kind=Room.Kind.DIRECT)
    post_message(bob.pk, direct, "are you still there?")
    assert Users.filter(pk__in=[talks, invites], is_active=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_serving_process_runs_every_cleanup(room: Room, settings: Any, tmp_path: Any) -> None:
    settings.CHAT_FILES_DIR = tmp_path
    gone = [last_here(come_in(room, f"Guest {number}")) for number in range(12)]
    StoredSession.objects.create(session_key="old", session_data="", expire_date=timezone.now() - MONTH)
    then = timezone.now() - MONTH
    Session.objects.create(process_id=uuid.uuid4(), user_id=gone[0], opened_at=then, closed_at=then)
    sweep()
    assert not Users.filter(pk__in=gone, is_active=True).exists()
    assert not StoredSession.objects.exists()
    assert not Session.objects.exists()
    left()
    sweep()
    assert not Users.filter(pk__in=gone).exists()


# -- files ---------------------------------------------------------------------------------------


def test_a_guest_has_a_smaller_quota_than_others(settings: Any) -> None:
    settings.CHAT_FILES_MB_EACH, settings.CHAT_GUEST_FILES_MB = 7, 3
    file_limits = files.file_limits()
    assert (file_limits.quota(is_guest=False), file_limits.quota(is_guest=True)) == (
        7 * files.MIB,
        3 * files.MIB,
    )


def test_all_files_together_are_limited(room: Room, bob: Any, settings: Any) -> None:
    settings.CHAT_FILES_MB_TOTAL = 1
    make_upload(bob.pk, room, bytes=files.MIB - 10)
    assert refusal_code(actions.refuse_without_space, 10) is None
    assert refusal_code(actions.refuse_without_space, 11) == Code.NO_SPACE
    settings.CHAT_FILES_MB_TOTAL = 0
    assert refusal_code(actions.refuse_without_space, 11) is None


def test_the_disk_is_never_filled(db: None, settings: Any, tmp_path: Any) -> None:
    settings.CHAT_FILES_DIR = tmp_path
    free = files.free_bytes() // files.MIB
    settings.CHAT_FREE_DISK_MB = free // 2
    assert refusal_code(actions.refuse_without_space, 0) is None
    assert refusal_code(actions.refuse_without_space, files.free_bytes()) == Code.NO_SPACE
    settings.CHAT_FREE_DISK_MB = free * 2
    assert refusal_code(actions.refuse_without_space, 0) == Code.NO_SPACE
