"""Which recognition server a deployment uses; wrong choices are found at the start, with the setting's name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlsplit

from speech.engine.chunk_limits import DEFAULT_LIMITS, ChunkLimits

REMOTE_KINDS: Final = ("openai_api", "asr_webservice")
_URL_SETTING: Final = {"openai_api": "TRANSCRIPTION_BASE_URL", "asr_webservice": "ASR_BASE_URL"}


@dataclass(frozen=True, slots=True)
class RemoteConfig:
    """A server of one of REMOTE_KINDS. `api_key` and `model` are for openai_api, speakers for asr_webservice.

    `min_speakers` and `max_speakers` 0: not said. `timeout_s` is added to twice the sound's length;
    `attempts` is how often one request is made before the work fails.
    """

    base_url: str
    api_key: str = ""
    model: str = ""
    limits: ChunkLimits = DEFAULT_LIMITS
    upload_format: Literal["opus", "mp3"] = "opus"
    timeout_s: int = 600
    attempts: int = 6
    diarize: bool = False
    min_speakers: int = 0
    max_speakers: int = 0


def check_remote(kind: str, config: RemoteConfig) -> RemoteConfig:
    """The same config with a tidy address.

    Raises:
        ValueError: naming the setting, when this server cannot be asked at all.
    """
    name = _URL_SETTING[kind]
    url = config.base_url.rstrip("/")
    example = "https://api.openai.com/v1" if kind == "openai_api" else "http://asr:9000"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(c.isspace() or not c.isprintable() for c in url) or "?" in url or "#" in url:
        raise ValueError(f"{name}={url!r}: RECOGNIZER={kind} needs the address of its server, such as {example}")
    if kind == "openai_api" and not config.model:
        raise ValueError(f"TRANSCRIPTION_MODEL='': RECOGNIZER={kind} needs the name of a model, such as whisper-1")
    if not (config.api_key.isascii() and config.api_key.isprintable()):
        raise ValueError("TRANSCRIPTION_API_KEY holds letters that no key has")
    if 0 < config.max_speakers < config.min_speakers:
        raise ValueError(f"ASR_MAX_SPEAKERS={config.max_speakers}: less than ASR_MIN_SPEAKERS={config.min_speakers}")
    return replace(config, base_url=url)
