"""A recognition server for tests that really listens, over the dialects and the faults of real ones.

Speech is made of tones: the tone of 300 + 100 * n Hz says "słowo<n>". The server decodes what it is sent with PyAV and
hears the tones again, so what a test asserts has gone through packing, cutting, encoding, the wire and the merge.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span

WORD_MS, GAP_MS = 300, 100
VOCABULARY = 25
_FRAME_MS, _HOP_MS = 40, 10

Heard = list[tuple[float, float, str]]
"""(start s, end s, word)."""


def spoken(
    numbers: Sequence[int], pauses: dict[int, int] | None = None, offset_ms: int = 0
) -> tuple[Audio, list[Span]]:
    """Sound that says the words of these numbers, and where its speech is.

    `pauses` are ms of silence before the word of an index; all other words run on, with short gaps that no voice
    activity detection sees.
    """
    pauses = pauses or {}
    parts: list[Samples] = []
    spans: list[Span] = []
    at_ms = 0
    for index, number in enumerate(numbers):
        pause_ms = pauses.get(index, 0)
        if pause_ms or not spans:
            spans.append(Span(at_ms + pause_ms, at_ms + pause_ms))
        parts += [_silence(pause_ms), _tone(number), _silence(GAP_MS)]
        at_ms += pause_ms + WORD_MS + GAP_MS
        spans[-1] = Span(spans[-1].start_ms, at_ms)
    shifted = [Span(span.start_ms + offset_ms, span.end_ms + offset_ms) for span in spans]
    return Audio(np.concatenate(parts), offset_ms), shifted


def words_of(numbers: Sequence[int]) -> list[str]:
    return [f"słowo{number}" for number in numbers]


def listen(sound: Samples) -> Heard:
    """The words in a sound: stretches of at least 60 ms of one tone."""
    size, hop = _FRAME_MS * SAMPLE_RATE_HZ // 1000, _HOP_MS * SAMPLE_RATE_HZ // 1000
    runs: list[tuple[int, int, int]] = []
    for at in range(0, max(0, len(sound) - size), hop):
        frame = sound[at : at + size]
        loud = float(np.sqrt(np.mean(np.square(frame)))) > 0.03
        spectrum = np.abs(np.fft.rfft(frame * np.hanning(size), 4 * size))
        peak_hz = int(spectrum.argmax()) * SAMPLE_RATE_HZ / (4 * size)
        number = round((peak_hz - 300) / 100) if loud else -1
        if runs and runs[-1][2] == number:
            runs[-1] = (runs[-1][0], at + size, number)
        else:
            runs.append((at, at + size, number))
    return [
        (start / SAMPLE_RATE_HZ, end / SAMPLE_RATE_HZ, f"słowo{number}")
        for start, end, number in runs
        if number >= 0 and end - start >= 60 * SAMPLE_RATE_HZ // 1000
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: fields of the form and of the query together, lists by their names."""

    path: str
    wishes: dict[str, list[str]]
    headers: dict[str, str]
    file_name: str
    media_type: str
    size: int
    duration_ms: int
    heard: Heard


Dialect = Callable[[Asked], Response]


@dataclass
class RemoteServer:
    """Answers every request by the next of `faults`, then by `dialect`; a fault is a response or a function."""

    http: HTTPServer
    dialect: Dialect
    faults: list[Response | Dialect] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.http.url_for("/").rstrip("/")

    def answer(self, request: Request) -> Response:
        file = request.files.get("file") or request.files["audio_file"]
        data = file.read()
        sound = decode(data)
        wishes = {**dict(request.form.lists()), **dict(request.args.lists())}
        asked = Asked(
            request.path,
            wishes,
            {name.lower(): value for name, value in request.headers.items()},
            file.filename or "",
            file.content_type or "",
            len(data),
            len(sound) * 1000 // SAMPLE_RATE_HZ,
            listen(sound),
        )
        self.asked.append(asked)
        if self.faults:
            fault = self.faults.pop(0)
            return fault if isinstance(fault, Response) else fault(asked)
        return self.dialect(asked)


@contextmanager
def remote_server(dialect: Dialect) -> Iterator[RemoteServer]:
    with HTTPServer(port=0, threaded=True) as http:
        server = RemoteServer(http, dialect)
        for path in ("/v1/audio/transcriptions", "/v1/audio/translations", "/asr"):
            http.expect_request(path, method="POST").respond_with_handler(server.answer)
        yield server


def decode(data: bytes) -> Samples:
    """Any sound, read front to back only, as a server that pipes it through ffmpeg does."""
    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE_HZ)
    with av.open(_Pipe(data), "r") as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


class _Pipe:
    def __init__(self, data: bytes) -> None:
        self._source = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        return self._source.read(size)


# --- dialects --------------------------------------------------------------------------------------------------------


def openai_whisper(asked: Asked) -> Response:
    """OpenAI's whisper-1: words have no punctuation, segments have."""
    form = asked.wishes["response_format"][0]
    text = _sentences(asked.heard)
    if form == "json":
        return reply({"text": text})
    data: dict[str, Any] = {
        "task": "transcribe",
        "language": "polish",
        "duration": asked.duration_ms / 1000,
        "text": text,
    }
    granularities = asked.wishes.get("timestamp_granularities[]", ["segment"])
    if "segment" in granularities and asked.heard:
        data["segments"] = [_segment(asked.heard)]
    if "word" in granularities:
        data["words"] = [{"word": word, "start": start, "end": end} for start, end, word in asked.heard]
    return reply(data)


def openai_json_only(asked: Asked) -> Response:
    """gpt-4o-transcribe: no times at all, and a refusal of whoever asks for them."""
    form = asked.wishes["response_format"][0]
    if form != "json":
        message = (
            f"response_format '{form}' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead."
        )
        return refusal(400, message, code="unsupported_value", param="response_format")
    return reply({"text": _sentences(asked.heard), "usage": {"type": "tokens"}})


def segments_only(asked: Asked) -> Response:
    """vLLM: verbose_json, but no times of words."""
    if "timestamp_granularities[]" in asked.wishes:
        return refusal(400, "timestamp_granularities is not supported", param="timestamp_granularities")
    return openai_whisper(asked)


def asr_faster_whisper(asked: Asked) -> Response:
    words = [{"word": f" {w}", "start": s, "end": e, "probability": 0.9} for s, e, w in asked.heard]
    segments = [{**_segment(asked.heard), "words": words}] if asked.heard else []
    return as_text({"language": "pl", "segments": segments, "text": _sentences(asked.heard)})


def asr_whisperx(asked: Asked) -> Response:
    """WhisperX: no text, words without times, NaN, segments without speakers."""
    words: list[dict[str, Any]] = []
    for index, (start, end, word) in enumerate(asked.heard):
        timed = {"start": start, "end": end, "score": float("nan") if index % 3 == 0 else 0.8}
        words.append({"word": word, **(timed if index % 4 else {})})
    segments = [{"start": h[0], "end": h[1], "text": h[2]} for h in asked.heard[:0]]
    if asked.heard:
        segments = [{**_segment(asked.heard), "words": words}]
    return as_text({"segments": segments, "word_segments": words, "language": "pl"})


def asr_fork(asked: Asked) -> Response:
    """The WhisperX fork: `text` is the list of segments."""
    parts = [{"start": s, "end": e, "text": f" {w}"} for s, e, w in asked.heard]
    return reply({"text": parts, "language": "pl"})


def reply(data: object) -> Response:
    return Response(json.dumps(data), content_type="application/json")


def as_text(data: object) -> Response:
    return Response(json.dumps(data, ensure_ascii=False), content_type="text/plain; charset=utf-8")


def refusal(status: int, message: str, **more: str) -> Response:
    body = {"error": {"message": message, "type": "invalid_request_error", **more}}
    return Response(json.dumps(body), status=status, content_type="application/json")


def _segment(heard: Heard) -> dict[str, Any]:
    return {"id": 0, "start": heard[0][0], "end": heard[-1][1], "text": f" {_sentences(heard)}",
            "avg_logprob": -0.2, "no_speech_prob": 0.01}  # fmt: skip


def _sentences(heard: Heard) -> str:
    """Every fourth word asks."""
    return " ".join(f"{word}?" if index % 4 == 3 else word for index, (_, _, word) in enumerate(heard))


def _tone(number: int) -> Samples:
    t = np.arange(WORD_MS * SAMPLE_RATE_HZ // 1000) / SAMPLE_RATE_HZ
    edge = np.minimum(1, np.minimum(t, t[::-1]) / 0.01)
    return (0.3 * edge * np.sin(2 * np.pi * (300 + 100 * number) * t)).astype(np.float32)


def _silence(length_ms: int) -> Samples:
    return np.zeros(length_ms * SAMPLE_RATE_HZ // 1000, np.float32)
