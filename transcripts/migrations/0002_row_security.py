from django.db import migrations

from council.tenancy import EnableRowSecurity

CONTENT = ["recording", "chunkresult", "segment", "gap", "passage", "progressevent"]


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0001_initial")]
    operations = [
        *(EnableRowSecurity(f"transcripts_{name}") for name in CONTENT),
        # Vectors of 384 floats stay in the row: a scan within one council then reads no TOAST (docs/benchmarks.md).
        migrations.RunSQL(
            "ALTER TABLE transcripts_passage ALTER COLUMN embedding SET STORAGE PLAIN", migrations.RunSQL.noop
        ),
    ]
