"""Labels of the models in plain words; no change of the database."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0015_held_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="joinlink",
            options={"verbose_name": "invite link", "verbose_name_plural": "invite links"},
        ),
        migrations.AlterField(
            model_name="bannedaddress",
            name="network",
            field=models.CharField(db_index=True, max_length=64, verbose_name="IP address"),
        ),
        migrations.AlterField(
            model_name="joinlink",
            name="created_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="created at"
            ),
        ),
        migrations.AlterField(
            model_name="joinlink",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="created by",
            ),
        ),
        migrations.AlterField(
            model_name="joinlink",
            name="most_uses",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="maximum uses"),
        ),
        migrations.AlterField(
            model_name="membership",
            name="barred",
            field=models.BooleanField(default=False, verbose_name="cannot rejoin"),
        ),
        migrations.AlterField(
            model_name="membership",
            name="level",
            field=models.CharField(
                choices=[
                    ("everything", "all messages"),
                    ("mentions", "mentions only"),
                    ("nothing", "off"),
                    ("hidden", "off and hidden"),
                ],
                default="everything",
                max_length=10,
                verbose_name="notifications",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="created_at",
            field=models.DateTimeField(db_index=True, verbose_name="sent at"),
        ),
        migrations.AlterField(
            model_name="message",
            name="reply_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="chat.message",
                verbose_name="reply to",
            ),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="time"),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("delete", "deleted a message"),
                    ("restore", "restored a message"),
                    ("mute", "muted a person"),
                    ("unmute", "unmuted a person"),
                    ("remove", "removed a person from the room"),
                    ("keep_out", "removed a person and blocked rejoining"),
                    ("role", "changed a role"),
                    ("ban", "banned a person"),
                    ("unban", "unbanned a person"),
                    ("read", "opened a private room"),
                ],
                max_length=10,
                verbose_name="action",
            ),
        ),
        migrations.AlterField(
            model_name="revision",
            name="written_at",
            field=models.DateTimeField(verbose_name="sent at"),
        ),
        migrations.AlterField(
            model_name="room",
            name="active_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last active"),
        ),
        migrations.AlterField(
            model_name="room",
            name="guests_invite",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Otherwise only people with an account can.",
                verbose_name="guests can create invite links",
            ),
        ),
        migrations.AlterField(
            model_name="room",
            name="posting",
            field=models.CharField(
                choices=[("everybody", "everyone in the room"), ("moderators", "moderators only")],
                db_default="everybody",
                default="everybody",
                max_length=10,
                verbose_name="who can post",
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="address",
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name="IP address"),
        ),
        migrations.AlterField(
            model_name="session",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="disconnected at"),
        ),
        migrations.AlterField(
            model_name="session",
            name="lost",
            field=models.BooleanField(default=False, verbose_name="connection lost"),
        ),
        migrations.AlterField(
            model_name="session",
            name="node",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sessions",
                to="chat.serverprocess",
                verbose_name="server process",
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="opened_at",
            field=models.DateTimeField(verbose_name="connected at"),
        ),
        migrations.AlterField(
            model_name="workspace",
            name="guests_create_rooms",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="guests can create rooms"
            ),
        ),
        migrations.AlterField(
            model_name="workspace",
            name="guests_see_public_rooms",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Otherwise guests see only the rooms they joined with an invite link.",
                verbose_name="guests can see and join public rooms",
            ),
        ),
        migrations.AlterField(
            model_name="workspace",
            name="max_guests",
            field=models.PositiveIntegerField(
                blank=True,
                db_default=500,
                default=500,
                help_text="Counts guests seen in the last 30 days. Leave empty or enter 0 for no limit.",
                null=True,
                verbose_name="guest limit",
            ),
        ),
        migrations.AlterField(
            model_name="workspace",
            name="max_guests_per_room",
            field=models.PositiveIntegerField(
                blank=True,
                db_default=200,
                default=200,
                help_text="Counted the same way. Leave empty or enter 0 for no limit.",
                null=True,
                verbose_name="guest limit per room",
            ),
        ),
    ]
