from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("council", "0006_meeting_facts_security")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, editable=False, verbose_name="musi zmienić hasło"),
        ),
    ]
