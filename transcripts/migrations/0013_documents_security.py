from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0012_documents")]
    operations = [EnableRowSecurity(f"transcripts_{table}") for table in ("document", "documentpage")]
