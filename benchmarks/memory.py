"""Peak memory of the worker's path on a long recording beside a short one: it must not grow with the length.

    python -m benchmarks.memory AUDIO [--hours 4] [--chunks 2] [--json FILE]

The sample is tiled to `--hours` (its packets copied, not encoded again); extract, VAD and planning run on all of it,
recognition on the first `--chunks` chunks (each chunk is as large as any other). Every length runs in a fresh process,
and ffmpeg children are counted apart, because they come one at a time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from speech.engine.audio import extract_speech_audio, find_ffmpeg, quietest_ms, read_audio, stream_audio
from speech.engine.chunking import plan_chunks
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.types import Span
from speech.engine.vad import find_speech

RESULTS = Path(__file__).parent / "results"


def work(source: Path, chunks: int, cache: Path) -> dict[str, float]:
    """Do a worker's job in this process; peak MiB after each step and seconds of each step."""
    figures: dict[str, float] = {"at_rest_mib": _peak_mib(resource.RUSAGE_SELF)}
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        flac = Path(folder) / "speech.flac"
        duration_ms = extract_speech_audio(source, flac)
        started = _step(figures, "extract", started)
        # now, before the model is in memory: on Linux a child's peak begins with that of the process it was forked from
        figures["ffmpeg_mib"] = _peak_mib(resource.RUSAGE_CHILDREN)
        speech = find_speech(stream_audio(flac))
        plan = plan_chunks(speech, duration_ms, quietest=partial(quietest_ms, flac))
        started = _step(figures, "speech", started)
        recognizer = FasterWhisperRecognizer(cache_dir=cache)
        for chunk in plan[:chunks]:
            audio = read_audio(flac, Span(chunk.start_ms, chunk.end_ms))
            recognizer.recognize(audio, chunk.speech, RecognitionOptions())
        _step(figures, "recognise", started)
    figures |= {
        "hours": duration_ms / 3_600_000,
        "chunks": len(plan),
    }
    return {name: round(value, 2) for name, value in figures.items()}


def _step(figures: dict[str, float], name: str, started: float) -> float:
    now = time.perf_counter()
    figures |= {f"{name}_mib": _peak_mib(resource.RUSAGE_SELF), f"{name}_s": now - started}
    return now


def _peak_mib(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    """Measure both lengths in fresh processes and print them side by side."""
    parser = argparse.ArgumentParser(description="Peak memory by length of the recording")
    parser.add_argument("audio", type=Path)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--chunks", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "recognition-benchmark")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/memory.json")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(work(args.audio, args.chunks, args.cache)))
        return
    with tempfile.TemporaryDirectory() as folder:
        tiled = Path(folder) / "long.mka"
        command = [str(find_ffmpeg()), "-v", "error", "-stream_loop", "-1", "-i", str(args.audio), "-map", "0:a:0"]
        subprocess.run([*command, "-t", str(args.hours * 3600), "-c:a", "copy", str(tiled)], check=True)
        rows = [_in_fresh_process(path, args.chunks, args.cache) for path in (args.audio, tiled)]
    print(f"{'':<16}{'short':>10}{'long':>10}")
    for name in rows[0]:
        print(f"{name:<16}{rows[0][name]:>10}{rows[1][name]:>10}")
    target = args.json or RESULTS / "memory.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"short": rows[0], "long": rows[1]}, indent=2))


def _in_fresh_process(path: Path, chunks: int, cache: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.memory", str(path), "--worker", "--chunks", str(chunks)]
    done = subprocess.run([*command, "--cache", str(cache)], check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


if __name__ == "__main__":
    main()
