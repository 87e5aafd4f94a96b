from django.db import migrations
from django.db.models import F

from council.tenancy import EnableRowSecurity

AFTER = ["facts", "passages", "embeddings"]


def put_in(apps, schema_editor):
    """Recordings that came before the stage "speakers" get it: passed over where their transcript is finished."""
    StageRun = apps.get_model("transcripts", "StageRun")
    runs = StageRun.objects.using(schema_editor.connection.alias)
    runs.filter(stage__in=AFTER).update(position=F("position") + 1)
    for run in runs.filter(stage="facts").iterator():
        runs.create(
            council_id=run.council_id, recording_id=run.recording_id, stage="speakers", position=run.position - 1,
            state="pending" if run.state == "pending" else "done",
        )


def take_out(apps, schema_editor):
    StageRun = apps.get_model("transcripts", "StageRun")
    runs = StageRun.objects.using(schema_editor.connection.alias)
    runs.filter(stage="speakers").delete()
    runs.filter(stage__in=AFTER).update(position=F("position") - 1)


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0009_speakers_and_corrections")]
    operations = [
        *[
            EnableRowSecurity(f"transcripts_{table}")
            for table in ("correction", "speakertag", "speakerreport", "dismissedname")
        ],
        migrations.RunPython(put_in, take_out),
    ]
