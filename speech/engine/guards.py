"""Take out what nobody said, and say what was taken out.

Whisper writes subtitles credits over silence, falls into loops, and slips into other alphabets. Losing a real sentence
is worse than keeping an odd one, so every rule needs physical evidence (no energy, isolation, an impossible tempo),
except for phrases that nobody says in a meeting. Nothing is ever removed because it resembles something else: "Kto
jest za? Kto jest przeciw? Kto się wstrzymał?" is really said ten times an evening.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from speech.engine.types import SAMPLE_RATE_HZ, Audio, Segment, Word

Reason = Literal["phantom", "script", "loop", "no_speech", "language"]

CREDITS: Final = re.compile(
    r"amara\.? ?org|społeczność\w* amara|napisy stworzone przez społeczność"
    r"|subskrybuj(cie)? (mój |nasz |ten )?kanał|zostaw(cie)? (łapkę|suba)|łapk\w+ w górę"
    r"|zapraszam\w* do subskry|(dzięki|dziękuj\w+) za (oglądanie|obejrzenie) (tego |mojego |naszego )?(filmu|odcinka)"
    r"|do (zobaczenia|usłyszenia) w (następnym|kolejnym) (odcinku|filmie|filmiku)|multi-?moto\.(eu|pl)"
    r"|subtitles by|thanks for watching|don't forget to subscribe",
    re.IGNORECASE,
)
"""Subtitle credits and video-channel phrases from Whisper's training data; not said in a council."""

LIKELY_CREDITS: Final = re.compile(
    r"^\W*(napisy (i tłumaczenie|stworzone|zrobione|wygenerowane|tworzone|(wykonane )?przez|by)\b|napisy:"
    r"|zdjęcia i montaż|(opracowanie( tekstu)?|czytał\w*|lektor)\s*[:–-]|wersja polska|tekst polski"
    r"|(wszelkie|wszystkie) prawa zastrzeżone"
    r"|(tłumaczenie|transkrypcja|korekta|synchronizacja)( i (tłumaczenie|korekta|synchronizacja))?( napisów)?\s*[:–-]"
    r"|(https?://)?www\.\S+\W*$)",
    re.IGNORECASE,
)
"""A credit if it stands alone, short and apart from what is said; else somebody may well have said it: "korekta:
w paragrafie drugim", "wejdźcie na www.gmina.pl"."""
LIKELY_CREDIT_WORDS: Final = 8

SMALL_TALK: Final = frozenset({
    "dziękuję", "dziękuję bardzo", "dziękujemy", "dzięki", "dziękuję za uwagę", "dziękuję za oglądanie",
    "dziękuję za obejrzenie", "dziękujemy za oglądanie", "dziękujemy za uwagę", "dziękuję za wysłuchanie",
    "dzięki za oglądanie", "dzięki za obejrzenie", "dzięki za uwagę", "dziękuję państwu", "dziękuję państwu za uwagę",
    "do zobaczenia", "do widzenia", "do usłyszenia", "dobranoc", "cześć", "muzyka", "oklaski", "śmiech", "brawa",
    "zdjęcia i montaż", "koniec", "i", "a", "o", "e", "y", "hej", "ah", "aha", "mhm", "hmm", "ech",
    "thank you", "thank you very much", "thank you for watching", "thanks for watching", "you", "bye", "bye bye",
    "okay", "ok", "the end", "music", "applause",
})  # fmt: skip
"""Whisper's usual inventions (the English ones in translations) that people also really say: removed only when isolated
and with hardly any sound. Never "tak", "nie", "za", "przeciw": a roll call consists of them."""

ENGLISH: Final = frozenset((
    "the", "and", "of", "is", "are", "was", "were", "that", "this", "you", "your", "we", "they", "it", "in", "for",
    "with", "have", "has", "will", "would", "can", "not", "but", "be", "been", "our", "what", "there", "their", "from",
    "which", "about", "if", "all", "so", "very", "please", "thank", "an", "by", "or", "he", "she", "his", "her", "my",
))  # fmt: skip
"""Frequent English words, none of which is a frequent Polish one ("to", "do", "a", "on", "i" are)."""
ENGLISH_MIN_WORDS: Final = 4
ENGLISH_SHARE: Final = 0.25
"""Of running English text such words are about four in ten; of Polish speech none."""

ISOLATION_MS: Final = 2_000
EDGE_MS: Final = 1_000
"""So much silence is believed beyond a chunk's edge, where the next chunk's words are not known: chunks are cut in the
middle of pauses."""
QUIET_DBFS: Final = -50.0
"""Loudest 100 ms of an utterance: -32 dBFS at least in the clean and the noisy development meeting."""
QUIET_BELOW_DB: Final = 30.0
"""So far below the loudest that is said around it, in a recording quiet as a whole: a camera at the far wall."""
SILENT_DBFS: Final = -75.0
"""Nobody speaks under this: a few steps of 16 bits."""
SILENT_MS: Final = 300
"""What is shorter may have been placed beside its sound."""
UNSURE: Final = 0.30
"""Mean word probability under which an isolated piece of small talk counts as invented: a choice, not a measurement."""
LOOP_MIN_REPEATS: Final = 4
LOOP_MAX_WORDS: Final = 8
LOOP_WORDS_PER_S: Final = 6.0
"""The fastest utterance of the development meeting has 3.6 words a second; a margin for hurried speakers above it."""


ECHO_MIN_WORDS: Final = 3
ECHO_MAX_GAP_MS: Final = 300
NO_LENGTH_MS: Final = 20
"""One step of Whisper's alignment: a word this short was given no sound at all."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A piece taken out of the transcript, kept as a record. Times in ms of the recording."""

    start_ms: int
    end_ms: int
    text: str
    reason: Reason


def remove_inventions(
    segments: Sequence[Segment], audio: Audio, *, latin: bool = True
) -> tuple[list[Segment], list[Removed]]:
    """Split `segments` into what stays and what was invented; `audio` is the sound they were recognised from.

    `latin`: the language is written in Latin letters, so words in others were invented.
    """
    kept: list[Segment] = []
    removed: list[Removed] = []
    first_ms = audio.offset_ms - (EDGE_MS if audio.offset_ms else ISOLATION_MS)
    last_ms = audio.offset_ms + audio.duration_ms + EDGE_MS
    faint_dbfs = _faint_dbfs(segments, audio)
    for index, original in enumerate(segments):
        before_ms = segments[index - 1].end_ms if index else first_ms
        after_ms = segments[index + 1].start_ms if index + 1 < len(segments) else last_ms
        isolated = original.start_ms - before_ms >= ISOLATION_MS and after_ms - original.end_ms >= ISOLATION_MS
        reason = invention(original, audio, isolated=isolated, faint_dbfs=faint_dbfs)
        if reason is not None:
            removed.append(_record(original, original.text, reason))
            continue
        segment, dropped = _latin_only(original) if latin else (original, [])
        removed += dropped
        if segment is not None:
            segment, dropped = collapse_loops(segment)
            removed += dropped
            if kept and is_echo(kept[-1], segment):
                removed.append(_record(segment, segment.text, "loop"))
                kept[-1] = _up_to(kept[-1], segment.end_ms)
            else:
                kept.append(segment)
    return kept, removed


def _faint_dbfs(segments: Sequence[Segment], audio: Audio) -> float:
    """Under which level there was hardly any sound; small talk, which may itself be invented, says nothing of that."""
    levels = [level_dbfs(segment, audio) for segment in segments if _bare(segment.text) not in SMALL_TALK]
    return min(QUIET_DBFS, max(levels) - QUIET_BELOW_DB) if levels else QUIET_DBFS


def _bare(text: str) -> str:
    return re.sub(r"[^\w\s]", "", text).strip().lower()


def invention(segment: Segment, audio: Audio, *, isolated: bool, faint_dbfs: float = QUIET_DBFS) -> Reason | None:
    """Why a whole segment was invented, None when it was not. Under `faint_dbfs` there is hardly any sound.

    Subtitle credits go anywhere; what only looks like a credit when it stands apart, small talk when it stands apart in
    near silence or mere guessing. English goes when the recogniser guessed it or there was hardly any sound: a guest
    may speak English, and a recogniser that was told Polish has by then tried it again in Polish.
    """
    if CREDITS.search(segment.text):
        return "phantom"
    unsure = _mean_probability(segment) < UNSURE
    if (
        LIKELY_CREDITS.search(segment.text)
        and len(segment.text.split()) <= LIKELY_CREDIT_WORDS
        and (isolated or unsure)
    ):
        return "phantom"
    level = level_dbfs(segment, audio)
    if level < SILENT_DBFS and segment.end_ms - segment.start_ms >= SILENT_MS:
        return "no_speech"
    faint = level < faint_dbfs
    if isolated and _bare(segment.text) in SMALL_TALK and (faint or unsure):
        return "phantom"
    return "language" if is_english(segment.text) and (faint or unsure) else None


def is_english(text: str) -> bool:
    """Whether a text is English rather than Polish: enough of its words are frequent English ones."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    found = sum(word in ENGLISH for word in words)
    return found >= ENGLISH_MIN_WORDS and found >= ENGLISH_SHARE * len(words)


def level_dbfs(segment: Segment, audio: Audio) -> float:
    """Loudest 100 ms of the segment, RMS in dB below full scale; -inf for digital silence or outside the audio."""
    first = max(0, (segment.start_ms - audio.offset_ms) * SAMPLE_RATE_HZ // 1000)
    last = max(first, (segment.end_ms - audio.offset_ms) * SAMPLE_RATE_HZ // 1000)
    samples = audio.samples[first:last]
    size = SAMPLE_RATE_HZ // 10
    frames = [samples[at : at + size] for at in range(0, len(samples), size)]
    loudest = max((float(np.mean(np.square(frame, dtype=np.float64))) for frame in frames), default=0.0)
    return 10 * float(np.log10(loudest)) if loudest > 0 else float("-inf")


def has_foreign_letters(text: str) -> bool:
    """True when a letter belongs to another script than Latin (Cyrillic "Дzień")."""
    return any(c.isalpha() and not unicodedata.name(c, "").startswith(("LATIN", "MODIFIER LETTER")) for c in text)


def is_echo(before: Segment, segment: Segment) -> bool:
    """True when `segment` says the end of `before` once more without taking any time for it.

    Over the silence after a short recording Whisper may write its one sentence twice; alignment then finds no sound for
    the words and gives half of them or more no length. Whoever really repeats a sentence needs time for each word.
    """
    words = segment.words
    if len(words) < ECHO_MIN_WORDS or segment.start_ms - before.end_ms > ECHO_MAX_GAP_MS:
        return False
    if _plain(words) != _plain(before.words[-len(words) :]):
        return False
    both = [*before.words[-len(words) :], *words]
    return sum(word.end_ms - word.start_ms <= NO_LENGTH_MS for word in both) * 2 >= len(words)


def _up_to(segment: Segment, end_ms: int) -> Segment:
    last = replace(segment.words[-1], end_ms=max(end_ms, segment.words[-1].end_ms))
    return replace(segment, end_ms=last.end_ms, words=(*segment.words[:-1], last))


def collapse_loops(segment: Segment) -> tuple[Segment, list[Removed]]:
    """Keep the first round of a phrase repeated at least LOOP_MIN_REPEATS times at a tempo nobody can speak."""
    words = list(segment.words)
    removed: list[Removed] = []
    at = 0
    while at < len(words):
        size, repeats = _loop_at(words, at)
        end = at + size * repeats
        if repeats and _too_fast(words[at:end]):
            cut = words[at + size : end]
            removed.append(Removed(cut[0].start_ms, cut[-1].end_ms, _joined(cut), "loop"))
            del words[at + size : end]
        at += max(size, 1)
    if not removed:
        return segment, []
    return replace(segment, end_ms=words[-1].end_ms, text=_joined(words), words=tuple(words)), removed


def _loop_at(words: Sequence[Word], at: int) -> tuple[int, int]:
    """(words in the phrase, times it is said) of the longest loop that starts at `at`; (0, 0) when there is none."""
    plain = _plain(words[at : at + 512])
    best = (0, 0)
    for size in range(1, LOOP_MAX_WORDS + 1):
        repeats = 1
        while plain[repeats * size : (repeats + 1) * size] == plain[:size] and len(plain) >= (repeats + 1) * size:
            repeats += 1
        if repeats >= LOOP_MIN_REPEATS and size * repeats > best[0] * best[1]:
            best = (size, repeats)
    return best


def _plain(words: Sequence[Word]) -> list[str]:
    return [re.sub(r"\W", "", word.text).lower() for word in words]


def _too_fast(words: Sequence[Word]) -> bool:
    seconds = (words[-1].end_ms - words[0].start_ms) / 1000
    return len(words) > LOOP_WORDS_PER_S * max(seconds, 0.1)


def _latin_only(segment: Segment) -> tuple[Segment | None, list[Removed]]:
    if not has_foreign_letters(segment.text):
        return segment, []
    words = [word for word in segment.words if not has_foreign_letters(word.text)]
    dropped = [
        Removed(word.start_ms, word.end_ms, word.text, "script")
        for word in segment.words
        if has_foreign_letters(word.text)
    ]
    if not words:
        return None, dropped or [_record(segment, segment.text, "script")]
    trimmed = replace(
        segment, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, text=_joined(words), words=tuple(words)
    )
    return trimmed, dropped


def _mean_probability(segment: Segment) -> float:
    known = [word.probability for word in segment.words if word.probability is not None]
    return sum(known) / len(known) if known else 1.0


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _record(segment: Segment, text: str, reason: Reason) -> Removed:
    return Removed(segment.start_ms, segment.end_ms, text, reason)
