from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("assistant", "0001_initial")]
    operations = [EnableRowSecurity("assistant_turn"), EnableRowSecurity("assistant_citation")]
