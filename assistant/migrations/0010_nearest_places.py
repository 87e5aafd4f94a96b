from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistant", "0009_citations_of_documents")]
    operations = [
        migrations.AddField("citation", "nearest", models.BooleanField(db_default=False, default=False)),
    ]
