"""How much the words of a recording depend on how it is cut and on how many workers share its chunks.

    python -m benchmarks.seams AUDIO [--repeats 2] [--pieces 2,5,20] [--workers 1,2,4] [--json FILE]

The recording is laid end to end `--repeats` times and recognised uncut, then cut as the product cuts (in pauses) into
about so many chunks, which so many workers share, each with a recogniser of its own. Goal: less than 0.3 % of the words
differ from the uncut ones. Last, a recording is cut right where a chair asks "Kto jest za? Kto jest przeciw? Kto się
wstrzymał?" (said by espeak-ng, an extra), at every 200 ms of the questions: all three must be there every time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue

import jiwer
import numpy as np

from benchmarks.recognition import RESULTS, normalise
from speech.engine.audio import quietest_offset_ms, stream_audio
from speech.engine.chunking import MAX_MS, plan_chunks
from speech.engine.merging import merge_chunks
from speech.engine.model_manager import ModelManager
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.recognizers.packing import slice_ms
from speech.engine.types import Audio, ChunkPlan, Span
from speech.engine.vad import find_speech

QUESTIONS = "Kto jest za? Kto jest przeciw? Kto się wstrzymał?"
SIGNS = ("za", "przeciw", "wstrzyma")
CUT_STEP_MS = 200


@dataclass(frozen=True)
class Row:
    """One way of cutting; `differing` is the share of the uncut recording's words."""

    pieces: int
    workers: int
    words: int
    differing: float


def cut(speech: Sequence[Span], audio: Audio, pieces: int) -> list[ChunkPlan]:
    """About so many chunks of one recording, as the product plans them; 1 leaves it whole."""
    if pieces <= 1:
        return [ChunkPlan(0, 0, audio.duration_ms, tuple(speech))]
    target_ms = max(1_000, audio.duration_ms // pieces)
    return plan_chunks(
        speech,
        audio.duration_ms,
        target_ms=target_ms,
        max_ms=max(target_ms * 2, min(MAX_MS, audio.duration_ms)),
        quietest=lambda span: span.start_ms + quietest_offset_ms(slice_ms(audio, span)),
    )


def cut_at(speech: Sequence[Span], audio: Audio, cuts: Sequence[int]) -> list[ChunkPlan]:
    """Chunks with edges exactly at `cuts`, in the middle of words if need be."""
    edges = [0, *cuts, audio.duration_ms]
    return [
        ChunkPlan(
            index,
            start_ms,
            end_ms,
            tuple(
                Span(max(span.start_ms, start_ms), min(span.end_ms, end_ms))
                for span in speech
                if span.start_ms < end_ms and span.end_ms > start_ms
            ),
        )
        for index, (start_ms, end_ms) in enumerate(pairwise(edges))
    ]


def transcript(plan: Sequence[ChunkPlan], audio: Audio, workers: Sequence[Recognizer]) -> str:
    """The words of all chunks; each worker takes the next chunk when it is done with one, as in the product."""
    free: SimpleQueue[Recognizer] = SimpleQueue()
    for worker in workers:
        free.put(worker)

    def hear(chunk: ChunkPlan) -> Sequence[object]:
        worker = free.get()
        try:
            span = Span(chunk.start_ms, chunk.end_ms)
            sound = Audio(slice_ms(audio, span), chunk.start_ms)
            return worker.recognize(sound, chunk.speech, RecognitionOptions()).segments
        finally:
            free.put(worker)

    with ThreadPoolExecutor(len(workers)) as pool:
        results = list(pool.map(hear, [chunk for chunk in plan if chunk.speech]))
    return " ".join(segment.text for segment in merge_chunks(results))  # type: ignore[arg-type]


def differing(uncut: str, other: str) -> float:
    """Share of the uncut transcript's words that are others, more or fewer in the other one."""
    words = normalise(uncut)
    return float(jiwer.wer(words, normalise(other) or " ")) if words else float(bool(normalise(other)))


def compare(audio: Audio, pieces: Sequence[int], workers: Sequence[int], make: Callable[[], Recognizer]) -> list[Row]:
    """The uncut transcript beside each way of cutting it."""
    speech = find_speech([audio])
    crew = [make() for _ in range(max(workers))]
    whole = transcript(cut(speech, audio, 1), audio, crew[:1])
    rows = [Row(1, 1, len(whole.split()), 0.0)]
    for number in pieces:
        plan = cut(speech, audio, number)
        for hands in workers:
            text = transcript(plan, audio, crew[:hands])
            rows.append(Row(len(plan), hands, len(text.split()), round(differing(whole, text), 5)))
    return rows


def lost_questions(audio: Audio, speech: Sequence[Span], asked: Span, recognizer: Recognizer) -> list[int]:
    """The ms of the cuts at which one of the three questions was lost, cut at every CUT_STEP_MS of `asked`.

    The cut is moved as the product moves it: into the nearest pause if there is one within a second and a half.
    """
    lost = []
    for at_ms in range(asked.start_ms, asked.end_ms, CUT_STEP_MS):
        pauses = [
            (a.end_ms + b.start_ms) // 2
            for a, b in pairwise(speech)
            if abs((a.end_ms + b.start_ms) // 2 - at_ms) <= 1_500
        ]
        near = min(pauses, key=lambda pause: abs(pause - at_ms), default=None)
        if near is None:
            search = Span(max(0, at_ms - 1_000), min(audio.duration_ms, at_ms + 1_000))
            near = search.start_ms + quietest_offset_ms(slice_ms(audio, search))
        text = normalise(transcript(cut_at(speech, audio, [near]), audio, [recognizer]))
        if not all(sign in text for sign in SIGNS):
            lost.append(at_ms)
    return lost


def questions() -> tuple[Audio, Span]:
    """A vote said by espeak-ng, and where the three questions lie in it."""
    before = _said("Szanowni państwo, przystępujemy do głosowania nad projektem uchwały w sprawie budżetu gminy.")
    asked = _said(QUESTIONS)
    after = _said("Dziękuję bardzo. Uchwała została podjęta, przechodzimy do kolejnego punktu porządku obrad.")
    start_ms = Audio(before).duration_ms
    return Audio(np.concatenate([before, asked, after])), Span(start_ms, start_ms + Audio(asked).duration_ms)


def _said(text: str) -> np.ndarray:
    from speech.engine.voices.espeak import EspeakVoice

    async def spoken() -> bytes:
        return b"".join([part async for part in EspeakVoice().stream(text)])

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.mp3"
        file.write_bytes(asyncio.run(spoken()))
        return np.concatenate([block.samples for block in stream_audio(file)])


def main() -> None:
    """Run, print a table, write JSON."""
    parser = argparse.ArgumentParser(description="Words at the seams")
    parser.add_argument("audio", type=Path)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--pieces", default="2,5,20")
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "recognition-benchmark")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/seams-AUDIO.json")
    args = parser.parse_args()

    def make() -> Recognizer:
        return FasterWhisperRecognizer(cache_dir=args.cache, device="cpu", cpu_threads=1, models=ModelManager())

    once = np.concatenate([block.samples for block in stream_audio(args.audio)])
    tiled = Audio(np.tile(once, args.repeats))
    rows = compare(tiled, _numbers(args.pieces), _numbers(args.workers), make)
    for row in rows:
        print(f"{row.pieces:>4} chunks {row.workers:>3} workers {row.words:>7} words {row.differing:>9.3%} differ")
    audio, asked = questions()
    lost = lost_questions(audio, find_speech([audio]), asked, make())
    print(f"questions lost at {len(lost)} of {len(range(asked.start_ms, asked.end_ms, CUT_STEP_MS))} cuts {lost}")
    target = args.json or RESULTS / f"seams-{args.audio.stem}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"rows": [asdict(row) for row in rows], "questions_lost_at_ms": lost}, indent=2))


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
