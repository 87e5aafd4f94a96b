"""The fields of the transcription and translation routes, checked. Fields that mean nothing here are ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.http import QueryDict

from speech.engine.recognizers.language import NAMES, WRITTEN
from speech.engine.vad import VadOptions
from speech.server.errors import invalid
from speech.server.transcription import fields
from speech.server.transcription.known_speakers import KnownSpeaker, read_known_speakers

DIARIZED: Final = "diarized_json"
FORMATS: Final = ("json", "text", "srt", "vtt", "verbose_json", DIARIZED)
_TRANSLATION_FORMATS: Final = ("json", "text", "srt", "vtt", "verbose_json")
_GRANULARITIES: Final = frozenset({"segment", "word"})
_LANGUAGES_MAX: Final = 100
_PADDING_MAX_MS: Final = 10_000
_SILENCE_MAX_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class TranscriptionWishes:
    """What the client asked for.

    `model` is as for `recognition.recognizer`. `language` is a code or `fields.DETECT`, then among `candidates`.
    `words` asks for times of words, `logprobs` for their probabilities. `vad` is None for the engine's own way of
    finding speech. `known` is empty unless speakers are asked for.
    """

    model: str
    response_format: str
    language: str
    candidates: frozenset[str] = WRITTEN
    task: Literal["transcribe", "translate"] = "transcribe"
    prompt: str = ""
    hotwords: str = ""
    words: bool = False
    logprobs: bool = False
    stream: bool = False
    vad: VadOptions | None = None
    known: tuple[KnownSpeaker, ...] = ()

    @property
    def speakers(self) -> bool:
        return self.response_format == DIARIZED


def read_wishes(form: QueryDict) -> TranscriptionWishes:
    """Check all fields of POST /v1/audio/transcriptions but the file.

    Raises:
        ApiError: 400 with the field's name, or 404 for a model this server does not have.
    """
    model = fields.required_model(form.get("model", ""))
    fields.check_temperature(form.get("temperature", ""))
    for accepted in ("vad_filter", "without_timestamps"):  # silence is always left out, times are always there
        fields.flag(form.get(accepted, ""), accepted)
    language, candidates = _languages(form)
    response_format = fields.choice(form.get("response_format", ""), "response_format", FORMATS, "json")
    return TranscriptionWishes(
        model=model,
        response_format=response_format,
        language=language,
        candidates=candidates,
        prompt=fields.earlier_text(form.get("prompt", "")),
        hotwords=fields.names([form.get("hotwords", ""), *_list(form, "keywords")]),
        words="word" in _granularities(form),
        logprobs="logprobs" in _list(form, "include"),
        stream=fields.flag(form.get("stream", ""), "stream"),
        vad=_vad_options(form),
        known=read_known_speakers(form) if response_format == DIARIZED else (),
    )


def read_translation_wishes(form: QueryDict) -> TranscriptionWishes:
    """Check all fields of POST /v1/audio/translations but the file. The language spoken may be of any script.

    Raises:
        ApiError: as `read_wishes`.
    """
    model = fields.required_model(form.get("model", ""))
    fields.check_temperature(form.get("temperature", ""))
    if fields.flag(form.get("stream", ""), "stream"):
        raise invalid("Translations are not streamed.", "stream", code="unsupported_value")
    return TranscriptionWishes(
        model=model,
        response_format=fields.choice(form.get("response_format", ""), "response_format", _TRANSLATION_FORMATS, "json"),
        language=fields.spoken_language(form.get("language", "") or fields.DETECT, translate=True),
        candidates=frozenset(NAMES),
        task="translate",
        prompt=fields.earlier_text(form.get("prompt", "")),
    )


def _list(form: QueryDict, name: str) -> list[str]:
    """A list as OpenAI's client sends it (`name[]` repeated) and as people write it (`name` repeated)."""
    return [*form.getlist(f"{name}[]"), *form.getlist(name)]


def _languages(form: QueryDict) -> tuple[str, frozenset[str]]:
    """The language, or DETECT, and among which; `language` outweighs `languages`."""
    asked = [value for value in _list(form, "languages") if value.strip()]
    if form.get("language", "").strip() or not asked:
        return fields.spoken_language(form.get("language", "")), WRITTEN
    if len(asked) > _LANGUAGES_MAX:
        raise invalid(f"'languages' may name {_LANGUAGES_MAX} languages.", "languages")
    codes = [fields.spoken_language(value, "languages") for value in asked]
    if fields.DETECT in codes:
        return fields.DETECT, WRITTEN
    return (codes[0] if len(set(codes)) == 1 else fields.DETECT), frozenset(codes)


def _vad_options(form: QueryDict) -> VadOptions | None:
    """OpenAI's three numbers of server_vad; None when none of them is given."""
    strategy = form.get("chunking_strategy", "") or "auto"
    kind = form.get("chunking_strategy[type]", "") or "server_vad"
    if strategy not in ("auto", "server_vad") or kind not in ("auto", "server_vad"):
        raise invalid("'chunking_strategy' must be auto or of type server_vad.", "chunking_strategy")
    sent = {name: form.get(f"chunking_strategy[{name}]", "") for name in _VAD_NUMBERS}
    if not any(sent.values()):
        return None
    usual = VadOptions()
    threshold, silence, padding = (f"chunking_strategy[{name}]" for name in _VAD_NUMBERS)
    return VadOptions(
        threshold=fields.number(sent["threshold"], threshold, default=usual.threshold, lowest=0, highest=1),
        min_silence_ms=fields.milliseconds(
            sent["silence_duration_ms"], silence, default=usual.min_silence_ms, highest=_SILENCE_MAX_MS
        ),
        pad_before_ms=fields.milliseconds(
            sent["prefix_padding_ms"], padding, default=usual.pad_ms, highest=_PADDING_MAX_MS
        ),
    )


_VAD_NUMBERS: Final = ("threshold", "silence_duration_ms", "prefix_padding_ms")


def _granularities(form: QueryDict) -> set[str]:
    asked = {*_list(form, "timestamp_granularities")} - {""}
    if not asked <= _GRANULARITIES:
        raise invalid("'timestamp_granularities' may hold segment and word.", "timestamp_granularities")
    return asked
