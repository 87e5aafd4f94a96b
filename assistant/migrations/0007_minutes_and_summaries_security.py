from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("assistant", "0006_minutes_and_summaries")]
    operations = [
        EnableRowSecurity(f"assistant_{table}") for table in ("minutestemplate", "minutes", "minutesversion", "summary")
    ]
