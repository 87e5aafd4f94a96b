"""Recognition, whole way from file to segments, beside plain faster-whisper on the same model, file and threads.

    python -m benchmarks.recognition AUDIO TRUTH.txt [--rounds 1] [--threads 2] [--only ours,batched] [--json FILE]

The figures are also written to benchmarks/results/recognition-<name of the audio>.json.

Peers: faster-whisper's BatchedInferencePipeline (batch 8, beam 5) and its sequential mode (beam 5). Runs alternate, so
a busy machine is equally unfair to all; processor seconds (this process and its ffmpeg children) are the steadier
figure. The model is loaded and warmed up before the clock starts, for all alike. Word error rate: lowercase, without
punctuation. "segments as fine" can be read off the count and the longest segment.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from os import times
from pathlib import Path
from typing import Any

import jiwer
from faster_whisper import BatchedInferencePipeline, WhisperModel

from speech.engine.audio import clean_audio, extract_speech_audio, probe, quietest_ms, read_audio, stream_audio
from speech.engine.chunking import plan_chunks
from speech.engine.merging import merge_chunks, uncovered_speech
from speech.engine.models import whisper_model_path
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.sound_quality import SoundMeter
from speech.engine.types import Span
from speech.engine.vad import find_speech
from speech.engine.windows import WINDOW_MS

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Heard:
    """Text and (start, end) seconds of segments; `words` and `uncovered_s` only where the system gives them."""

    text: str
    spans: list[tuple[float, float]]
    words: int = 0
    uncovered_s: float = 0.0


@dataclass(frozen=True)
class Row:
    """One system's medians over the rounds."""

    system: str
    wall_s: float
    cpu_s: float
    rtfx: float
    wer: float
    substitutions: int
    deletions: int
    insertions: int
    segments: int
    longest_s: float
    words: int
    uncovered_s: float


def ours(recognizer: FasterWhisperRecognizer, source: Path, beam: int) -> Heard:
    """The product's chain: extract, find speech, measure, clean, plan chunks, recognise, merge, check the coverage."""
    with tempfile.TemporaryDirectory() as folder:
        flac = Path(folder) / "speech.flac"
        duration_ms = extract_speech_audio(source, flac)
        meter = SoundMeter()
        speech = find_speech(meter.watch(stream_audio(flac)))
        heard = Path(folder) / "clean.flac" if meter.quality(speech).noisy else flac
        if heard != flac:
            clean_audio(flac, heard)
        chunks = plan_chunks(speech, duration_ms, quietest=partial(quietest_ms, heard), window_ms=WINDOW_MS)
        results = [
            recognizer.recognize(
                read_audio(heard, Span(chunk.start_ms, chunk.end_ms)), chunk.speech, RecognitionOptions(beam_size=beam)
            )
            for chunk in chunks
        ]
    segments = merge_chunks([result.segments for result in results])
    return Heard(
        " ".join(segment.text for segment in segments),
        [(segment.start_ms / 1000, segment.end_ms / 1000) for segment in segments],
        sum(len(segment.words) for segment in segments),
        sum(span.duration_ms for span in uncovered_speech(speech, segments)) / 1000,
    )


def peer(model: Any, source: Path, *, batched: bool) -> Heard:
    """Plain faster-whisper with its defaults for Polish."""
    if batched:
        found, _ = BatchedInferencePipeline(model).transcribe(str(source), language="pl", batch_size=8, beam_size=5)
    else:
        found, _ = model.transcribe(str(source), language="pl", beam_size=5)
    segments = list(found)
    return Heard(" ".join(s.text for s in segments), [(s.start, s.end) for s in segments])


def normalise(text: str) -> str:
    """Lowercase, punctuation out, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", text.lower())).strip()


def measure(run: Callable[[], Heard]) -> tuple[float, float, Heard]:
    """(wall seconds, processor seconds of this process and its children, result)."""
    before, started = times(), time.perf_counter()
    heard = run()
    wall = time.perf_counter() - started
    after = times()
    return wall, sum(after[:4]) - sum(before[:4]), heard


def summarise(system: str, samples: list[tuple[float, float, Heard]], truth: str, duration_s: float) -> Row:
    """Medians of the times; the words of the last round (all rounds agree: nothing is sampled)."""
    heard = samples[-1][2]
    score = jiwer.process_words(normalise(truth), normalise(heard.text))
    wall = statistics.median(sample[0] for sample in samples)
    return Row(
        system,
        round(wall, 2),
        round(statistics.median(sample[1] for sample in samples), 2),
        round(duration_s / wall, 2),
        round(score.wer, 4),
        score.substitutions,
        score.deletions,
        score.insertions,
        len(heard.spans),
        round(max((end - start for start, end in heard.spans), default=0.0), 1),
        heard.words,
        round(heard.uncovered_s, 1),
    )


def main() -> None:
    """Run, print a table, write JSON."""
    parser = argparse.ArgumentParser(description="Recognition beside plain faster-whisper")
    parser.add_argument("audio", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--beam", type=int, default=0, help="ours; 0 is the recogniser's default")
    parser.add_argument("--only", default="ours,batched,sequential")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "recognition-benchmark")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/recognition-AUDIO.json")
    args = parser.parse_args()
    recognizer = FasterWhisperRecognizer(cache_dir=args.cache, device="cpu", cpu_threads=args.threads)
    model = WhisperModel(
        whisper_model_path("base", args.cache), device="cpu", compute_type="int8", cpu_threads=args.threads
    )
    every: dict[str, Callable[[], Heard]] = {
        "ours": lambda: ours(recognizer, args.audio, args.beam),
        "batched": lambda: peer(model, args.audio, batched=True),
        "sequential": lambda: peer(model, args.audio, batched=False),
    }
    systems = {name: every[name] for name in args.only.split(",")}
    recognizer.recognize(read_audio(args.audio, Span(0, 3_000)), [Span(0, 3_000)], RecognitionOptions())
    samples: dict[str, list[tuple[float, float, Heard]]] = {name: [] for name in systems}
    for _ in range(args.rounds):
        for name, run in systems.items():
            samples[name].append(measure(run))
    duration_s = probe(args.audio).duration_ms / 1000
    truth = args.truth.read_text(encoding="utf-8")
    rows = [summarise(name, taken, truth, duration_s) for name, taken in samples.items()]
    print_table(rows)
    target = args.json or RESULTS / f"recognition-{args.audio.stem}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    payload = {"audio": args.audio.name, "duration_s": duration_s, "threads": args.threads, "rounds": args.rounds}
    payload |= {"ours_runs": f"{recognizer.model_id} {recognizer.device}/{recognizer.compute_type}"}
    target.write_text(json.dumps({**payload, "rows": [asdict(row) for row in rows]}, indent=2))


def print_table(rows: list[Row]) -> None:
    """Fixed columns for a terminal."""
    print(f"{'system':<11}{'wall s':>8}{'cpu s':>8}{'RTFx':>7}{'WER':>8}{'S/D/I':>13}", end="")
    print(f"{'segments':>10}{'longest s':>11}{'uncovered s':>13}")
    for row in rows:
        edits = f"{row.substitutions}/{row.deletions}/{row.insertions}"
        print(
            f"{row.system:<11}{row.wall_s:>8}{row.cpu_s:>8}{row.rtfx:>7}{row.wer:>8}{edits:>13}{row.segments:>10}"
            f"{row.longest_s:>11}{row.uncovered_s:>13}"
        )


if __name__ == "__main__":
    main()
