"""Tests migrations on a database with rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now

from chat import actions, queries
from chat.models import Attachment, JoinLink, Membership, Message, Room, ServerProcess, Session
from tests.support.scene import make_person, make_upload, post_message


def migrate(name: str) -> Any:
    """Migrate the app to this migration. Returns its historical models."""
    executor = MigrationExecutor(connection)
    executor.migrate([("chat", name)])
    return MigrationExecutor(connection).loader.project_state(("chat", name)).apps


@pytest.fixture
def latest(transactional_db: None) -> Iterator[str]:
    """The name of the last migration, which is applied again at the end."""
    [last] = [name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes("chat")]
    yield last
    migrate(last)


def test_renamed_fields_keep_what_is_stored(latest: str) -> None:
    alice, bob = make_person("alice"), make_person("bob")
    room = actions.make_room(alice, "Lamp", topic="light")
    link = actions.make_join_link(alice, room.key, max_uses=3)
    actions.join_by_link(bob, link.code)
    key = make_upload(alice, room, name='a "small": picture', has_thumbnail=True)
    message = post_message(alice, room, "look", attachments=[key])
    actions.unmark_read(bob, room.key, message.pk)
    actions.remove_member(alice, room.key, bob, block_rejoin=True)
    process = ServerProcess.objects.create(host="a", started_at=Now(), lease_until=Now())
    Session.objects.create(process=process, user_id=bob, opened_at=Now())

    def stored() -> list[Any]:
        tables = (Attachment, JoinLink, Membership, Message, Room, Session)
        rows = [list(table._default_manager.order_by("pk").values()) for table in tables]
        return [queries.message_row(Message.objects.get()), *rows]

    today = stored()
    old = migrate("0018_reacted")
    [row] = old.get_model("chat", "Message").objects.get().attachments
    assert (row["small"], row["name"]) == (True, 'a "small": picture')
    assert old.get_model("chat", "Attachment").objects.get().bytes == 1000
    assert old.get_model("chat", "JoinLink").objects.get().most_uses == 3
    migrate(latest)
    assert stored() == today
