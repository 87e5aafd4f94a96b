from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    verbose_name = "Nagrania"

    def ready(self) -> None:
        from transcripts import admin_intake  # noqa: F401  # registers its pages; models exist only from here on
