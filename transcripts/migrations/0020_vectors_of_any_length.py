from django.db import migrations, models
from pgvector.django import HalfVectorField

# An index over vectors of a fixed length would forbid the change; `index_vectors` builds it anew for one length.
DROP_INDEXES = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT relname FROM pg_class WHERE relkind = 'i' AND relname ~ '^passage_vectors_[0-9]+$' LOOP
            EXECUTE format('DROP INDEX %I', name);
        END LOOP;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0019_what_sources_tell")]
    operations = [
        migrations.RunSQL(DROP_INDEXES, migrations.RunSQL.noop),
        migrations.AlterField("passage", "embedding", HalfVectorField(null=True)),
        # In the row as before; but a long vector may leave it when the row would not fit into a page.
        migrations.RunSQL(
            "ALTER TABLE transcripts_passage ALTER COLUMN embedding SET STORAGE MAIN", migrations.RunSQL.noop
        ),
        migrations.AddField("passage", "next_embedding", HalfVectorField(null=True)),
        migrations.AddField(
            "passage", "next_model", models.CharField(blank=True, db_default="", default="", max_length=100)
        ),
        migrations.AddIndex(
            "passage", models.Index(fields=["council", "embedding_model"], name="passage_council_model")
        ),
    ]
