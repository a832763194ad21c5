"""Tests that an upgrade keeps what people see, on a database with rows of every former version."""

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from chat import actions, queries, search
from chat.models import Message, ModerationEvent, Room
from chat.protocol import Search
from tests.support.scene import add_members, make_upload, post_message

RENAMED = {
    "public_since": "opened_at",
    "search_text": "found_by",
    "stored_bytes": "bytes",
    "has_thumbnail": "small",
    "max_uses": "most_uses",
    "hidden_by_block": "held_back",
}
# Would break a careless rename of keys in stored JSON.
FILE_NAME = 'a "small": b.jpg'


class Upgrade(MigrationExecutor):
    """Writes a room after each migration, with as much in it as that version could store."""

    def __init__(self, *people: Any) -> None:
        super().__init__(connection)
        self.people, self.versions = people, list[str]()

    def apply_migration(self, state: Any, migration: Any, *args: Any, **options: Any) -> Any:
        state = super().apply_migration(state, migration, *args, **options)
        if migration.app_label == "chat":
            if not self.versions:
                for person in self.people:
                    write_row(state.apps, "Profile", user_id=person, name=f"Person {person}")
            self.versions.append(migration.name)
            write_room(state.apps, migration.name, *self.people)
        return state


def write_row(apps: Any, model: str, **values: Any) -> Any:
    """Under the names that the fields had then, and without those that there were not."""
    table = apps.get_model("chat", model)
    there = {name for field in table._meta.concrete_fields for name in (field.name, field.attname)}
    names = {name: name if name in there else RENAMED.get(name, "") for name in values}
    return table.objects.create(**{names[name]: values[name] for name in values if names[name] in there})


def write_room(apps: Any, version: str, alice: Any, bob: Any, carol: Any) -> None:
    """What `make_room_today` makes, as this version stored it."""
    now, write = timezone.now(), partial(write_row, apps)
    room = write(
        "Room", name=f"Lamp {version}", topic="Größe", key=version, seq=5, info_seq=1, active_at=now,
        created_at=now, public_since=now, search_text=f"lamp {version}\ngrösse",
    )  # fmt: skip
    write("JoinLink", room=room, code=version, created_by_id=alice, max_uses=3)
    write("Membership", room=room, user_id=alice, role="owner", seq=2)
    write("Membership", room=room, user_id=bob, seq=3, level="mentions", reacted=True)
    file = {"name": FILE_NAME, "kind": "image", "type": "image/jpeg", "size": 9, "width": 4, "height": 2}
    thumbnail = "small" if version < "0019" else "has_thumbnail"
    message = write(
        "Message", room=room, author_id=alice, nonce=version, seq=5, body="**look**", created_at=now,
        html="<p><strong>look</strong></p>", reactions={"👍": [bob]},
        attachments=[{**file, "id": version, thumbnail: True}],
    )  # fmt: skip
    if version >= "0002":
        write(
            "Attachment", room=room, author_id=alice, message=message, key=version, stored_bytes=9,
            has_thumbnail=True, **file,
        )  # fmt: skip
    if version >= "0009":
        kind = "keep_out" if version < "0021" else "block_rejoin"
        write("ModerationEvent", kind=kind, actor_id=alice, person_id=carol, room=room)


def make_room_today(version: str, alice: Any, bob: Any, *, with_file: bool) -> None:
    room = actions.make_room(alice, f"Lamp {version}", topic="Größe")
    Room.objects.filter(pk=room.pk).update(key=version)
    room.key = version
    link = actions.make_join_link(alice, version, max_uses=3)
    room.join_links.filter(pk=link.pk).update(code=version)
    add_members(room, [get_user_model()._default_manager.get(pk=bob)])
    actions.set_level(bob, version, "mentions")
    shown = {"name": FILE_NAME, "bytes": 9, "width": 4, "height": 2, "has_thumbnail": True}
    keys = [make_upload(alice, room, key=version, **shown)] if with_file else []
    message = post_message(alice, room, "**look**", nonce=version, attachments=keys)
    actions.add_reaction(bob, message.pk, "👍")


def seen(version: str, *people: Any) -> str:
    """What people see of the room of this version, without what differs in every room."""
    room = Room.objects.get(key=version)
    rows: list[Any] = [json.loads(queries.snapshot(room.pk).frame), room.public_since is not None]
    rows += [list(room.join_links.values("code", "max_uses", "uses"))]
    rows += [list(room.memberships.order_by("seq").values("reacted", "cannot_rejoin", "hidden_by_block"))]
    for person in people:
        rows.append(msgspec.to_builtins(queries.my_rooms(person).get(room.pk)))
        rows.append(json.loads(search.find_messages(person, Search(text="look", room=version)))["results"])
        rows += [names_in_directory(person, "GRÖSSE " + version), names_in_directory(person, "lamp", version)]
        file = queries.attachment(person, version)
        rows.append(file and [file.name, file.message_id is None, file.stored_bytes, file.has_thumbnail])
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True).replace(version, "version")
    return re.sub(r'"(\w+_at|id|last|read_up_to)": ("[\d-]+T[^"]+"|\d+)', r'"\1": "…"', text)


def names_in_directory(person: Any, query: str, only: str = "") -> list[str]:
    return [room.name for room in queries.directory(person, query) if only in room.name]


def forget_migrations() -> None:
    """As before the first one. Undoing them one by one would take as long as applying them."""
    cascade = "CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        while tables := [name for name in connection.introspection.table_names() if name[:5] == "chat_"]:
            virtual = "chat_search" if "chat_search" in tables else tables[0]
            cursor.execute(f"DROP TABLE {virtual} {cascade}")
    MigrationRecorder(connection).migration_qs.filter(app="chat").delete()


@pytest.fixture
def latest(transactional_db: None) -> Iterator[str]:
    """The name of the last migration. All are applied at the end."""
    executor = MigrationExecutor(connection)
    [last] = [name for app, name in executor.loader.graph.leaf_nodes("chat")]
    yield last
    MigrationExecutor(connection).migrate([("chat", last)])


def test_a_room_of_any_former_version_is_what_it_would_be_if_made_today(latest: str) -> None:
    users = get_user_model()._default_manager
    people = [users.create(username=name).pk for name in ("alice", "bob", "carol")]
    forget_migrations()
    upgrade = Upgrade(*people)
    upgrade.migrate([("chat", latest)])
    make_room_today("today", *people[:2], with_file=True)
    make_room_today("without", *people[:2], with_file=False)
    while search.index_changes(100).changes + search.renew_names(100):
        pass
    assert set(ModerationEvent.objects.values_list("kind", flat=True)) == {"block_rejoin"}
    first, *others = upgrade.versions
    assert seen("today", *people).count("Lamp version") > 6
    assert seen(first, *people) == seen("without", *people)
    assert {version: seen(version, *people) for version in others} == dict.fromkeys(
        others, seen("today", *people)
    )


def test_the_log_says_who_deleted_what_was_deleted_before_an_upgrade(latest: str) -> None:
    users = get_user_model()._default_manager
    alice, bob = (users.create(username=name).pk for name in ("alice", "bob"))
    room = actions.make_room(alice, "Lamp")
    add_members(room, [users.get(pk=bob)])
    own, again, removed = (post_message(bob, room, body).pk for body in ("own", "again", "removed"))
    for message in (again, removed):
        actions.delete_message(alice, message)
    actions.restore_message(again)
    for message in (own, again):
        actions.delete_message(bob, message)
    upgrade = MigrationExecutor(connection)
    upgrade.migrate([("chat", "0024_favourites")])
    upgrade.loader.build_graph()
    upgrade.migrate([("chat", latest)])
    assert [row.pk for row in Message.objects.filter(deleted_by_moderator=True)] == [removed]
