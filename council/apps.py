from importlib import import_module

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = "Rada"

    def import_models(self) -> None:
        super().import_models()
        import_module("council.models_facts")  # stands on models.py, hence cannot be imported by it

    def ready(self) -> None:
        from council import admin_facts  # noqa: F401  # registers its pages; models exist only from here on
