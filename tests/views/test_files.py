"""Tests uploads and downloads: permissions, response headers, and that deleted files are gone."""

import datetime
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from chat import actions, files
from chat.models import Attachment, Message, Room
from tests.files.test_files import exif, picture
from tests.support.scene import make_upload, post_message

pytestmark = pytest.mark.django_db

TEXT = b"the tide is out\n" * 100
FILM = b"\0\0\0\x20ftypisom\0\0\x02\0" + bytes(range(256)) * 8


@pytest.fixture(autouse=True)
def disk(settings: Any, tmp_path: Path) -> Path:
    settings.CHAT_FILES_DIR = tmp_path
    return tmp_path


def send(client: Client, room: Room, data: bytes = TEXT, name: str = "notes.txt") -> Any:
    address = f"/rooms/{room.key}/files/?name={quote(name)}"
    return client.post(address, data, content_type="application/octet-stream")


def sent(client: Client, room: Room, data: bytes = TEXT, name: str = "notes.txt") -> dict[str, Any]:
    answer = send(client, room, data, name)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def posted(client: Client, author: Any, room: Room, data: bytes = TEXT) -> tuple[str, Message]:
    """The file's address and its message."""
    row = sent(client, room, data)
    return f"/files/{row['id']}/{row['name']}", post_message(author.pk, room, attachments=[row["id"]])


def get(client: Client, address: str, **how: Any) -> Any:
    """The response, with its whole content as `body`."""
    answer: Any = client.get(address, **how)
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def on_disk(disk: Path) -> list[Path]:
    return [path for path in disk.rglob("*") if path.is_file()]


# -- in --------------------------------------------------------------------------------------------


def test_an_upload_is_answered_with_its_row(as_bob: Client, room: Room) -> None:
    row = sent(as_bob, room, picture((1200, 600), exif=exif()), "../harbour.HTML")
    assert row | {"id": 0, "size": 0} == {
        "id": 0, "size": 0, "name": "harbour.jpg", "kind": "image", "type": "image/jpeg", "width": 1200,
        "height": 600, "has_thumbnail": True,
    }  # fmt: skip


def test_stored_files_have_random_names(as_bob: Client, room: Room, disk: Path) -> None:
    row = sent(as_bob, room, name="secret plans.txt")
    assert [path.name for path in on_disk(disk)] == [row["id"]]
    assert not list((disk / "incoming").iterdir())


def test_only_the_re_encoded_picture_is_stored(as_bob: Client, room: Room, disk: Path) -> None:
    sent(as_bob, room, picture((1200, 600), exif=exif()))
    kept = on_disk(disk)
    assert len(kept) == 2
    assert not [path for path in kept if b"Exif" in path.read_bytes()]


def test_outsiders_cannot_upload_and_learn_nothing(
    client: Client, as_charlie: Client, alice: Any, room: Room, disk: Path
) -> None:
    private = actions.make_room(alice.pk, "Whispers", kind="private")
    assert send(as_charlie, private).status_code == send(as_charlie, room).status_code == 404
    assert send(as_charlie, private).content == send(as_charlie, Room(key="nothing")).content
    assert send(client, room).status_code == 302
    assert not on_disk(disk)


def test_people_who_cannot_post_cannot_upload(as_bob: Client, alice: Any, bob: Any, room: Room) -> None:
    actions.mute(alice.pk, room.key, bob.pk, timezone.now() + datetime.timedelta(hours=1))
    assert send(as_bob, room).json()["code"] == "muted"
    actions.mute(alice.pk, room.key, bob.pk, None)
    actions.change_room(alice.pk, room.key, archived=True)
    assert send(as_bob, room).json()["code"] == "archived"
    actions.change_room(alice.pk, room.key, archived=False)
    actions.remove_member(alice.pk, room.key, bob.pk)
    assert send(as_bob, room).status_code == 404
    actions.ban_person(bob.pk)
    assert send(as_bob, room).status_code == 403


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (bytes(3 * 2**20), 413, "This file is 3 MB. The limit is 1 MB."),
        (b"", 422, "This file is empty."),
    ],
)
def test_a_refusal_says_why_and_how_much_is_allowed(
    as_bob: Client, room: Room, settings: Any, disk: Path, data: bytes, status: int, sentence: str
) -> None:
    settings.CHAT_FILE_MB = 1
    answer = send(as_bob, room, data)
    assert (answer.status_code, answer.json()["sentence"]) == (status, sentence)
    assert not on_disk(disk)
    assert not Attachment.objects.exists()


def test_a_refusal_is_translated_into_chinese(as_bob: Client, room: Room) -> None:
    as_bob.cookies["django_language"] = "zh-hans"
    assert send(as_bob, room, b"").json()["sentence"] == "这个文件是空的。"


def test_a_body_without_a_length_is_counted(settings: Any) -> None:
    from io import BytesIO

    with pytest.raises(files.RejectedFile) as refused:
        files.receive_upload(BytesIO(bytes(2 * 2**20)), "key", "x", files.file_limits()._replace(bytes=2**20))
    assert refused.value.why == "bytes"


def test_an_upload_beyond_the_quota_is_refused_with_the_reason(
    as_bob: Client, as_alice: Client, room: Room, settings: Any, disk: Path
) -> None:
    settings.CHAT_FILES_MB_EACH = 1
    sent(as_bob, room, bytes(700_000))
    assert send(as_bob, room, bytes(700_000)).json()["code"] == "no_space"
    assert len(on_disk(disk)) == 1
    sent(as_alice, room, bytes(700_000))


def test_an_upload_refused_at_the_end_leaves_no_file(
    as_bob: Client, bob: Any, room: Room, settings: Any, disk: Path
) -> None:
    """The picture alone fits the quota; with its thumbnail it does not."""
    settings.CHAT_FILES_MB_EACH = 1
    data = picture((1200, 600), "WEBP")
    make_upload(bob.pk, room, bytes=2**20 - len(data))
    assert send(as_bob, room, data).json()["code"] == "no_space"
    assert not on_disk(disk)
    assert Attachment.objects.count() == 1


def test_uploads_can_be_switched_off(as_bob: Client, room: Room, settings: Any) -> None:
    settings.CHAT_FILE_MB = 0
    assert send(as_bob, room).status_code == 413


def test_a_discarded_upload_is_deleted_from_the_disk(
    as_bob: Client, as_alice: Client, room: Room, disk: Path
) -> None:
    row = sent(as_bob, room, picture((1200, 600)))
    assert as_alice.delete(f"/files/{row['id']}/").status_code == 404
    assert as_bob.delete(f"/files/{row['id']}/").status_code == 204
    assert not on_disk(disk)


def test_another_site_cannot_upload_in_our_name(bob: Any, room: Room) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    assert send(client, room).status_code == 403


# -- out -------------------------------------------------------------------------------------------


def test_only_members_can_download_a_file(
    client: Client, as_alice: Client, as_bob: Client, as_charlie: Client, bob: Any, room: Room
) -> None:
    """The room is public, but its files are for members, whom others can see."""
    address, _ = posted(as_bob, bob, room)
    for member in (as_alice, as_bob):
        assert get(member, address).body == TEXT
    outside, missing = get(as_charlie, address), get(as_charlie, "/files/nothing/notes.txt")
    assert outside.status_code == missing.status_code == 404
    assert outside.content == missing.content
    assert get(client, address).status_code == 302


def test_before_posting_only_the_uploader_can_download_a_file(
    as_alice: Client, as_bob: Client, room: Room
) -> None:
    address = f"/files/{sent(as_bob, room)['id']}/notes.txt"
    assert get(as_bob, address).body == TEXT
    assert get(as_alice, address).status_code == 404


def test_removed_and_banned_people_can_no_longer_download_a_file(
    as_bob: Client, alice: Any, bob: Any, room: Room
) -> None:
    address, _ = posted(as_bob, bob, room)
    actions.remove_member(alice.pk, room.key, bob.pk)
    assert get(as_bob, address).status_code == 404
    actions.join_room(bob.pk, room.key)
    assert get(as_bob, address).status_code == 200
    actions.ban_person(bob.pk)
    assert get(as_bob, address).status_code == 403


def test_an_archived_room_keeps_its_files(as_bob: Client, alice: Any, bob: Any, room: Room) -> None:
    address, _ = posted(as_bob, bob, room)
    actions.change_room(alice.pk, room.key, archived=True)
    assert get(as_bob, address).status_code == 200


def test_a_file_disappears_with_its_message_and_returns_when_that_is_restored(
    as_alice: Client, as_bob: Client, bob: Any, room: Room
) -> None:
    """Also for clients with the address, a cached row, or an ETag."""
    address, message = posted(as_bob, bob, room, picture((1200, 600)))
    small = address.replace("/notes", "/thumbnail/notes")
    etag = get(as_alice, address).headers["etag"]
    actions.delete_message(bob.pk, message.pk)
    for client in (as_alice, as_bob):
        for one in (address, small):
            assert get(client, one).status_code == 404
            assert get(client, one, headers={"If-None-Match": etag}).status_code == 404
    actions.restore_message(message.pk)
    assert get(as_alice, address).status_code == get(as_alice, small).status_code == 200


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "photo.png": b"<html><script>alert(1)</script></html>",
    "paper.pdf": b"%PDF-1.7 /JavaScript",
    "film.mp4": b"<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_is_only_ever_a_download(as_bob: Client, room: Room, name: str) -> None:
    row = sent(as_bob, room, HOSTILE[name], name)
    answer = get(as_bob, f"/files/{row['id']}/{name}")
    assert row["kind"] == "file"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_no_file_runs_with_the_site_s_rights(as_bob: Client, room: Room) -> None:
    for data in (TEXT, FILM, picture()):
        row = sent(as_bob, room, data)
        headers = get(as_bob, f"/files/{row['id']}/x").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "private" in headers["cache-control"]
        assert "no-cache" in headers["cache-control"]


@pytest.mark.parametrize(("data", "type"), [(FILM, "video/mp4"), (picture(format="PNG"), "image/png")])
def test_a_shown_file_is_served_with_the_type_of_its_bytes(
    as_bob: Client, room: Room, data: bytes, type: str
) -> None:
    row = sent(as_bob, room, data, "wrong.txt")
    headers = get(as_bob, f"/files/{row['id']}/wrong.txt").headers
    assert headers["content-type"] == type
    assert headers["content-disposition"].startswith("inline")


def test_a_file_name_cannot_inject_a_header(as_bob: Client, room: Room) -> None:
    row = sent(as_bob, room, TEXT, 'a"\r\nSet-Cookie: x=1;报告.txt')
    answer = get(as_bob, f"/files/{row['id']}/x")
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].count("filename") == 1


def test_a_client_with_the_current_file_gets_a_304(as_bob: Client, room: Room) -> None:
    address = f"/files/{sent(as_bob, room)['id']}/notes.txt"
    etag = get(as_bob, address).headers["etag"]
    again = get(as_bob, address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert as_bob.head(address).headers["content-length"] == str(len(TEXT))


def test_a_thumbnail_is_a_separate_file(as_bob: Client, room: Room) -> None:
    row = sent(as_bob, room, picture((1200, 600)))
    whole, small = (get(as_bob, f"/files/{row['id']}/{way}x.jpg") for way in ("", "thumbnail/"))
    assert whole.headers["etag"] != small.headers["etag"]
    assert small.headers["content-type"] == "image/webp"
    tiny = sent(as_bob, room, picture())
    assert get(as_bob, f"/files/{tiny['id']}/thumbnail/x.jpg").status_code == 404


SIZE = len(FILM)


@pytest.mark.parametrize(
    ("asked", "status", "part", "said"),
    [
        ("bytes=0-0", 206, FILM[:1], f"bytes 0-0/{SIZE}"),
        ("bytes=10-19", 206, FILM[10:20], f"bytes 10-19/{SIZE}"),
        ("bytes=2000-", 206, FILM[2000:], f"bytes 2000-{SIZE - 1}/{SIZE}"),
        ("bytes=0-", 206, FILM, f"bytes 0-{SIZE - 1}/{SIZE}"),
        ("bytes=-5", 206, FILM[-5:], f"bytes {SIZE - 5}-{SIZE - 1}/{SIZE}"),
        ("bytes=-99999", 206, FILM, f"bytes 0-{SIZE - 1}/{SIZE}"),
        ("bytes=2060-99999", 206, FILM[2060:], f"bytes 2060-{SIZE - 1}/{SIZE}"),
        ("BYTES = 1-2", 206, FILM[1:3], f"bytes 1-2/{SIZE}"),
        (f"bytes={SIZE}-", 416, b"", f"bytes */{SIZE}"),
        ("bytes=-0", 416, b"", f"bytes */{SIZE}"),
        ("bytes=5-4", 200, FILM, None),
        ("bytes=0-1,5-6", 200, FILM, None),
        ("bytes=-", 200, FILM, None),
        ("bytes=x-y", 200, FILM, None),
        ("lines=0-1", 200, FILM, None),
        ("bytes=٣-٤", 200, FILM, None),
        ("bytes=" + "9" * 30 + "-", 200, FILM, None),
    ],
)
def test_a_range_is_answered_with_that_part(
    as_bob: Client, room: Room, asked: str, status: int, part: bytes, said: str | None
) -> None:
    address = f"/files/{sent(as_bob, room, FILM)['id']}/film.mp4"
    answer = get(as_bob, address, headers={"Range": asked})
    assert (answer.status_code, answer.headers.get("content-range")) == (status, said)
    if status != 416:
        assert answer.body == part
        assert answer.headers["content-length"] == str(len(part))
        assert answer.headers["accept-ranges"] == "bytes"


def test_a_range_of_another_version_gets_the_whole_file(as_bob: Client, room: Room) -> None:
    address = f"/files/{sent(as_bob, room, FILM)['id']}/film.mp4"
    etag = get(as_bob, address).headers["etag"]
    same = get(as_bob, address, headers={"Range": "bytes=5-", "If-Range": etag})
    other = get(as_bob, address, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_a_file_missing_on_disk_is_a_404(as_bob: Client, room: Room) -> None:
    row = sent(as_bob, room)
    files.remove([row["id"]])
    assert get(as_bob, f"/files/{row['id']}/x").status_code == 404


# -- the page --------------------------------------------------------------------------------------


def test_the_page_knows_how_much_it_may_send(as_bob: Client, room: Room) -> None:
    text = get(as_bob, f"/rooms/{room.key}/").content.decode()
    page = json.loads(
        text.partition('<script id="page" type="application/json">')[2].partition("</script>")[0]
    )
    assert page["files"] == {"bytes": 25 * 2**20, "most": 10}
