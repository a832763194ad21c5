"""The index of words: on each database what it has for them, under one name, by the message's id."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

# No positions and no sizes are kept: a text that has all tokens is read, and decides. Beginnings of three and
# of four letters are kept ready: many words have them.
MAKE = {
    "sqlite": [
        """CREATE VIRTUAL TABLE chat_search USING fts5(
        words, detail = none, columnsize = 0, prefix = '3 4', tokenize = "ascii tokenchars '_:'")"""
    ],
    "postgresql": [
        "CREATE TABLE chat_search (message_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX chat_search_words ON chat_search USING gin (words)",
    ],
}


def make(apps: Any, schema_editor: Any) -> None:
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE chat_search")


class Migration(migrations.Migration):
    dependencies = [("chat", "0004_direct_rooms")]

    operations = [
        migrations.CreateModel(
            name="Indexed",
            fields=[
                (
                    "room",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="chat.room",
                    ),
                ),
                ("seq", models.BigIntegerField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(make, drop),
    ]
