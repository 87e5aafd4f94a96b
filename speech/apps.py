from django.apps import AppConfig


class SpeechConfig(AppConfig):
    """Sound to words and words to sound: the engine, and the server that offers it over HTTP. No tables."""

    name = "speech"
    verbose_name = "Mowa"
