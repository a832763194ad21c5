"""Says of each deleted message whether somebody else than its author deleted it, as the log knows."""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q


def fill_from_log(apps: Any, schema_editor: Any) -> None:
    # An author who deletes a restored message again leaves an entry that is older than that.
    using = schema_editor.connection.alias
    log = apps.get_model("chat", "ModerationEvent").objects.using(using)
    entries = log.filter(kind="delete", message=OuterRef("pk"), at__gte=OuterRef("deleted_at"))
    by_others = entries.filter(Q(actor=None) | ~Q(actor=OuterRef("author")))
    deleted = apps.get_model("chat", "Message").objects.using(using).filter(deleted_at__isnull=False)
    deleted.filter(Exists(by_others)).update(deleted_by_moderator=True)


class Migration(migrations.Migration):
    dependencies = [("chat", "0024_favourites")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="deleted_by_moderator",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(fill_from_log, migrations.RunPython.noop),
    ]
