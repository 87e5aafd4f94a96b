"""What this deployment's settings ask of the speech engine, which itself knows nothing of settings."""

from __future__ import annotations

from django.conf import settings

from speech.engine.cards import own_card, visible_cards
from speech.engine.recognizers.build import RecognizerConfig
from speech.engine.voices.build import VoiceConfig


def recognizer_config(model: str = "") -> RecognizerConfig:
    """The configured recogniser, or the same with another model."""
    return RecognizerConfig(
        models_dir=settings.MODELS_DIR,
        kind=settings.RECOGNIZER,
        model=model or settings.WHISPER_MODEL,
        device=settings.WHISPER_DEVICE,
        device_index=_card(),
        compute_type=settings.WHISPER_COMPUTE_TYPE,
        cpu_threads=settings.WHISPER_CPU_THREADS,
        num_workers=settings.WHISPER_NUM_WORKERS,
        fake=settings.FAKE_RECOGNIZER,
        remote=settings.RECOGNITION_SERVER,
    )


def _card() -> int:
    """The configured card, or one that no other process of this machine has taken."""
    if settings.WHISPER_DEVICE_INDEX >= 0:
        return int(settings.WHISPER_DEVICE_INDEX)
    if settings.WHISPER_DEVICE == "cpu" or settings.RECOGNIZER != "faster_whisper":
        return 0
    return own_card(settings.WORK_DIR / "cards", visible_cards())


def voice_config(*, may_leave: bool = True) -> VoiceConfig:
    """The configured voices; `may_leave` off leaves those that keep the text on this machine."""
    return VoiceConfig(
        voice=settings.TTS_VOICE,
        online=settings.READ_ALOUD_ONLINE and may_leave,
        models_dir=settings.MODELS_DIR,
        base_url=settings.TTS_BASE_URL,
        api_key=settings.TTS_API_KEY,
        model=settings.TTS_MODEL,
        cache_dir=settings.TTS_CACHE_DIR,
        cache_bytes=settings.TTS_CACHE_BYTES,
    )
