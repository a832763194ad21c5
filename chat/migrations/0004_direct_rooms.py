from typing import Any

from django.db import migrations, models
from django.db.models import Q


def name_no_direct_room(apps: Any, schema_editor: Any) -> None:
    """One made by hand before has a name and whoever was let in: that is a private room."""
    apps.get_model("chat", "Room").objects.filter(kind="direct").update(kind="private")


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_mentions_and_turns")]

    operations = [
        migrations.RunPython(name_no_direct_room, migrations.RunPython.noop),
        migrations.AddField(
            model_name="room",
            name="people_key",
            field=models.CharField(editable=False, max_length=400, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.CheckConstraint(
                condition=Q(kind="direct", people_key__isnull=False) | ~Q(kind="direct") & Q(people_key=None),
                name="direct_is_somebodys",
            ),
        ),
    ]
