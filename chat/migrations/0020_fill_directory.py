"""Fills what the directory searches and sorts by, for rooms that are older than the directory."""

import unicodedata
from typing import Any

from django.db import migrations
from django.db.models import F


def search_form(text: str) -> str:
    """A frozen copy of `chat.text.search_form`: a migration must not change with the code."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().replace("\ufe0f", "")


def fill(apps: Any, schema_editor: Any) -> None:
    rooms = apps.get_model("chat", "Room").objects.using(schema_editor.connection.alias)
    unfilled = rooms.filter(search_text="").exclude(name="")
    for room in unfilled.only("name", "topic").iterator():
        rooms.filter(pk=room.pk).update(search_text=search_form(f"{room.name}\n{room.topic}"))
    # Since they were created, not since now: they are not news.
    rooms.filter(kind="public", archived_at=None, public_since=None).update(public_since=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("chat", "0019_plain_field_names")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
