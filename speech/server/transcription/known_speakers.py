"""The voices a client knows already: names with short samples, sent as data URLs."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from speech.server.errors import invalid

KNOWN_MAX: Final = 4
_NAME_CHARS: Final = 100
_DATA_URL: Final = re.compile(r"data:[\w.+-]+/[\w.+-]+(?:;[\w.+-]+=[^;,]*)*;base64,", re.IGNORECASE)
NAMES: Final = "known_speaker_names"
REFERENCES: Final = "known_speaker_references"


@dataclass(frozen=True, slots=True)
class KnownSpeaker:
    """`sample` is a sound file, not looked at yet."""

    name: str
    sample: bytes


def read_known_speakers(form: QueryDict) -> tuple[KnownSpeaker, ...]:
    """Names and samples, one of each for every speaker.

    Raises:
        ApiError: 400 for unequal counts, too many, names that are empty or doubled, and what is no data URL.
    """
    names = [name.strip() for name in [*form.getlist(f"{NAMES}[]"), *form.getlist(NAMES)]]
    references = [*form.getlist(f"{REFERENCES}[]"), *form.getlist(REFERENCES)]
    if len(names) != len(references):
        raise invalid(f"There must be as many '{NAMES}' as '{REFERENCES}'.", REFERENCES)
    if len(names) > KNOWN_MAX:
        raise invalid(f"At most {KNOWN_MAX} speakers may be known.", NAMES)
    if len(set(names)) < len(names) or not all(0 < len(name) <= _NAME_CHARS for name in names):
        raise invalid(f"'{NAMES}' must be different names of 1 to {_NAME_CHARS} characters.", NAMES)
    return tuple(KnownSpeaker(name, _sample(url)) for name, url in zip(names, references, strict=True))


def _sample(url: str) -> bytes:
    head = _DATA_URL.match(url)
    if head is None:
        raise invalid(f"'{REFERENCES}' must be data URLs: data:audio/wav;base64,...", REFERENCES)
    try:
        return base64.b64decode("".join(url[head.end() :].split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(f"One of '{REFERENCES}' is not base64.", REFERENCES) from error
