"""A session's settings: what a client may set, checked, in OpenAI's nested (GA) shape. `shapes` knows the flat one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args

from speech.engine.vad import VadOptions
from speech.server.catalogue.models import RECOGNITION, find_model
from speech.server.errors import ApiError
from speech.server.realtime.sound import G711_RATE_HZ, PCM_RATE_HZ, PCM_RATES_HZ, Format, Kind
from speech.server.realtime.wire import Refusal
from speech.server.transcription import fields

Modality = Literal["audio", "text"]
DetectionKind = Literal["server_vad", "semantic_vad"]

_PREFIX_MAX_MS: Final = 5_000
_SILENCE_MS: Final = (50, 10_000)
TEXT_CHARS: Final = 100_000
_NAME_CHARS: Final = 200
_KEYWORDS_MAX: Final = 1_000
_TOKENS: Final = (1, 4_096)
_SPEED: Final = (0.25, 4.0)
_TEMPERATURE: Final = (0.0, 2.0)
_OPENAI_NAMES: Final = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", "gpt-live-transcribe",
                        "gpt-realtime-whisper")  # fmt: skip
"""Clients made for OpenAI name these and mean "the server's recogniser"."""
_FORMAT: Final = Format()
LOGPROBS: Final = "item.input_audio_transcription.logprobs"


@dataclass(frozen=True, slots=True)
class Detection:
    """When a turn begins and ends, and what follows. Semantic detection is taken for the server's own."""

    kind: DetectionKind = "server_vad"
    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500
    create_response: bool = True
    interrupt_response: bool = True


@dataclass(frozen=True, slots=True)
class Transcription:
    """`model` as the client named it, or empty; `language` is a code or "auto"."""

    model: str = ""
    language: str = fields.LANGUAGE_DEFAULT
    prompt: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def hotwords(self) -> str:
        return fields.names(self.keywords)


_DETECTION: Final = Detection()
_TRANSCRIPTION: Final = Transcription()


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """`answers` is False in a transcription session. `max_output_tokens` None is "inf"; `detection` None: by commit."""

    answers: bool
    model: str = ""
    modality: Modality = "audio"
    instructions: str = ""
    max_output_tokens: int | None = None
    temperature: float = 0.8
    voice: str = "marin"
    speed: float = 1.0
    input_format: Format = _FORMAT
    output_format: Format = _FORMAT
    transcription: Transcription | None = _TRANSCRIPTION
    detection: Detection | None = _DETECTION
    noise_reduction: Literal["", "near_field", "far_field"] = ""
    logprobs: bool = False

    @property
    def vad(self) -> VadOptions:
        """For the recogniser: a session that starts turns at quieter speech must not lose it afterwards."""
        usual = VadOptions()
        threshold = min(usual.threshold, self.detection.threshold) if self.detection else usual.threshold
        return replace(usual, threshold=max(threshold, 0.05))


class Reader:
    """Values of one JSON object, checked; `path` is put before the names in refusals."""

    def __init__(self, values: object, path: str) -> None:
        if not isinstance(values, Mapping):
            raise Refusal(f"'{path}' must be an object.", param=path, code="invalid_type")
        self._values = values
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def null(self, name: str) -> bool:
        return name in self._values and self._values[name] is None

    def under(self, name: str) -> Reader:
        """The object of that name; empty when it is absent or null."""
        value = self._values.get(name)
        return Reader({} if value is None else value, f"{self._path}.{name}")

    def refuse(self, name: str, wanted: str) -> Refusal:
        return Refusal(f"'{self._path}.{name}' must be {wanted}.", param=f"{self._path}.{name}")

    def text(self, name: str, current: str, *, most: int = TEXT_CHARS) -> str:
        value = self._values.get(name)
        if value is None:
            return "" if name in self._values else current
        if not isinstance(value, str) or len(value) > most or not _is_text(value):
            raise self.refuse(name, f"a text of at most {most} characters")
        return value

    def words(self, name: str, current: tuple[str, ...]) -> tuple[str, ...]:
        value = self._values.get(name)
        if value is None:
            return () if name in self._values else current
        wanted = f"a list of at most {_KEYWORDS_MAX} short texts"
        if not isinstance(value, list) or len(value) > _KEYWORDS_MAX:
            raise self.refuse(name, wanted)
        if not all(isinstance(item, str) and len(item) <= _NAME_CHARS and _is_text(item) for item in value):
            raise self.refuse(name, wanted)
        return tuple(value)

    def flag(self, name: str, current: bool) -> bool:
        value = self._values.get(name)
        if value is None:
            return current
        if not isinstance(value, bool):
            raise self.refuse(name, "true or false")
        return value

    def number(self, name: str, current: float, lowest: float, highest: float) -> float:
        value = self._values.get(name)
        if value is None:
            return current
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            raise self.refuse(name, f"a number from {lowest:g} to {highest:g}")
        return float(value)

    def whole(self, name: str, current: int, lowest: int, highest: int) -> int:
        return round(self.number(name, current, lowest, highest))

    def choice(self, name: str, current: str, known: tuple[str, ...]) -> str:
        value = self._values.get(name)
        if value is None:
            return current
        if not isinstance(value, str) or value not in known:
            raise self.refuse(name, f"one of {', '.join(known)}")
        return value


def updated(current: SessionSettings, update: Mapping[str, Any]) -> SessionSettings:
    """`current` with what the (nested) update names; nothing changes when any of it is wrong.

    Raises:
        Refusal: with the path of the value at fault.
    """
    session = Reader(update, "session")
    audio = session.under("audio")
    sound_in, sound_out = audio.under("input"), audio.under("output")
    return replace(
        current,
        answers=_answers(session, current),
        model=session.text("model", current.model, most=_NAME_CHARS),
        modality=read_modality(session, "output_modalities", current.modality),
        instructions=session.text("instructions", current.instructions),
        max_output_tokens=read_tokens(session, "max_output_tokens", current.max_output_tokens),
        temperature=session.number("temperature", current.temperature, *_TEMPERATURE),
        voice=_voice(sound_out, current.voice),
        speed=sound_out.number("speed", current.speed, *_SPEED),
        input_format=_format(sound_in, current.input_format),
        output_format=_format(sound_out, current.output_format),
        transcription=_transcription(sound_in, current.transcription),
        detection=_detection(sound_in, current.detection),
        noise_reduction=_noise_reduction(sound_in, current.noise_reduction),
        logprobs=LOGPROBS in session.words("include", ()) if "include" in session else current.logprobs,
    )


def read_modality(reader: Reader, name: str, current: Modality) -> Modality:
    """["text"] is text; ["audio"] and, as the older shape had it, both are sound with its words."""
    asked = set(reader.words(name, (current,))) or {current}
    if not asked <= set(get_args(Modality)):
        raise reader.refuse(name, "a list of audio, text")
    return "audio" if "audio" in asked else "text"


def read_tokens(reader: Reader, name: str, current: int | None) -> int | None:
    if name not in reader:
        return current
    if reader.null(name):
        return None
    try:
        return reader.whole(name, 0, *_TOKENS)
    except Refusal:
        if reader.choice(name, "", ("inf",)) == "inf":
            return None
        raise


def _answers(session: Reader, current: SessionSettings) -> bool:
    usual = "realtime" if current.answers else "transcription"
    kind = session.choice("type", usual, ("realtime", "transcription"))
    if kind != usual:
        raise Refusal("The type of a session cannot be changed.", param="session.type", code="invalid_value")
    return current.answers


def _voice(output: Reader, current: str) -> str:
    if "voice" not in output:
        return current
    try:
        return output.text("voice", current, most=_NAME_CHARS) or current
    except Refusal:
        return output.under("voice").text("id", current, most=_NAME_CHARS) or current


def _format(reader: Reader, current: Format) -> Format:
    declared = reader.under("format")
    kind = cast(Kind, declared.choice("type", current.kind, get_args(Kind)))
    if kind != "audio/pcm":
        return Format(kind, declared.whole("rate", G711_RATE_HZ, G711_RATE_HZ, G711_RATE_HZ))
    usual = current.rate_hz if current.kind == kind else PCM_RATE_HZ
    return Format(kind, declared.whole("rate", usual, *PCM_RATES_HZ))


def _transcription(reader: Reader, current: Transcription | None) -> Transcription | None:
    if reader.null("transcription"):
        return None
    if "transcription" not in reader:
        return current
    now, wishes = current or Transcription(), reader.under("transcription")
    model = wishes.text("model", now.model, most=_NAME_CHARS)
    if not is_recogniser(model):
        message = f"The model '{model}' does not exist here; see GET /v1/models."
        raise Refusal(message, code="model_not_found", param="session.audio.input.transcription.model")
    return Transcription(
        model=model,
        language=read_language(wishes.text("language", now.language, most=_NAME_CHARS)),
        prompt=wishes.text("prompt", now.prompt),
        keywords=wishes.words("keywords", now.keywords),
    )


def is_recogniser(model: str) -> bool:
    """Whether clients may name it for transcription; empty is the configured one."""
    return not model or model.startswith(_OPENAI_NAMES) or find_model(model, RECOGNITION) is not None


def read_language(value: str) -> str:
    """Raises Refusal for what is no language of the recogniser."""
    try:
        return fields.spoken_language(value)
    except ApiError as error:
        raise Refusal.of(error, "session.audio.input.transcription.language") from error


def _detection(reader: Reader, current: Detection | None) -> Detection | None:
    if reader.null("turn_detection"):
        return None
    if "turn_detection" not in reader:
        return current
    now, wishes = current or Detection(), reader.under("turn_detection")
    kind = cast(DetectionKind, wishes.choice("type", now.kind, get_args(DetectionKind)))
    return Detection(
        kind=kind,
        threshold=wishes.number("threshold", now.threshold, 0.0, 1.0),
        prefix_padding_ms=wishes.whole("prefix_padding_ms", now.prefix_padding_ms, 0, _PREFIX_MAX_MS),
        silence_duration_ms=wishes.whole("silence_duration_ms", now.silence_duration_ms, *_SILENCE_MS),
        create_response=wishes.flag("create_response", now.create_response),
        interrupt_response=wishes.flag("interrupt_response", now.interrupt_response),
    )


def _noise_reduction(reader: Reader, current: str) -> Any:
    if reader.null("noise_reduction"):
        return ""
    return reader.under("noise_reduction").choice("type", current, ("near_field", "far_field"))


def _is_text(value: str) -> bool:
    """A lone surrogate can be neither sent on nor spoken."""
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in value)
