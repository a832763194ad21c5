"""Tests that deleted messages can be restored for a while and are then erased."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat import actions, limits
from chat.models import Message, Revision, Room
from chat.protocol import Code
from chat.realtime.server.cleanup import Cleanup
from chat.rendering.markdown import render
from tests.realtime.test_cleanup import Direct
from tests.support.database import all_rows
from tests.support.refusals import refusal_code
from tests.support.scene import post_message

pytestmark = pytest.mark.django_db

SECRET = "the secret of the lamp"


@pytest.fixture
def said(bob: Any, room: Room) -> Message:
    """A deleted message that was edited, mentioned somebody and had a reaction."""
    said = post_message(bob.pk, room, f"@Alice {SECRET}")
    body = f"*@Alice* {SECRET}!"
    actions.edit_message(bob.pk, said.pk, body, render(body))
    actions.add_reaction(bob.pk, said.pk, "👍")
    return actions.delete_message(bob.pk, said.pk)


def deleted_days_ago(message: Message, days: float) -> None:
    Message.objects.filter(pk=message.pk).update(deleted_at=timezone.now() - timedelta(days=days))


def test_deleted_text_is_in_no_table_after_the_retention_time(bob: Any, room: Room, said: Message) -> None:
    other = actions.delete_message(bob.pk, post_message(bob.pk, room, "deleted later").pk)
    deleted_days_ago(said, limits.DELETED_DAYS + 0.1)
    deleted_days_ago(other, limits.DELETED_DAYS - 0.1)
    room.refresh_from_db()
    seq = room.seq
    assert actions.erase_deleted_messages() == 1
    tables = all_rows()
    assert SECRET not in str(tables)
    assert "deleted later" in str(tables)
    assert not Revision.objects.exists()
    gone = Message.objects.get(pk=said.pk)
    assert (gone.body, gone.html, gone.mentions, gone.reactions) == ("", None, None, {})
    room.refresh_from_db()
    assert (room.seq, gone.seq) == (seq, said.seq), "nobody sees a change, so there is none"
    assert actions.erase_deleted_messages() == 0


def test_messages_that_are_not_deleted_stay(bob: Any, room: Room) -> None:
    post_message(bob.pk, room, SECRET)
    Message.objects.update(created_at=timezone.now() - timedelta(days=1000))
    assert actions.erase_deleted_messages() == 0
    assert SECRET in str(all_rows())


def test_an_expired_message_cannot_be_restored_even_before_the_cleanup(said: Message) -> None:
    deleted_days_ago(said, limits.DELETED_DAYS + 0.1)
    for sweep in (lambda: 0, actions.erase_deleted_messages):
        sweep()
        assert refusal_code(actions.restore_message, said.pk) == Code.NO_SUCH_MESSAGE
    assert Message.objects.get(pk=said.pk).deleted_at is not None


def test_the_nonce_of_an_erased_message_stays_taken(bob: Any, room: Room, said: Message) -> None:
    """A repeated nonce must not post an erased message again."""
    deleted_days_ago(said, limits.DELETED_DAYS + 0.1)
    actions.erase_deleted_messages()
    assert post_message(bob.pk, room, f"@Alice {SECRET}", nonce=said.nonce).pk == said.pk


def test_finding_expired_messages_uses_an_index(said: Message) -> None:
    plan = "QUERY PLAN" if connection.vendor == "sqlite" else ""
    sql, parameters = Message.objects.filter(deleted_at__lt=timezone.now()).query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so small a table it would read
        cursor.execute(f"EXPLAIN {plan} {sql}", parameters)
        assert "message_deletions" in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_the_hourly_cleanup_erases_in_batches(
    bob: Any, room: Room, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.CHAT_FILES_DIR = tmp_path
    monkeypatch.setattr(actions.retention, "BATCH", 2)
    for number in range(5):
        deleted_days_ago(
            actions.delete_message(bob.pk, post_message(bob.pk, room, f"{SECRET} {number}").pk), 31
        )
    asyncio.run(Cleanup(Direct()).sweep())  # type: ignore[arg-type]
    assert SECRET not in str(all_rows())
