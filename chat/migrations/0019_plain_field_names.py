"""Plain names for eight fields, one of them also in the attachments that are stored with their messages."""

from functools import partial
from typing import Any

from django.db import migrations, models


def rename_key(old: str, new: str, apps: Any, schema_editor: Any) -> None:
    """In one statement. Inside a JSON string every quote is escaped, so `"key":` can only be a key."""
    to_json = "::jsonb" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(
        f"""UPDATE chat_message
        SET attachments = replace(CAST(attachments AS text), '"{old}":', '"{new}":'){to_json}
        WHERE attachments IS NOT NULL"""  # noqa: S608
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0018_reacted")]

    operations = [
        migrations.RemoveIndex("room", "room_opened"),
        migrations.RemoveIndex("session", "session_open"),
        migrations.RenameField("attachment", "bytes", "stored_bytes"),
        migrations.RenameField("attachment", "small", "has_thumbnail"),
        migrations.RenameField("joinlink", "most_uses", "max_uses"),
        migrations.RenameField("membership", "barred", "cannot_rejoin"),
        migrations.RenameField("membership", "read_turn", "read_generation"),
        migrations.RenameField("room", "found_by", "search_text"),
        migrations.RenameField("room", "opened_at", "public_since"),
        migrations.RenameField("session", "node", "process"),
        migrations.AddIndex(
            "room",
            models.Index(
                fields=["-public_since"],
                condition=models.Q(public_since__isnull=False),
                name="room_public_since",
            ),
        ),
        migrations.AddIndex(
            "session",
            models.Index(fields=["process"], condition=models.Q(closed_at=None), name="session_open"),
        ),
        migrations.RunPython(
            partial(rename_key, "small", "has_thumbnail"), partial(rename_key, "has_thumbnail", "small")
        ),
    ]
