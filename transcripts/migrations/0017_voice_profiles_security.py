from django.db import migrations

from council.tenancy import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0016_voice_profiles")]
    operations = [
        EnableRowSecurity(f"transcripts_{table}")
        for table in ("voicepolicy", "voiceprofile", "voicesample", "voicelog")
    ]
