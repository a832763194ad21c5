"""Tests that files nobody can see any more are deleted, and no others."""

import asyncio
import datetime
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from chat import actions, files
from chat.models import Attachment, Message, Room
from chat.realtime.server.cleanup import STRAY, Cleanup
from tests.actions.test_attachments import aged
from tests.support.scene import make_upload, post_message

pytestmark = pytest.mark.django_db(transaction=True)


class Direct:
    """The runtime's two ways to the database, without its threads."""

    async def read(self, query: Any, *args: Any) -> Any:
        return await asyncio.to_thread(_with_own_connection, query, *args)

    write = read


def _with_own_connection(query: Any, *args: Any) -> Any:
    from django.db import connection

    try:
        return query(*args)
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def disk(settings: Any, tmp_path: Path) -> Path:
    settings.CHAT_FILES_DIR = tmp_path
    return tmp_path


def put(key: str, *, small: bool = False, hours: float = 0) -> None:
    place = files.new_work_folder()
    for name in ("whole", "small"):
        (place / name).write_bytes(b"x")
    files.store(key, place / "whole", place / "small" if small else None)
    then = time.time() - hours * 3600
    for path in place.parent.parent.rglob(f"{key}*"):
        os.utime(path, (then, then))
    for left in place.iterdir():
        left.unlink()
    place.rmdir()


def on_disk(disk: Path) -> set[str]:
    return {path.name for path in disk.rglob("*") if path.is_file()}


def sweep() -> None:
    asyncio.run(Cleanup(Direct()).sweep())  # type: ignore[arg-type]


def test_uploads_never_posted_are_deleted_with_their_bytes_and_others_stay(
    bob: Any, room: Room, disk: Path
) -> None:
    old, new, posted = (make_upload(bob.pk, room, key) for key in ("old-upload", "new-upload", "posted-one"))
    post_message(bob.pk, room, attachments=[posted])
    put(old, small=True)  # too young for a stray: it goes because its row went
    for key in (new, posted):
        put(key, small=True, hours=25)
    aged(old, hours=25)
    sweep()
    assert on_disk(disk) == {f"{key}{end}" for key in (new, posted) for end in ("", ".small")}
    assert set(Attachment.objects.values_list("key", flat=True)) == {new, posted}


def test_what_was_deleted_for_good_leaves_nothing_on_the_disk(bob: Any, room: Room, disk: Path) -> None:
    keys = [make_upload(bob.pk, room, key) for key in ("gone", "may-come-back", "stays")]
    gone, deleted, _ = (post_message(bob.pk, room, attachments=[key]) for key in keys)
    for key in keys:
        put(key, small=True)  # too young for a stray
    for message, days in ((gone, 31), (deleted, 29)):
        actions.delete_message(bob.pk, message.pk)
        then = timezone.now() - datetime.timedelta(days=days)
        Message.objects.filter(pk=message.pk).update(deleted_at=then)
    sweep()
    assert on_disk(disk) == {f"{key}{end}" for key in keys[1:] for end in ("", ".small")}
    assert set(Attachment.objects.values_list("key", flat=True)) == set(keys[1:]), "no orphan on either side"


def test_files_without_a_row_are_deleted_after_a_day(disk: Path) -> None:
    put("stray-old", small=True, hours=25)
    put("stray-new", hours=1)
    sweep()
    assert on_disk(disk) == {"stray-new"}


def test_unfinished_work_is_deleted_after_a_day(disk: Path) -> None:
    old, new = files.new_work_folder(), files.new_work_folder()
    for place in (old, new):
        (place / "came").write_bytes(b"x")
    os.utime(old, (time.time() - STRAY - 60,) * 2)
    sweep()
    assert list((disk / "incoming").iterdir()) == [new]


def test_one_cleanup_handles_a_thousand_and_one_files(
    bob: Any, room: Room, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.attachments, "BATCH", 2)
    for number in range(5):
        aged(make_upload(bob.pk, room, f"upload-{number}"), hours=25)
        put(f"upload-{number}")
    sweep()
    assert on_disk(disk) == set()
    assert not Attachment.objects.exists()


def test_an_empty_disk_is_no_trouble() -> None:
    sweep()
