from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0007_intake")]
    operations = [
        EnableRowSecurity(f"transcripts_{table}")
        for table in ("sourcecookies", "followedsource", "intakeentry", "sourcenotes")
    ]
