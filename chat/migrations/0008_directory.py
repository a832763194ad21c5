"""What the directory searches and sorts by. 0020 fills it for rooms that were there before."""

from django.db import migrations, models


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
