from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistant", "0008_provider_kinds")]
    operations = [
        migrations.AddField("citation", "document_id", models.UUIDField(null=True)),
        migrations.AddField("citation", "page", models.PositiveIntegerField(db_default=0, default=0)),
    ]
