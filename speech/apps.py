from django.apps import AppConfig
from django.conf import settings

from speech.engine import diarization
from speech.engine.model_manager import MODELS


class SpeechConfig(AppConfig):
    """Sound to words and words to sound: the engine, and the server that offers it over HTTP. No tables."""

    name = "speech"
    verbose_name = "Mowa"

    def ready(self) -> None:
        MODELS.set_ttl(settings.MODEL_TTL_S)
        diarization.configure(settings.DIARIZER, settings.HF_TOKEN)
