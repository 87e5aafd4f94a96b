from django.db import migrations, models
from pgvector.django import HalfVectorField


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0002_row_security")]
    operations = [
        migrations.AddField("passage", "pieces", models.JSONField(default=list)),
        migrations.RemoveIndex("passage", "passage_council"),  # the foreign key brings the same one
        migrations.AlterField("passage", "embedding", HalfVectorField(dimensions=384, null=True)),
        # A search reads lexemes and vector of every passage of one council, but the text of the best few only. So these
        # two stay in the row (fetching one row's lexemes from TOAST costs more than ranking them), two rows to a page,
        # and the text makes room when it must (docs/benchmarks.md).
        migrations.RunSQL(
            [
                "ALTER TABLE transcripts_passage SET (toast_tuple_target = 4080)",
                "ALTER TABLE transcripts_passage ALTER COLUMN embedding SET STORAGE PLAIN",
                "ALTER TABLE transcripts_passage ALTER COLUMN lexemes SET STORAGE MAIN",
            ],
            migrations.RunSQL.noop,
        ),
    ]
