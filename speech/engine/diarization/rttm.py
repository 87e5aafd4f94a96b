"""Rich Transcription Time Marked: the text form of turns that evaluation tools read (NIST RT-09 plan, appendix A)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from speech.engine.diarization.base import Turn


def as_rttm(turns: Sequence[Turn], recording: str) -> str:
    """A line of ten fields for each turn; times are seconds. Blanks inside names become "_", for blanks part fields."""
    return "".join(
        f"SPEAKER {_field(recording)} 1 {turn.start_ms / 1000:.3f} {turn.duration_ms / 1000:.3f} "
        f"<NA> <NA> {_field(turn.speaker)} <NA> <NA>\n"
        for turn in turns
    )


def _field(text: str) -> str:
    # ";" begins a comment; lone surrogates cannot be written
    return re.sub(r"[\s;]+", "_", text.encode(errors="replace").decode()).strip("_") or "audio"
