from django.db import migrations

from council.tenancy import EnableRowSecurity

_TABLES = (
    "term", "body", "person", "seat", "agendaitem", "vote", "ballot", "resolution", "attendance", "interpellation",
    "promise",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("council", "0005_meeting_facts")]
    operations = [
        *(EnableRowSecurity(f"council_{table}") for table in _TABLES),
        # A ballot carries its vote's kind, and a check refuses "secret": no ballot of a secret vote can be written, nor
        # a vote made secret while it has ballots.
        migrations.RunSQL(
            sql=(
                "ALTER TABLE council_ballot ADD CONSTRAINT ballot_of_the_same_kind FOREIGN KEY (vote_id, vote_kind)"
                " REFERENCES council_vote (id, kind) DEFERRABLE INITIALLY IMMEDIATE"
            ),
            reverse_sql="ALTER TABLE council_ballot DROP CONSTRAINT ballot_of_the_same_kind",
        ),
    ]
