"""Which recogniser this deployment uses, and everything besides the sound that changes what it writes."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

from django.conf import settings as django_settings

from speech.engine.recognizers.base import RecognitionOptions, Recognizer


def settings() -> dict[str, object]:
    return {
        "recognizer": django_settings.RECOGNIZER,
        "model": django_settings.WHISPER_MODEL,
        "options": asdict(RecognitionOptions()),
        "version": 2,
    }


@cache
def recognizer() -> Recognizer:
    """This worker's recogniser: made at first use (never before a fork), kept as long as the process lives."""
    # Imported here: the web process plans and reads, and must not carry an inference engine in its memory.
    if django_settings.RECOGNIZER == "fake":
        from speech.engine.recognizers.fake import FakeRecognizer

        return FakeRecognizer(django_settings.FAKE_RECOGNIZER)
    from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer

    return FasterWhisperRecognizer(
        django_settings.WHISPER_MODEL,
        cache_dir=django_settings.MODELS_DIR,
        device=django_settings.WHISPER_DEVICE,
        compute_type=django_settings.WHISPER_COMPUTE_TYPE,
        cpu_threads=django_settings.WHISPER_CPU_THREADS,
    )
