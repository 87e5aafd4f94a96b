from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0002_row_security")]
    operations = [
        migrations.AddField("passage", "pieces", models.JSONField(default=list)),
        migrations.RemoveIndex("passage", "passage_council"),  # the foreign key brings the same one
        # A search reads the lexemes and the vector of every passage of one council: rows are kept whole in their page,
        # for fetching one row's lexemes from TOAST costs more than ranking them (docs/benchmarks.md).
        migrations.RunSQL(
            "ALTER TABLE transcripts_passage SET (toast_tuple_target = 8160)",
            "ALTER TABLE transcripts_passage RESET (toast_tuple_target)",
        ),
    ]
