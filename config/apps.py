from django.apps import AppConfig


class SwitchboardConfig(AppConfig):
    """The switchboard itself: the `run` command lives here, above every other app."""

    name = "config"
    verbose_name = "Uruchamianie"
