"""What every recogniser on a server has in common: sound is packed, cut to the limits, sent, and put together again.

Only speech is sent, without the silence between: that is what the local recogniser hears too, silence is where models
invent, and whatever times a server gives, its words land in speech. A piece that fails fails the recognition: no
error ever becomes text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, Protocol

from speech.engine.chunk_limits import DEFAULT_LIMITS, ChunkLimits
from speech.engine.guards import Removed, remove_inventions
from speech.engine.merging import uncovered_speech
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.packing import Window
from speech.engine.recognizers.remote_answers import WORD_ERROR_MS, Answer, clean
from speech.engine.recognizers.remote_calls import Patience, RemoteFault
from speech.engine.recognizers.remote_pieces import (
    HeardPiece,
    Piece,
    clip_speech,
    halve_piece,
    merge_pieces,
    plan_pieces,
    spans_inside,
)
from speech.engine.recognizers.remote_upload import Upload, UploadFormat, encode_upload
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.recognizers.word_times import in_order
from speech.engine.types import Audio, Progress, Segment, Span, Word

CONNECT_TIMEOUT_S: Final = 10.0
READ_TIMEOUT_S: Final = 600.0
READ_TIMEOUT_S_PER_S: Final = 2.0
"""A busy server works its queue before the first byte comes: ten minutes for that, and twice the sound's own length."""
SKIPPED_MIN_MS: Final = 2_000
"""Speech without words from this length on is asked about once more: servers sometimes leave out whole sentences."""
MAX_HINT_CHARS: Final = 800
"""Whisper reads the last 224 tokens of a prompt, some 800 letters of Polish; longer queries meet servers' limits."""


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """What an operator may choose beside the server's address."""

    limits: ChunkLimits = DEFAULT_LIMITS
    upload_format: UploadFormat = "opus"
    patience: Patience = field(default_factory=Patience)
    read_timeout_s: float = READ_TIMEOUT_S

    def timeout_s(self, upload: Upload) -> float:
        """How long an answer about this sound may take, the server's queue included."""
        return self.read_timeout_s + READ_TIMEOUT_S_PER_S * upload.duration_ms / 1000


class Server(Protocol):
    """One kind of server. Safe to share between threads."""

    def ask(self, upload: Upload, options: RecognitionOptions) -> Answer:
        """One request.

        Raises:
            RemoteFault: also for answers that cannot be read.
        """


class RemoteRecognizer:
    """The recogniser contract (`Recognizer`) over any `Server`."""

    def __init__(self, server: Server, model_id: str, settings: RemoteSettings) -> None:
        self._server = server
        self._model_id = model_id
        self._settings = settings

    @property
    def model_id(self) -> str:
        """The model, as a person would name it."""
        return self._model_id

    def recognize(
        self,
        audio: Audio,
        speech: Sequence[Span],
        options: RecognitionOptions,
        on_progress: Progress | None = None,
    ) -> Recognition:
        """See `Recognizer.recognize`. `removed` also lists what the server itself calls silence.

        Speakers' labels are of one request each: "SPEAKER_00@240" is the SPEAKER_00 of the request that begins at
        second 240 of the recording, and nobody else.

        Raises:
            EngineError: `remote_unavailable`, `remote_answer_invalid` (both may pass), `remote_key_refused`,
                `remote_quota_used_up`, `remote_model_missing`, `remote_rejected`, `remote_too_large`.
        """
        spans = clip_speech(audio, speech)
        work = _Work(self._server, self._settings, audio, spans, options, on_progress)
        try:
            work.hear_all(plan_pieces(audio, spans, self._settings.limits))
            words = work.with_skipped(merge_pieces(work.heard))
        except RemoteFault as fault:
            raise fault.as_engine_error() from fault
        sentences = _sentences(words, [work.speakers.get(word) for word in words])
        segments, invented = remove_inventions(sentences, audio, latin=options.latin)
        removed = sorted([*work.apart, *invented], key=lambda record: record.start_ms)
        return Recognition(tuple(segments), tuple(removed), options.language, self.model_id)


@dataclass(slots=True)
class _Work:
    """One recognition under way."""

    server: Server
    settings: RemoteSettings
    audio: Audio
    speech: Sequence[Span]
    options: RecognitionOptions
    on_progress: Progress | None
    heard: list[HeardPiece] = field(default_factory=list)
    apart: list[Removed] = field(default_factory=list)
    speakers: dict[Word, str] = field(default_factory=dict)
    done_ms: int = 0

    def hear_all(self, pieces: Sequence[Piece]) -> None:
        """Ask about every piece in order; what is too large is halved until it is not."""
        waiting = deque(pieces)
        while waiting:
            piece = waiting.popleft()
            answer = self._ask(piece.window)
            if answer is None:
                waiting.extendleft(reversed(halve_piece(self.audio, piece, self.speech, self.settings.limits)))
                continue
            self.heard.append(HeardPiece(piece, self._located(answer, piece.window), answer.error_ms))
            self.done_ms += sum(span.duration_ms for span in spans_inside(self.speech, piece.own))
            self._report()

    def with_skipped(self, words: list[Word]) -> list[Word]:
        """`words` and those of speech that first got none; without the server's times no gap can be known."""
        if not self.heard or any(part.error_ms > WORD_ERROR_MS for part in self.heard):
            return words
        told = [Segment(w.start_ms, w.end_ms, w.text, (w,)) for w in words]
        told += [Segment(record.start_ms, record.end_ms, record.text) for record in self.apart]
        gaps = [gap for gap in uncovered_speech(self.speech, told) if gap.duration_ms >= SKIPPED_MIN_MS]
        found: list[Word] = []
        for piece in plan_pieces(self.audio, gaps, self.settings.limits):
            answer = self._ask(piece.window)
            if answer is not None:  # too large again: the text stands as it is, and the gap shows in the transcript
                found += self._located(answer, piece.window)
        return sorted([*words, *found], key=lambda word: word.start_ms) if found else words

    def _ask(self, window: Window) -> Answer | None:
        """The answer; None when the server or the limits find the sound too large."""
        upload = encode_upload(window.samples(self.audio), self.settings.upload_format)
        limits = self.settings.limits
        if limits.enabled and len(upload.data) > limits.max_bytes:
            return None
        try:
            return self.settings.patience.ask(lambda: self.server.ask(upload, self.options), self._report)
        except RemoteFault as fault:
            if fault.code != "remote_too_large":
                raise
            return None

    def _located(self, answer: Answer, window: Window) -> list[Word]:
        for part, reason in answer.apart:
            span = window.locate(part.start_ms, part.end_ms)
            self.apart.append(Removed(span.start_ms, span.end_ms, part.text, reason))
        words: list[Word] = []
        for heard in answer.words:
            span = window.locate(heard.start_ms, heard.end_ms)
            word = Word(span.start_ms, span.end_ms, heard.text, heard.probability)
            words.append(word)
            if heard.speaker:
                self.speakers[word] = f"{heard.speaker}@{window.pieces[0].start_ms // 1000}"
        return words

    def _report(self) -> None:
        if self.on_progress:
            self.on_progress(self.done_ms, sum(span.duration_ms for span in self.speech))


def hint(options: RecognitionOptions) -> str:
    """What a server may be told before it listens: the text that comes before, and names it should prefer."""
    parts = [part for part in (clean(options.hotwords).strip(), clean(options.prompt).strip()) if part]
    text = " ".join(". ".join(parts).split())
    if len(text) <= MAX_HINT_CHARS:
        return text
    return text[-MAX_HINT_CHARS:].partition(" ")[2]


def _sentences(words: Sequence[Word], speakers: Sequence[str | None]) -> list[Segment]:
    """Segments of one speaker each; `speakers` are those of the words."""
    segments: list[Segment] = []
    said = zip(in_order(words), speakers, strict=True)
    for speaker, run in groupby(said, key=lambda pair: pair[1]):
        segments += [replace(segment, speaker=speaker) for segment in split_sentences([word for word, _ in run])]
    return segments
