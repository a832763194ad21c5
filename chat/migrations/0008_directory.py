"""Rooms are found by any part of name and topic, and it is known since when they are open to everybody."""

import unicodedata
from typing import Any

from django.db import migrations, models


def normal(text: str) -> str:
    """As the chat folded text for searching when this was written."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().replace("\ufe0f", "")


def fill(apps: Any, schema_editor: Any) -> None:
    rooms = apps.get_model("chat", "Room").objects
    for room in rooms.all():
        found_by = normal(f"{room.name}\n{room.topic}")
        is_open = room.kind == "public" and room.archived_at is None
        rooms.filter(pk=room.pk).update(found_by=found_by, opened_at=room.created_at if is_open else None)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0007_read_only_rooms"),
    ]

    operations = [
        migrations.AddField(
            model_name="room",
            name="found_by",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.AddField(
            model_name="room",
            name="opened_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="room",
            index=models.Index(
                condition=models.Q(("opened_at__isnull", False)), fields=["-opened_at"], name="room_opened"
            ),
        ),
    ]
