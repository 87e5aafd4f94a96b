"""The sound a client has sent and that no item holds yet: bounded, and cut into turns by speech detection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from speech.engine.audio import quietest_offset_ms
from speech.engine.types import SAMPLE_RATE_HZ, Samples
from speech.engine.vad_stream import SpeechEdges
from speech.server.realtime.sound import Pcm

TURN_MAX_MS: Final = 30_000
"""One window of the recogniser. Who speaks on without a pause gets an item each half a minute."""
_CUT_WITHIN_MS: Final = 10_000
_KEPT_MS: Final = 500
"""Kept before the present beside the prefix: the frames that speech detection has not judged yet."""
_PER_MS: Final = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Change:
    """Speech began, or a turn is whole: then `sound` holds it, prefix and silence included.

    Times are ms from the first sample of the session. `cut` says that the speaker goes on.
    """

    kind: Literal["started", "stopped"]
    at_ms: int
    sound: Pcm
    cut: bool = False


class InputBuffer:
    """Samples at the engine's rate since the last commit; with detection on, silence before a turn is let go."""

    def __init__(self) -> None:
        self._blocks: list[Pcm] = []
        self._start = 0
        self._sent = 0
        self._since_commit = 0
        self._edges: SpeechEdges | None = None
        self._edges_from_ms = 0
        self._prefix_ms = 0
        self._turn_from: int | None = None

    @property
    def held_ms(self) -> int:
        """What lies in memory."""
        return (self._sent - self._start) // _PER_MS

    @property
    def _sound(self) -> Pcm:
        if len(self._blocks) != 1:  # put together only when somebody looks: minutes may come in small blocks
            self._blocks = [np.concatenate([_nothing(), *self._blocks])]
        return self._blocks[0]

    @property
    def uncommitted_ms(self) -> int:
        """What was sent since the last commit, silence that was let go included."""
        return self._since_commit // _PER_MS

    @property
    def in_turn(self) -> bool:
        return self._turn_from is not None

    @property
    def turn_sound(self) -> Pcm:
        """What was said so far in the running turn."""
        return self._sound[self._turn_from - self._start :] if self._turn_from is not None else _nothing()

    def detect(self, *, threshold: float, silence_ms: int, prefix_ms: int) -> None:
        """Cut turns from here on. A turn under way goes on without its end being known: commit it first."""
        self._edges = SpeechEdges(threshold=threshold, silence_ms=silence_ms)
        self._edges_from_ms = self._sent // _PER_MS
        self._prefix_ms = prefix_ms
        self._turn_from = None

    def stop_detecting(self) -> None:
        self._edges = None
        self._turn_from = None

    def add(self, pcm: Pcm) -> list[Change]:
        """Take in a second or so of sound; what it changed, in order of time. Runs the detection: in a thread."""
        self._blocks.append(pcm)
        self._sent += len(pcm)
        self._since_commit += len(pcm)
        if self._edges is None:
            return []
        changes: list[Change] = []
        for edge in self._edges.feed(as_floats(pcm)):
            if edge.kind == "start":
                changes.append(self._begin(edge.at_ms + self._edges_from_ms))
            elif self._turn_from is not None:
                changes.append(self._end((edge.known_ms + self._edges_from_ms) * _PER_MS))
        while self._turn_from is not None and self._sent - self._turn_from > TURN_MAX_MS * _PER_MS:
            changes += self._divide(self._turn_from)
        if self._turn_from is None:
            self._drop_before(self._sent - (self._prefix_ms + _KEPT_MS) * _PER_MS)
        return changes

    def take(self) -> Pcm:
        """Everything, as one piece; a turn under way ends with it and goes on as a new one when more is said."""
        sound = self._sound
        self.clear()
        return sound

    def clear(self) -> None:
        """Forget the sound and the turn; speech that goes on is found again."""
        self._drop_before(self._sent)
        self._since_commit = 0
        if self._edges is not None:
            self._edges = self._edges.restarted()
            self._edges_from_ms = self._sent // _PER_MS
        self._turn_from = None

    def _begin(self, at_ms: int) -> Change:
        self._turn_from = max(self._start, (at_ms - self._prefix_ms) * _PER_MS)
        self._drop_before(self._turn_from)
        return Change("started", self._turn_from // _PER_MS, _nothing())

    def _end(self, end: int) -> Change:
        change = self._cut_off(end)
        self._turn_from = None
        return change

    def _cut_off(self, end: int, *, cut: bool = False) -> Change:
        end = min(end, self._sent)
        sound = self._sound[: end - self._start].copy()
        self._drop_before(end)
        self._since_commit = self._sent - end
        return Change("stopped", end // _PER_MS, sound, cut=cut)

    def _divide(self, turn_from: int) -> list[Change]:
        """The turn up to the quietest place near its limit, and the start of the next one there."""
        limit = turn_from + TURN_MAX_MS * _PER_MS
        search_from = limit - _CUT_WITHIN_MS * _PER_MS
        window = as_floats(self._sound[search_from - self._start : limit - self._start])
        end = search_from + quietest_offset_ms(window) * _PER_MS
        stopped = self._cut_off(end, cut=True)
        self._turn_from = end
        return [stopped, Change("started", end // _PER_MS, _nothing())]

    def _drop_before(self, sample: int) -> None:
        if sample > self._start:
            self._blocks = [self._sound[sample - self._start :].copy()]
            self._start = sample


def as_floats(pcm: Pcm) -> Samples:
    """As the engine wants them, in [-1, 1]."""
    return pcm.astype(np.float32) / np.float32(32_768)


def _nothing() -> Pcm:
    return np.zeros(0, dtype=np.int16)
