"""Plain names for three tables: workspace, server process, search index state."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0013_blocks")]

    operations = [
        migrations.RemoveConstraint(model_name="place", name="one_place"),
        migrations.RenameModel("Place", "Workspace"),
        migrations.RenameModel("Node", "ServerProcess"),
        migrations.RenameModel("Indexed", "SearchIndexState"),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="one_workspace"),
        ),
        migrations.RenameIndex("serverprocess", "process_running", "node_running"),
        migrations.AlterModelOptions(
            name="workspace", options={"verbose_name": "workspace", "verbose_name_plural": "workspace"}
        ),
        migrations.AlterModelOptions(
            name="serverprocess",
            options={"verbose_name": "server process", "verbose_name_plural": "server processes"},
        ),
    ]
