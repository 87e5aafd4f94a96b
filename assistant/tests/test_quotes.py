"""A quote stands in the transcript word for word after the stated normalisation, or it is nowhere."""

from __future__ import annotations

import random
import unicodedata

import pytest

from assistant.quotes import MIN_QUOTE_CHARS, Track, normalise
from transcripts.search import HitSegment

SEGMENTS = (
    HitSegment(0, 4_000, "Dzień dobry państwu. Otwieram obrady dwudziestej trzeciej sesji.", "Anna Kubiak"),
    HitSegment(4_000, 9_000, "Uważam, że kolejność jest zła – i dlatego nie poprę tej zmiany.", "Marek Kozioł"),
    HitSegment(9_000, 12_000, "„Krótka” dostała więcej punktów, bo prowadzi do szkoły.", "Marek Kozioł"),
    HitSegment(12_000, 20_000, "Kto jest za? Kto jest przeciw? Kto się wstrzymał?", "Anna Kubiak"),
)
TRACK = Track(SEGMENTS)


def _respell(text: str, chance: random.Random) -> str:
    """Changes that the normalisation promises to overlook."""
    text = unicodedata.normalize(chance.choice(["NFC", "NFD"]), text)
    text = chance.choice([text.upper(), text.lower(), text.title(), text])
    text = text.replace(" ", chance.choice([" ", "  ", "\n", "\u00a0", "\t"]))
    for same in ('„”"“«»', "–—-−"):
        for char in same:
            text = text.replace(char, chance.choice(same))
    return f"{chance.choice(['', ' '])}{text}{chance.choice(['', ' '])}"


def test_every_run_of_words_of_one_speaker_is_found_however_it_is_spelled() -> None:
    chance = random.Random(7)
    for _ in range(400):
        segment = chance.choice(SEGMENTS)
        words = segment.text.split()
        first = chance.randrange(len(words))
        quote = " ".join(words[first : chance.randrange(first, len(words)) + 1])
        if len(normalise(quote)) < MIN_QUOTE_CHARS:
            continue
        place = TRACK.find(_respell(quote, chance))
        assert place is not None, quote
        assert place.text == quote  # shown as the transcript has it, not as it was typed
        assert place.speaker == segment.speaker
        assert segment.start_ms <= place.start_ms < place.end_ms <= segment.end_ms


def test_a_quote_with_any_word_changed_left_out_or_added_is_found_nowhere() -> None:
    chance = random.Random(11)
    for _ in range(300):
        words = chance.choice(SEGMENTS).text.split()
        at = chance.randrange(1, len(words) - 1)
        for changed in (
            [*words[:at], "burmistrz", *words[at:]],
            [*words[:at], words[at] + "x", *words[at + 1 :]],
            [*words[:at], *words[at + 1 :]] if words[at - 1] != words[at] else None,
        ):
            if changed is not None:
                assert TRACK.find(" ".join(changed)) is None, changed


@pytest.mark.parametrize(
    "quote",
    [
        "uwazam, ze kolejnosc jest zla",  # diacritics are letters
        "Uważam że kolejność jest zła",  # punctuation counts
        "kolejność jest zła ... nie poprę tej zmiany",  # nothing may be left out
        "olejność jest zła – i dlatego",  # not at the edge of a word
        "dwudziestej trzeciej sesji. Uważam, że",  # two speakers
        "i dlatego",  # too short to prove anything
        "   ",
        "",
    ],
)
def test_what_is_not_a_word_for_word_quote(quote: str) -> None:
    assert TRACK.find(quote) is None


def test_a_quote_may_run_over_adjoining_segments_of_one_speaker() -> None:
    place = TRACK.find('nie poprę tej zmiany. "Krótka" dostała więcej punktów')
    assert place is not None
    assert place.text == "nie poprę tej zmiany. „Krótka” dostała więcej punktów"
    assert 4_000 < place.start_ms < 8_000  # inside the first of the two segments
    assert 9_500 < place.end_ms < 12_000  # inside the second


def test_a_quote_is_widened_to_its_sentence_so_that_it_keeps_its_not() -> None:
    place = TRACK.find("poprę tej zmiany")
    assert place is not None
    whole = TRACK.widen(place)
    assert whole.text == "Uważam, że kolejność jest zła – i dlatego nie poprę tej zmiany."
    assert (whole.start_ms, whole.end_ms) == (4_000, 9_000)


def test_sentences_lie_where_they_are_said_and_keep_every_word() -> None:
    sentences = TRACK.sentences
    assert [s.text for s in sentences][:3] == [
        "Dzień dobry państwu.",
        "Otwieram obrady dwudziestej trzeciej sesji.",
        "Uważam, że kolejność jest zła – i dlatego nie poprę tej zmiany.",
    ]
    assert " ".join(s.text for s in sentences).split() == " ".join(s.text for s in SEGMENTS).split()
    assert [s.start_ms for s in sentences] == sorted(s.start_ms for s in sentences)
    last = sentences[-1]
    assert last.text == "Kto się wstrzymał?"
    assert 14_500 <= last.start_ms <= 17_000  # the last third of its segment, not the segment's beginning
    assert last.end_ms == 20_000


def test_no_segments_no_quotes() -> None:
    assert Track(()).find("cokolwiek by to nie było") is None
    assert Track((HitSegment(0, 1, "  ", "x"),)).sentences == ()
