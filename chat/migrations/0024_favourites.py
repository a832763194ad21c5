from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0023_readings_of_names")]

    operations = [
        migrations.AddField(
            "membership", "favourite", models.BooleanField(db_default=False, default=False, editable=False)
        ),
    ]
