"""Adds what names look like. The process that serves the chat fills it in, as after a change of the search."""

from typing import Any

from django.db import migrations, models


def renew(apps: Any, schema_editor: Any) -> None:
    profiles = apps.get_model("chat", "Profile").objects.using(schema_editor.connection.alias)
    profiles.update(search_version=0)


class Migration(migrations.Migration):
    dependencies = [("chat", "0025_deleted_by_moderator")]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="look",
            field=models.CharField(db_default="", db_index=True, default="", editable=False, max_length=40),
        ),
        migrations.RunPython(renew, migrations.RunPython.noop),
    ]
