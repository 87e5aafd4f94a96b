"""Which recogniser this deployment uses, and everything besides the sound that changes what it writes."""

from __future__ import annotations

from functools import cache

from django.conf import settings as django_settings

from speech.engine.models import whisper_model_path
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer


def settings() -> dict[str, object]:
    return {
        "recognizer": django_settings.RECOGNIZER,
        "model": django_settings.WHISPER_MODEL,
        "options": RecognitionOptions().as_dict(),
        "version": 1,
    }


@cache
def recognizer() -> Recognizer:
    """This worker's recogniser: made at first use (never before a fork), kept as long as the process lives."""
    if django_settings.RECOGNIZER == "fake":
        return FakeRecognizer()
    return FasterWhisperRecognizer(
        model=whisper_model_path(django_settings.WHISPER_MODEL, django_settings.MODELS_DIR),
        device=django_settings.WHISPER_DEVICE,
        compute_type=django_settings.WHISPER_COMPUTE_TYPE,
        cpu_threads=django_settings.WHISPER_CPU_THREADS,
    )
