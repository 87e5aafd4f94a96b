from django.apps import AppConfig


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = "Rada"

    def ready(self) -> None:
        from council import admin_facts  # noqa: F401  # registers its pages; models exist only from here on
