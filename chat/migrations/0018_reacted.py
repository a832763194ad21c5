from django.db import migrations, models


def mark(apps, schema_editor):
    """Whoever has reacted before: one pass over the messages."""
    messages = apps.get_model("chat", "Message").objects.exclude(reactions={}).order_by()
    found = set()
    for room, reactions in messages.values_list("room_id", "reactions").iterator():
        found.update((room, person) for people in reactions.values() for person in people)
    memberships = apps.get_model("chat", "Membership").objects
    for room, person in found:
        memberships.filter(room=room, user=person).update(reacted=True)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0017_password_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="reacted",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
