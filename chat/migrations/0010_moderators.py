"""A group "Moderators" with the rights that moderation in the admin needs, and none over accounts.

Permissions and content types are made here where they are missing: Django makes them only after all
migrations, and leaves those that are there. An operator may rename, change or delete the group; it is not
made again.
"""

from typing import Any

from django.db import migrations

NAME = "Moderators"
RIGHTS = {
    "message": ("view", "change"),
    "session": ("view",),
    "room": ("view", "change"),
    "membership": ("view", "change"),
    "profile": ("view", "change"),
    "joinlink": ("view", "change"),
    "moderationevent": ("view",),
}
NAMES = {"joinlink": "join link", "moderationevent": "moderation event"}


def make_group(apps: Any, schema_editor: Any) -> None:
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    if groups.filter(name=NAME).exists():
        return
    types = apps.get_model("contenttypes", "ContentType").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    group = groups.create(name=NAME)
    for model, verbs in RIGHTS.items():
        kind, _ = types.get_or_create(app_label="chat", model=model)
        for verb in verbs:
            name = f"Can {verb} {NAMES.get(model, model)}"
            right, _ = permissions.get_or_create(
                content_type=kind, codename=f"{verb}_{model}", defaults={"name": name}
            )
            group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0009_moderation_log"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
