"""What this deployment's settings ask of the speech engine, which itself knows nothing of settings."""

from __future__ import annotations

from django.conf import settings

from speech.engine.recognizers.build import RecognizerConfig
from speech.engine.voices.build import VoiceConfig


def recognizer_config(model: str = "") -> RecognizerConfig:
    """The configured recogniser, or the same with another model."""
    return RecognizerConfig(
        models_dir=settings.MODELS_DIR,
        kind=settings.RECOGNIZER,
        model=model or settings.WHISPER_MODEL,
        device=settings.WHISPER_DEVICE,
        device_index=settings.WHISPER_DEVICE_INDEX,
        compute_type=settings.WHISPER_COMPUTE_TYPE,
        cpu_threads=settings.WHISPER_CPU_THREADS,
        num_workers=settings.WHISPER_NUM_WORKERS,
        fake=settings.FAKE_RECOGNIZER,
        remote=settings.RECOGNITION_SERVER,
    )


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
