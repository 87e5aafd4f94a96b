"""Invented meetings with what really happened in them, for tests of the rules that read facts out of speech.

A file has one turn a line ("FUNCTION Name: words"; a line without a speaker is one turn of nobody). Times are made up
at 150 words a minute, spread over each turn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from transcripts.facts import Utterance

_FOLDER = Path(__file__).with_name("meetings")
_MS_PER_WORD = 400

Counts = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class TrueVote:
    counts: Counts  # za, przeciw, wstrzymało się
    result: str
    point: str
    resolution: str = ""
    superseded: bool = False
    secret: bool = False
    about: str = ""  # words the subject must have, lower case


@dataclass(frozen=True)
class Meeting:
    """`agenda`: label and the words that opened the point. `spoken_only`: there are no speakers and no punctuation."""

    name: str
    agenda: tuple[tuple[str, str], ...]
    votes: tuple[TrueVote, ...]
    path: Path | None = None

    def utterances(self, *, speakers: bool = True, punctuation: bool = True) -> list[Utterance]:
        said, at_ms = [], 0
        for line in self._lines():
            speaker, text = _split(line)
            if not punctuation:
                text = re.sub(r"[.,;:!?„”]", "", text).lower()
            end_ms = at_ms + len(text.split()) * _MS_PER_WORD
            said.append(Utterance(at_ms, end_ms, text, speaker if speakers else "", ()))
            at_ms = end_ms
        return said

    def opened_at_ms(self, words: str, after_ms: int = -1) -> int:
        """When `words` were said, by their place in the text; the first time after `after_ms`."""
        at_ms = 0
        for line in self._lines():
            _, text = _split(line)
            for found in re.finditer(re.escape(words), text):
                when = at_ms + len(text[: found.start()].split()) * _MS_PER_WORD
                if when > after_ms:
                    return when
            at_ms += len(text.split()) * _MS_PER_WORD
        raise LookupError(words)

    def _lines(self) -> list[str]:
        path = self.path or _FOLDER / f"{self.name}.txt"
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def _split(line: str) -> tuple[str, str]:
    head, mark, tail = line.partition(": ")
    return (head, tail) if mark and len(head) < 50 else ("", line)


DEMO = Meeting(
    "sesja_xxiii",
    (
        ("1", "Otwieram obrady"), ("2", "Przechodzimy do punktu drugiego"), ("3", "Przechodzimy do punktu trzeciego"),
        ("4", "Punkt czwarty"), ("5", "Przechodzimy do punktu piątego"), ("6", "Przechodzimy do punktu szóstego"),
        ("7", "Punkt siódmy"), ("8", "Punkt ósmy"), ("9", "Punkt dziewiąty"), ("10", "zamykam dwudziestą trzecią"),
    ),
    (
        TrueVote((13, 0, 0), "przyjęto", "2"), TrueVote((12, 0, 1), "przyjęto", "3"),
        TrueVote((11, 2, 1), "podjęto", "5", "XXIII/145/2026"), TrueVote((14, 0, 0), "podjęto", "6", "XXIII/146/2026"),
        TrueVote((5, 8, 1), "odrzucono", "7"), TrueVote((8, 4, 2), "podjęto", "7", "XXIII/147/2026"),
    ),
    Path(__file__).parents[1] / "demo" / "sesja_xxiii.txt",
)  # fmt: skip
VILLAGE = Meeting(
    "wies",
    (
        ("1", "Otwieram trzydziestą"), ("2", "przechodzimy do punktu drugiego"), ("3", "Punkt trzeci. Panie"),
        ("4", "Następny punkt porządku"), ("5", "Przechodzimy do kolejnego punktu"), ("6", "Sprawy różne, punkt"),
        ("7", "zamykam obrady"),
    ),
    (
        TrueVote((12, 0, 0), "przyjęto", "2"), TrueVote((7, 3, 1), "podjęto", "4", "182"),
        TrueVote((11, 0, 0), "podjęto", "5", "183"),
    ),
)  # fmt: skip
CITY = Meeting(
    "miasto",
    (
        ("1", "rozpoczynamy LIV sesję"), ("2", "Przechodzimy do punktu 2"), ("3", "Przechodzimy do punktu 3"),
        ("4", "Punkt 4"), ("5", "Punkt 5, dotacja"), ("6a", "Przechodzimy do punktu 6"), ("6b", "Podpunkt b"),
        ("8", "Punkt 8"), ("9", "zamykam LIV"),
    ),
    (
        TrueVote((17, 0, 2), "przyjęto", "1"), TrueVote((18, 0, 1), "przyjęto", "2"),
        TrueVote((8, 11, 0), "odrzucono", "4"), TrueVote((10, 6, 3), "przyjęto", "4"),
        TrueVote((12, 5, 2), "podjęto", "4", "LIV/602/2026"), TrueVote((19, 0, 0), "podjęto", "5", "LIV/603/2026"),
        TrueVote((13, 4, 2), "podjęto", "6a", "LIV/604/2026"), TrueVote((9, 9, 1), "odrzucono", "6b"),
    ),
)  # fmt: skip
SECRET = Meeting(
    "tajne",
    (
        ("1", "Otwieram obrady"), ("2", "Punkt drugi, wybór"), ("3", "Przechodzimy do punktu trzeciego"),
        ("4", "Kolejny punkt, zmiany"), ("5", "Punkt piąty"), ("6", "Zamykam siódmą"),
    ),
    (
        TrueVote((14, 0, 3), "przyjęto", "2"), TrueVote((10, 6, None), "przyjęto", "2", secret=True),
        TrueVote((9, 8, 0), "podjęto", "3", superseded=True), TrueVote((8, 9, 0), "odrzucono", "3"),
        TrueVote((13, 2, 2), "podjęto", "4", "VII/41/2026", superseded=True), TrueVote((15, 1, 1), "przyjęto", "4"),
        TrueVote((14, 2, 1), "podjęto", "4", "VII/41/2026"),
    ),
)  # fmt: skip
RAW = Meeting(
    "surowe",
    (
        ("1", "otwieram obrady"), ("2", "przechodzimy do punktu drugiego"), ("3", "punkt trzeci podjęcie"),
        ("4", "punkt czwarty"), ("5", "przechodzimy do punktu piątego"), ("6", "zamykam obrady"),
    ),
    (
        TrueVote((10, 3, 1), "podjęto", "3", "XLII/311/2026"), TrueVote((6, 8, 0), "odrzucono", "4"),
    ),
)  # fmt: skip
TOWN = Meeting(
    "kalinow",
    (
        ("1", "Rozpoczynamy obrady"), ("2", "Przechodzimy do punktu drugiego"), ("3", "Punkt trzeci"),
        ("4", "Punkt czwarty"), ("5", "Ad. 5"), ("6a", "punkt szósty podpunkt a"), ("6b", "Punkt szósty podpunkt b"),
        ("7", "Punkt siódmy"), ("8", "punkt ósmy"), ("10", "przechodzimy do punktu dziesiątego"),
        ("11", "Zamykam obrady"),
    ),
    (
        TrueVote((20, 0, 0), "przyjęto", "2"), TrueVote((18, 0, 2), "przyjęto", "3"),
        TrueVote((8, 12, 0), "odrzucono", "5"), TrueVote((11, 7, 2), "podjęto", "5", "XXXV/402/2026"),
        TrueVote((20, 0, 0), "podjęto", "6a", "XXXV/403/2026"), TrueVote((15, 4, 1), "podjęto", "6b", "XXXV/404/2026"),
        TrueVote((12, None, None), "przyjęto", "7", secret=True),
        TrueVote((16, 0, 3), "przyjęto", "8", superseded=True),
        TrueVote((17, 0, 2), "przyjęto", "8"),
    ),
)  # fmt: skip
MEETINGS = (DEMO, VILLAGE, CITY, SECRET, RAW, TOWN)
