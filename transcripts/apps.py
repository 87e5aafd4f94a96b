from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    verbose_name = "Nagrania"

    def ready(self) -> None:
        from transcripts import admin_intake, admin_voices  # noqa: F401  # register their pages; models exist from here on
