"""How much the words of a recording depend on how it is cut and on how many workers share its chunks.

    python -m benchmarks.seams AUDIO [--seconds 240] [--repeats 1] [--pieces 2,5,20] [--workers 1,2] [--json FILE]

The first so many seconds are laid end to end `--repeats` times and recognised uncut, then cut as the product cuts (in
pauses) into about so many chunks, which so many workers share, each with a recogniser of its own. Goal: less than 0.3 %
of the words differ from the uncut ones. Last, a window of the recogniser is full, and the recording cut, at every
400 ms of a chair's "Kto jest za? Kto jest przeciw? Kto się wstrzymał?" (said by espeak-ng, an extra): what is heard of
the questions when nothing is cut should be there every time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
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
from speech.engine.types import SAMPLE_RATE_HZ, Audio, ChunkPlan, Span
from speech.engine.vad import find_speech
from speech.engine.windows import WINDOW_MS

QUESTIONS = "Kto jest za? Kto jest przeciw? Kto się wstrzymał?"
SIGNS = ("kto", "przeciw", "wstrzyma")
CUT_STEP_MS = 400
VOICE = "pl+m7"
"""Of espeak-ng's voices the one of which Whisper base understands most."""


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
        quietest=_quietest_in(audio),
        window_ms=WINDOW_MS,
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


def lost_questions(parts: Sequence[np.ndarray], recognizer: Recognizer) -> dict[int, list[str]]:
    """What of the questions was not heard, by the ms of the questions at which the first window is full.

    What counts is what the recogniser hears of them where nothing is cut: it mishears some of a machine's words.
    """
    opening, asked, closing = parts
    alone = Audio(np.concatenate([opening, asked, closing]))
    whole = marks(transcript(cut(find_speech([alone]), alone, 1), alone, [recognizer]))
    lost = {}
    for into_ms in range(0, Audio(asked).duration_ms, CUT_STEP_MS):
        before = np.tile(opening, 1 + WINDOW_MS // Audio(opening).duration_ms)
        before = before[-(WINDOW_MS - into_ms) * SAMPLE_RATE_HZ // 1000 :]
        audio = Audio(np.concatenate([before, asked, closing]))
        plan = plan_chunks(
            find_speech([audio]),
            audio.duration_ms,
            target_ms=WINDOW_MS // 2,
            max_ms=2 * WINDOW_MS,
            quietest=_quietest_in(audio),
            window_ms=WINDOW_MS,
        )
        missing = whole - marks(transcript(plan, audio, [recognizer]))
        if missing or len(plan) < 2:
            lost[into_ms] = sorted(missing.elements()) or ["not cut"]
    return lost


def marks(text: str) -> Counter[str]:
    """The words by which the questions are known."""
    return Counter(word for word in normalise(text).split() if word == "za" or word.startswith(SIGNS))


def questions() -> list[np.ndarray]:
    """A vote said by espeak-ng: what comes before, the three questions, what comes after."""
    return [
        _said("Szanowni państwo, przystępujemy do głosowania nad projektem uchwały w sprawie budżetu gminy."),
        _said(QUESTIONS),
        _said("Dziękuję bardzo. Uchwała została podjęta, przechodzimy do kolejnego punktu porządku obrad."),
    ]


def _quietest_in(audio: Audio) -> Callable[[Span], int]:
    return lambda span: span.start_ms + quietest_offset_ms(slice_ms(audio, span))


def _said(text: str) -> np.ndarray:
    from speech.engine.voices.espeak import EspeakVoice

    async def spoken() -> bytes:
        return b"".join([part async for part in EspeakVoice(VOICE).stream(text)])

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.mp3"
        file.write_bytes(asyncio.run(spoken()))
        return np.concatenate([block.samples for block in stream_audio(file)])


def main() -> None:
    """Run, print a table, write JSON."""
    parser = argparse.ArgumentParser(description="Words at the seams")
    parser.add_argument("audio", type=Path)
    parser.add_argument("--seconds", type=int, default=240, help="of the recording; 0: all")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--pieces", default="2,5,20")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "recognition-benchmark")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/seams-AUDIO.json")
    args = parser.parse_args()

    def make() -> Recognizer:
        return FasterWhisperRecognizer(cache_dir=args.cache, device="cpu", cpu_threads=1, models=ModelManager())

    once = np.concatenate([block.samples for block in stream_audio(args.audio)])
    tiled = Audio(np.tile(once[: args.seconds * SAMPLE_RATE_HZ or None], args.repeats))
    rows = compare(tiled, _numbers(args.pieces), _numbers(args.workers), make)
    for row in rows:
        print(f"{row.pieces:>4} chunks {row.workers:>3} workers {row.words:>7} words {row.differing:>9.3%} differ")
    lost = lost_questions(questions(), make())
    print(f"places at which a part of the questions was lost: {lost or 'none'}")
    target = args.json or RESULTS / f"seams-{args.audio.stem}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"rows": [asdict(row) for row in rows], "questions_lost_at_ms": lost}, indent=2))


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
