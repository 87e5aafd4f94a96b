from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("council", "0001_initial")]
    operations = [EnableRowSecurity("council_meeting")]
