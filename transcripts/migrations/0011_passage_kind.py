from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0010_speakers_stage")]
    operations = [
        migrations.AddField(
            model_name="passage",
            name="kind",
            field=models.CharField(db_default="speech", default="speech", max_length=20),
        ),
    ]
