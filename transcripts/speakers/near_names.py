"""Words that are almost a name of the council's people: what a recogniser makes of names it does not know.

They are proposed, never changed: "Gołomb" may be Gołąb or somebody called Gołomb. Likeness is that of letters or of
sounds (ó and u, rz and ż, ch and h, ą and om or on, ł and l), whichever is greater.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import morfeusz2
from rapidfuzz import fuzz

from speech.engine.reading.dictionary import readings
from transcripts.corrections.line import Line
from transcripts.lexemes import fold
from transcripts.speakers.roster import Member, role_of, stems

ALIKE: Final = 84.0
"""Least likeness, 0..100 (rapidfuzz ratio), of a word that no dictionary knows."""
ALIKE_WORD: Final = 92.0
"""Of a word that means something ("radny kozieł"): only when it could hardly be anything but the name."""
_SHORTEST: Final = 4
_TITLE: Final = re.compile(r"^(?:radn(?:y|a|ego|ej|emu|ym|ą)|pan(?:a|u|em|i|ią)?)$")
_EDGES: Final = ".,;:!?…„”“\"'()[]«»–—-"
_SENTENCE_END: Final = re.compile(r"[.!?…][\"”»)]*$")
_SOUNDS: Final = (
    (re.compile("ą(?=[bp])"), "om"), (re.compile("ą"), "on"), (re.compile("ę(?=[bp])"), "em"), (re.compile("ę"), "en"),
    (re.compile("ó"), "u"), (re.compile("rz|ż|ź|ż"), "z"), (re.compile("ch"), "h"), (re.compile("sz|ś"), "s"),
    (re.compile("cz|ć"), "c"), (re.compile("ł"), "l"), (re.compile("[yj]"), "i"), (re.compile("w$"), "f"),
    (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NearName:
    """Word number `word` of a line, and the form of a name that it resembles. `likeness` 0..100."""

    line: Line
    word: int
    written: str
    proposed: str
    person: str
    likeness: float


def near_names(lines: Iterable[Line], roster: Sequence[Member]) -> Iterator[NearName]:
    """Near misses in order. A word like two people's names equally well is proposed as neither."""
    forms = _forms(roster)
    known = {stem for one in roster for name in (*one.given, *one.surname) for stem in stems(name)}
    for line in lines:
        tokens = line.text.split()
        for place, token in enumerate(tokens):
            written = token.strip(_EDGES)
            if len(written) < _SHORTEST or not written.isprintable() or any(char.isdigit() for char in written):
                continue
            before = tokens[place - 1].strip(_EDGES).lower() if place else ""
            titled = bool(_TITLE.match(before)) or role_of(before) is not None
            starts = place == 0 or bool(_SENTENCE_END.search(tokens[place - 1]))
            found = _nearest(written, forms, known, titled=titled, starts=starts)
            if found is not None:
                form, person, likeness = found
                yield NearName(line, place, written, form, person, likeness)


def _nearest(
    written: str, forms: Sequence[_Form], known: set[str], *, titled: bool, starts: bool
) -> tuple[str, str, float] | None:
    lower = written.lower()
    capital = written[:1].isupper()
    exact = [form for form in forms if form.text.lower() == lower]
    if exact:
        if capital or not titled or len({form.person for form in exact}) != 1:
            return None
        return exact[0].text, exact[0].person, 100.0
    unknown = not readings(written) and not readings(lower)
    if stems(written) & known and not unknown:
        return None
    if not (titled or (capital and not starts and unknown)):
        return None
    least = ALIKE if unknown else ALIKE_WORD
    sound = sound_key(written)
    scored = sorted(
        ((_likeness(lower, sound, form), form) for form in forms), key=lambda pair: -pair[0]
    )[:12]  # fmt: skip
    if not scored or scored[0][0] < least:
        return None
    best = scored[0][0]
    people = {form.person for score, form in scored if score >= best - 3}
    if len(people) != 1:
        return None
    form = scored[0][1]
    return form.text, form.person, best


@dataclass(frozen=True, slots=True)
class _Form:
    """One case form of one person's surname or first name."""

    text: str
    sound: str
    person: str


def _forms(roster: Sequence[Member]) -> list[_Form]:
    found: dict[tuple[str, str], _Form] = {}
    for one in roster:
        for name in ("-".join(one.surname), *one.surname):
            for form in case_forms(name, one.feminine):
                if len(form) >= _SHORTEST:
                    found.setdefault((form, one.name), _Form(form, sound_key(form), one.name))
    return list(found.values())


def _likeness(lower: str, sound: str, form: _Form) -> float:
    if abs(len(lower) - len(form.text)) > 3:
        return 0.0
    return max(fuzz.ratio(lower, form.text.lower()), fuzz.ratio(sound, form.sound))


def sound_key(word: str) -> str:
    """How a word sounds, roughly: "Gołąb" and "Gołomb" are one."""
    key = word.lower()
    for pattern, sound in _SOUNDS:
        key = pattern.sub(sound, key)
    return fold(key)


_lock = threading.Lock()  # a generator keeps its state in itself
_morfeusz: Any = None


@lru_cache(maxsize=4_096)
def case_forms(surname: str, feminine: bool | None) -> tuple[str, ...]:
    """Every case form of a surname that morfeusz2 can make, the given one first; that alone where it knows none."""
    global _morfeusz
    if "-" in surname:
        parts = [case_forms(part, feminine) for part in surname.split("-") if part]
        longest = max((len(part) for part in parts), default=0)
        return tuple(dict.fromkeys(["-".join(part[min(n, len(part) - 1)] for part in parts) for n in range(longest)]))
    with _lock:
        if _morfeusz is None:
            _morfeusz = morfeusz2.Morfeusz()
        made = _morfeusz.generate(surname) if surname.isprintable() else []
    wanted = {True: ("f",), False: ("m1",), None: ("f", "m1")}[feminine]
    forms = [
        form
        for form, _, tag, names, _ in made
        if "nazwisko" in names and tag.split(":")[1] == "sg" and set(tag.split(":")[3].split(".")) & set(wanted)
    ]
    return tuple(dict.fromkeys([surname, *forms]))
