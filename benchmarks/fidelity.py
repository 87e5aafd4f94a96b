"""What a transcript loses and invents, per hour of audio, in one table.

    python -m benchmarks.fidelity AUDIO TRUTH.txt [--json FILE]
    python -m benchmarks.fidelity --nothing [--minutes 10]

The first form runs the product's chain on a recording whose words are known. Substitutions, deletions and insertions
apart; gaps over 3 s inside speech; words in non-speech; five-word phrases said more often than in the truth (loops and
doubled seams); error rate within 2 s of a chunk's edge against elsewhere; times that go back; letters that are not
Latin. The second form makes sound without a word in it (silence, hum, hiss, applause, music, a bell), so many minutes
of each, and counts the words that come out: zero is right.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from benchmarks.recognition import RESULTS, normalise
from speech.engine.audio import clean_audio, extract_speech_audio, quietest_ms, read_audio, stream_audio
from speech.engine.chunking import TARGET_MS, plan_chunks
from speech.engine.guards import has_foreign_letters
from speech.engine.merging import merge_chunks
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.sound_quality import SoundMeter
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Segment, Span, Word
from speech.engine.vad import find_speech
from speech.engine.windows import WINDOW_MS

GAP_MS = 3_000
NEAR_CUT_MS = 2_000
PHRASE_WORDS = 5
MISHEARD_WORDS = 2
OUTSIDE_MS = 500
"""A word further than this from any speech was invented; word times are good to about 0.3 s."""


@dataclass(frozen=True)
class Heard:
    """One run of the chain. `cuts` are the inner edges of the chunks, ms of the recording."""

    segments: list[Segment]
    speech: list[Span]
    cuts: list[int]
    duration_ms: int
    removed: int


@dataclass(frozen=True)
class Fidelity:
    """Counts of one recording; `wer_*` are shares of the reference's words, None where there are none."""

    hours: float
    reference_words: int
    substitutions: int
    deletions: int
    insertions: int
    gaps_over_3_s: int
    longest_gap_s: float
    words_in_non_speech: int
    extra_5_grams: int
    wer: float
    wer_near_cuts: float | None
    wer_elsewhere: float | None
    times_going_back: int
    foreign_letters: int
    removed_by_guards: int


def hear(recognizer: Recognizer, source: Path, *, target_ms: int = TARGET_MS) -> Heard:
    """The product's chain: extract, find speech, measure, clean, plan chunks, recognise, merge."""
    with tempfile.TemporaryDirectory() as folder:
        flac = Path(folder) / "speech.flac"
        duration_ms = extract_speech_audio(source, flac)
        meter = SoundMeter()
        speech = find_speech(meter.watch(stream_audio(flac)))
        heard = flac
        if meter.quality(speech).noisy:
            heard = Path(folder) / "clean.flac"
            clean_audio(flac, heard)
        quietest = partial(quietest_ms, heard)
        chunks = plan_chunks(speech, duration_ms, target_ms=target_ms, quietest=quietest, window_ms=WINDOW_MS)
        results = [
            recognizer.recognize(read_audio(heard, Span(c.start_ms, c.end_ms)), c.speech, RecognitionOptions())
            for c in chunks
            if c.speech
        ]
    return Heard(
        merge_chunks([result.segments for result in results]),
        speech,
        [chunk.start_ms for chunk in chunks[1:]],
        duration_ms,
        sum(len(result.removed) for result in results),
    )


def fidelity(truth: str, heard: Heard) -> Fidelity:
    """All figures of one recording."""
    words = [word for segment in heard.segments for word in segment.words]
    plain = [(part, word) for word in words for part in normalise(word.text).split()]
    reference, hypothesis = normalise(truth), " ".join(part for part, _ in plain)
    score = jiwer.process_words(reference, hypothesis or " ")
    near, elsewhere = _errors_by_place(score, [word for _, word in plain], heard.cuts)
    gaps = gaps_in_speech(heard.speech, words)
    edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
    return Fidelity(
        round(heard.duration_ms / 3_600_000, 4),
        len(reference.split()),
        score.substitutions,
        score.deletions,
        score.insertions,
        len(gaps),
        round(max((gap.duration_ms for gap in gaps), default=0) / 1000, 1),
        words_outside(heard.speech, words),
        extra_phrases(as_heard(score, hypothesis.split()), hypothesis.split()),
        round(score.wer, 4),
        near,
        elsewhere,
        sum(after < before for before, after in pairwise(edges)),
        sum(has_foreign_letters(letter) for segment in heard.segments for letter in segment.text),
        heard.removed,
    )


def gaps_in_speech(speech: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Stretches over GAP_MS inside one span of speech that no word touches."""
    gaps: list[Span] = []
    for span in speech:
        at_ms = span.start_ms
        for word in words:
            if word.end_ms <= span.start_ms or word.start_ms >= span.end_ms:
                continue
            if word.start_ms - at_ms > GAP_MS:
                gaps.append(Span(at_ms, word.start_ms))
            at_ms = max(at_ms, word.end_ms)
        if span.end_ms - at_ms > GAP_MS:
            gaps.append(Span(at_ms, span.end_ms))
    return gaps


def words_outside(speech: Sequence[Span], words: Sequence[Word]) -> int:
    """Words whose middle lies further than OUTSIDE_MS from any speech."""
    middles = [(word.start_ms + word.end_ms) // 2 for word in words]
    return sum(not any(s.start_ms - OUTSIDE_MS <= at <= s.end_ms + OUTSIDE_MS for s in speech) for at in middles)


def as_heard(score: Any, hypothesis: Sequence[str]) -> list[str]:
    """The words that were said, as they were heard: what is misheard the same way twice was said twice.

    A word heard as several counts as misheard, too: only insertions of more than MISHEARD_WORDS in a row are left out.
    """
    said: list[str] = []
    for part in score.alignments[0]:
        found = hypothesis[part.hyp_start_idx : part.hyp_end_idx]
        if part.type == "delete":
            said += score.references[0][part.ref_start_idx : part.ref_end_idx]
        elif part.type != "insert" or len(found) <= MISHEARD_WORDS:
            said += found
    return said


def extra_phrases(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """How often phrases of PHRASE_WORDS words that repeat in the hypothesis are said more often than in the truth."""
    said, heard = _phrases(reference), _phrases(hypothesis)
    return sum(count - max(1, said[phrase]) for phrase, count in heard.items() if count > max(1, said[phrase]))


def _phrases(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + PHRASE_WORDS]) for at in range(len(words) - PHRASE_WORDS + 1))


def _errors_by_place(score: Any, words: Sequence[Word], cuts: Sequence[int]) -> tuple[float | None, float | None]:
    """Error rates within NEAR_CUT_MS of a cut and elsewhere; a lost word lies where its neighbour was heard."""
    errors, reference = [0, 0], [0, 0]
    for part in score.alignments[0]:
        in_truth, in_heard = part.ref_end_idx - part.ref_start_idx, part.hyp_end_idx - part.hyp_start_idx
        for offset in range(max(in_truth, in_heard)):
            index = min(part.hyp_start_idx + min(offset, max(in_heard - 1, 0)), len(words) - 1)
            near = index >= 0 and _is_near(words[index].start_ms, cuts)
            reference[near] += offset < in_truth
            errors[near] += part.type != "equal"
    rates = [round(errors[side] / reference[side], 4) if reference[side] else None for side in (0, 1)]
    return rates[1], rates[0]


def _is_near(at_ms: int, cuts: Sequence[int]) -> bool:
    place = bisect_left(cuts, at_ms)
    return any(abs(cut - at_ms) <= NEAR_CUT_MS for cut in cuts[max(0, place - 1) : place + 1])


def wordless(minutes: float) -> dict[str, Samples]:
    """Sounds without a word in them, made from numbers (seed 7)."""
    rng = np.random.default_rng(7)
    count = round(minutes * 60 * SAMPLE_RATE_HZ)
    t = np.arange(count) / SAMPLE_RATE_HZ
    noise = rng.standard_normal(count)
    claps = np.convolve(rng.random(count) < 0.004, np.exp(-np.arange(800) / 120), "same") * rng.standard_normal(count)
    notes = 220 * 2 ** (rng.integers(0, 13, size=round(minutes * 60 * 2) + 1) / 12)
    pitch = np.repeat(notes, SAMPLE_RATE_HZ // 2)[:count]
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE_HZ
    music = sum(np.sin(k * phase) / k for k in range(1, 6)) * (0.4 + 0.6 * np.exp(-4 * (t % 0.5)))
    bell = np.sin(2 * np.pi * 880 * t) * np.exp(-3 * (t % 10))
    sounds = {
        "silence": np.zeros(count),
        "faint hiss": 0.0005 * noise,
        "hum of the mains": 0.03 * np.sin(2 * np.pi * 100 * t) + 0.01 * noise,
        "loud hiss": 0.1 * noise,
        "applause": 0.15 * claps,
        "music": 0.15 * music,
        "a bell": 0.3 * bell + 0.001 * noise,
    }
    return {name: np.clip(sound, -1, 1).astype(np.float32) for name, sound in sounds.items()}


def words_from_nothing(recognizer: Recognizer, minutes: float) -> dict[str, dict[str, int]]:
    """For each wordless sound: words written, with the VAD before the recogniser and with all taken for speech."""
    rows = {}
    for name, samples in wordless(minutes).items():
        audio = Audio(samples)
        speech = {"words": find_speech([audio]), "words_without_vad": [Span(0, audio.duration_ms)]}
        rows[name] = {
            column: sum(
                len(segment.words) for segment in recognizer.recognize(audio, spans, RecognitionOptions()).segments
            )
            for column, spans in speech.items()
        }
    return rows


def main() -> None:
    """Run, print a table, write JSON."""
    parser = argparse.ArgumentParser(description="What a transcript loses and invents")
    parser.add_argument("audio", type=Path, nargs="?")
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--nothing", action="store_true", help="sound without a word in it")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--model", default="base")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "recognition-benchmark")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/fidelity-AUDIO.json")
    args = parser.parse_args()
    recognizer = build_recognizer(RecognizerConfig(args.cache, model=args.model))
    if args.nothing:
        rows: dict[str, Any] = words_from_nothing(recognizer, args.minutes)
        name = "nothing"
    elif args.audio is None or args.truth is None:
        parser.error("AUDIO and TRUTH, or --nothing")
    else:
        rows = asdict(fidelity(args.truth.read_text(encoding="utf-8"), hear(recognizer, args.audio)))
        name = args.audio.stem
    for key, value in rows.items():
        print(f"{key:<24}{value}")
    target = args.json or RESULTS / f"fidelity-{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"model": recognizer.model_id, "rows": rows}, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
