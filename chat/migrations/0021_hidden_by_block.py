"""Plain names for a field, and for a kind of event with the events that have it."""

from functools import partial
from typing import Any

from django.db import migrations, models

KINDS = [
    ("delete", "deleted a message"),
    ("restore", "restored a message"),
    ("mute", "muted a person"),
    ("unmute", "unmuted a person"),
    ("remove", "removed a person from the room"),
    ("block_rejoin", "removed a person and blocked rejoining"),
    ("role", "changed a role"),
    ("ban", "banned a person"),
    ("unban", "unbanned a person"),
    ("read", "opened a private room"),
    ("password", "set a person’s password"),
]


def rename_kind(old: str, new: str, apps: Any, schema_editor: Any) -> None:
    apps.get_model("chat", "ModerationEvent").objects.filter(kind=old).update(kind=new)


class Migration(migrations.Migration):
    dependencies = [("chat", "0020_fill_directory")]

    operations = [
        migrations.RenameField("membership", "held_back", "hidden_by_block"),
        migrations.AlterField(
            "moderationevent",
            "kind",
            models.CharField(choices=KINDS, max_length=16, verbose_name="action"),
        ),
        migrations.RunPython(
            partial(rename_kind, "keep_out", "block_rejoin"), partial(rename_kind, "block_rejoin", "keep_out")
        ),
    ]
