from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("assistant", "0004_conversations_and_providers")]
    operations = [
        EnableRowSecurity("assistant_conversation"),
        EnableRowSecurity("assistant_providerconfig"),
        EnableRowSecurity("assistant_providerusage"),
    ]
