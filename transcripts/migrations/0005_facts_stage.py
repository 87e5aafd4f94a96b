from django.db import migrations
from django.db.models import F


def put_in(apps, schema_editor):
    """Recordings that came before the stage "facts" get it: due where their transcript is finished."""
    StageRun = apps.get_model("transcripts", "StageRun")
    runs = StageRun.objects.using(schema_editor.connection.alias)
    runs.filter(stage__in=["passages", "embeddings"]).update(position=F("position") + 1)
    for run in runs.filter(stage="passages").iterator():
        finished = run.state != "pending"
        runs.create(
            council_id=run.council_id, recording_id=run.recording_id, stage="facts", position=run.position - 1,
            state="waiting" if finished else "pending",
        )


def take_out(apps, schema_editor):
    StageRun = apps.get_model("transcripts", "StageRun")
    runs = StageRun.objects.using(schema_editor.connection.alias)
    runs.filter(stage="facts").delete()
    runs.filter(stage__in=["passages", "embeddings"]).update(position=F("position") - 1)


class Migration(migrations.Migration):
    dependencies = [
        ("transcripts", "0004_duplicates_go_with_their_original"),
        ("council", "0006_meeting_facts_security"),
    ]
    operations = [migrations.RunPython(put_in, take_out)]
