"""Ready subtitles of a source as a second witness: how far they agree with our transcript."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts import storage
from transcripts.imports import read_transcript
from transcripts.models import RecordingState, Segment
from transcripts.models_intake import SourceNotes

logger = logging.getLogger(__name__)

_WORD: Final = re.compile(r"\w+")
_WINDOW_MS: Final = 60_000  # compared minute by minute: subtitles are seconds off, never minutes
_MOST_AT_ONCE: Final = 20


def agreement(ours: Iterable[tuple[int, str]], theirs: Iterable[tuple[int, str]]) -> float | None:
    """Share of words that agree, in order, 0 to 1, of the longer of two transcripts given as (start_ms, text).

    Case and punctuation do not count. None when neither has a word.
    """
    mine, other = _windows(ours), _windows(theirs)
    total = max(sum(map(len, mine.values())), sum(map(len, other.values())))
    if total == 0:
        return None
    same = 0
    for window in mine.keys() & other.keys():
        blocks = SequenceMatcher(None, mine[window], other[window], autojunk=False).get_matching_blocks()
        same += sum(block.size for block in blocks)
    return same / total


def compare_waiting(council_id: int) -> int:
    """Compare the subtitles of finished recordings of a council that were not compared yet; how many."""
    with tenant_scope(council_id):
        waiting = SourceNotes.objects.filter(
            council_id=council_id, subtitles_agreement=None, recording__state=RecordingState.READY
        ).exclude(subtitles_name="")
        found = list(waiting.values_list("pk", "recording_id", "subtitles_name")[:_MOST_AT_ONCE])
    for notes_id, recording_id, name in found:
        with tenant_scope(council_id):
            segments = Segment.objects.filter(recording_id=recording_id).order_by("index")
            ours = list(segments.values_list("start_ms", "text"))
        share = _compared(name, ours)
        with tenant_scope(council_id):
            SourceNotes.objects.filter(pk=notes_id).update(subtitles_agreement=share)
    return len(found)


def _compared(name: str, ours: list[tuple[int, str]]) -> float:
    """0 for subtitles that cannot be read: they confirm nothing."""
    try:
        with storage.local_copy(name) as path:
            theirs = read_transcript(path.read_bytes()).segments
    except (CouncilError, OSError) as error:
        logger.warning("subtitles %s: %s", name, error)
        return 0.0
    return agreement(ours, ((segment.start_ms, segment.text) for segment in theirs)) or 0.0


def _windows(pieces: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for start_ms, text in pieces:
        found[start_ms // _WINDOW_MS] += _WORD.findall(text.casefold())
    return found
