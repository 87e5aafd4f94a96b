"""The one place that makes a recogniser from a deployment's choices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from speech.engine import model_table
from speech.engine.recognizers.base import Recognizer
from speech.engine.recognizers.remote_config import RemoteConfig


@dataclass(frozen=True, slots=True)
class RecognizerConfig:
    """`kind` chooses the engine; the other fields are read by the engines they belong to. "faster_whisper" stands for
    recognition in this process: a model of Parakeet's kind runs on onnxruntime.

    `model`, `device`, `device_index`, `compute_type`, `cpu_threads` and `num_workers` are those of
    `FasterWhisperRecognizer`; `fake` is what `FakeSpec.parse` reads; `remote` is for the kinds that ask a server.
    """

    models_dir: Path
    kind: str = "faster_whisper"
    model: str = "base"
    device: str = "auto"
    device_index: int = 0
    compute_type: str = "default"
    cpu_threads: int = 0
    num_workers: int = 0
    fake: str = ""
    remote: RemoteConfig | None = None


def build_recognizer(config: RecognizerConfig) -> Recognizer:
    """A new recogniser; its model is loaded at first use.

    Raises:
        ValueError: an unknown kind, or a setting the fake does not know.
    """
    # Engines are imported here, where they are wanted: a process that recognises elsewhere must not carry them.
    match config.kind:
        case "faster_whisper" if is_parakeet(config.model):
            from speech.engine.recognizers.parakeet import ParakeetRecognizer

            return ParakeetRecognizer(
                config.model,
                cache_dir=config.models_dir,
                device=config.device,
                device_index=config.device_index,
                compute_type=config.compute_type,
                cpu_threads=config.cpu_threads,
            )
        case "faster_whisper":
            from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer

            return FasterWhisperRecognizer(
                config.model,
                cache_dir=config.models_dir,
                device=config.device,
                device_index=config.device_index,
                compute_type=config.compute_type,
                cpu_threads=config.cpu_threads,
                num_workers=config.num_workers,
            )
        case "fake":
            from speech.engine.recognizers.fake import FakeRecognizer

            return FakeRecognizer(config.fake)
        case "openai_api" | "asr_webservice" as kind:
            if config.remote is None:
                raise ValueError(f"{kind} needs a server")
            return _remote(kind, config.remote)
        case unknown:
            raise ValueError(f"there is no recogniser called {unknown!r}")


def is_parakeet(model: str) -> bool:
    """Whether the model, by its name in the table or the files in its folder, is of Parakeet's kind."""
    row = model_table.find(model)
    if row:
        return row.engine == "parakeet"
    return Path(model).is_dir() and any(Path(model).glob("encoder-model*.onnx"))


def _remote(kind: str, remote: RemoteConfig) -> Recognizer:
    from speech.engine.recognizers.remote import RemoteSettings
    from speech.engine.recognizers.remote_calls import Patience

    settings = RemoteSettings(
        limits=remote.limits,
        upload_format=remote.upload_format,
        patience=Patience(attempts=remote.attempts),
        read_timeout_s=float(remote.timeout_s),
    )
    if kind == "openai_api":
        from speech.engine.recognizers.openai_api import OpenAiApiRecognizer

        return OpenAiApiRecognizer(remote.base_url, remote.api_key, remote.model, settings)
    from speech.engine.recognizers.asr_webservice import AsrWebserviceRecognizer

    return AsrWebserviceRecognizer(
        remote.base_url,
        settings,
        diarize=remote.diarize,
        min_speakers=remote.min_speakers or None,
        max_speakers=remote.max_speakers or None,
    )
