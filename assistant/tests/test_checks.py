"""What a model's sentence must withstand: its quote, figures, names, language and form."""

from __future__ import annotations

from uuid import uuid4

import pytest

from assistant.checks import Rejected, Verified, check, is_polish, plain_text
from assistant.prompts import Claim, ClaimReader
from assistant.quotes import Track
from assistant.retrieval import Piece
from transcripts.search import HitSegment

SAID = (
    ("Wójt Jan Kruk", "Koszt remontu ulicy Lipowej to dwieście tysięcy złotych. Zaczniemy go piętnastego maja."),
    ("Radna Ewa Sroka", "Nie poprę tej uchwały, bo droga do Gajówki jest w gorszym stanie."),
    ("Przewodnicząca Maria Lis", "Głosowało czternastu radnych, za dwunastu, przeciw dwóch."),
)
COST = "Koszt remontu ulicy Lipowej to dwieście tysięcy złotych"


def judged(text: str, quote: str = COST) -> Verified | Rejected:
    segments = tuple(HitSegment(n * 10_000, n * 10_000 + 10_000, said, who) for n, (who, said) in enumerate(SAID))
    piece = Piece(1, uuid4(), "XII sesja", None, "Punkt 2. Remonty", segments)
    return check(Claim(text, 1, quote), {1: (piece, Track(segments))})


@pytest.mark.parametrize(
    "text",
    ["Remont ulicy Lipowej będzie kosztował 200 tysięcy złotych.", "Koszt remontu wyniesie 200 000 zł.",
     "Wójt Jan Kruk podał koszt remontu: dwieście tys. złotych.", "Remont ulicy Lipowej zacznie się 15 maja.",
     "Na XII sesji wójt podał koszt remontu ulicy Lipowej."],
)  # fmt: skip
def test_figures_dates_and_names_may_be_written_in_any_form(text: str) -> None:
    assert isinstance(judged(text), Verified), judged(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Koszt remontu ulicy Lipowej to 300 tysięcy złotych.", "figures"),
        ("Koszt remontu ulicy Lipowej to 200 złotych.", "figures"),
        ("Remont ulicy Lipowej zacznie się 15 czerwca.", "figures"),
        ("Remont ulicy Lipowej zacznie się 16 maja.", "figures"),
        ("Koszt remontu ulicy Lipowej podał radny Nowak.", "names"),
        ("Koszt remontu ulicy Dębowej to dwieście tysięcy złotych.", "names"),
        ("Sąsiednia gmina zbudowała nowoczesny basen.", "words"),
        ("The renovation of the street costs two hundred thousand.", "language"),
        ("Koszt remontu opisano na https://example.com/?q=Lipowa.", "form"),
        ("Koszt remontu ![x](//evil.example/a.png) to dwieście tysięcy.", "form"),
        ("Koszt remontu <img src=x> to dwieście tysięcy złotych.", "form"),
        ("Koszt remontu, zobacz evil-site.com, to dwieście tysięcy.", "form"),
        ("", "form"),
        ("Koszt " * 200, "form"),
    ],
)
def test_what_the_recording_does_not_bear_out_is_rejected(text: str, reason: str) -> None:
    result = judged(text)
    assert isinstance(result, Rejected), result
    assert result.reason == reason


@pytest.mark.parametrize(
    "quote", ["Koszt remontu to trzysta tysięcy złotych", "", "tak", "złotych Nie poprę tej uchwały"]
)
def test_a_quote_that_was_not_said_carries_nothing(quote: str) -> None:
    result = judged("Koszt remontu ulicy Lipowej to dwieście tysięcy złotych.", quote)
    assert result == Rejected("quote")


def test_an_answer_is_plain_text() -> None:
    assert plain_text("**Koszt**\u202e wynosi `200`\u200b zł\n") == "Koszt wynosi 200 zł"


@pytest.mark.parametrize(
    ("text", "polish"),
    [("Radni przyjęli uchwałę w sprawie budżetu.", True), ("Tak.", True), ("Рада приняла бюджет на этот год.", False),
     ("Die Ratsmitglieder haben gestern zugestimmt.", False), ("The council has adopted the budget.", False)],
)  # fmt: skip
def test_the_language_is_told(text: str, polish: bool) -> None:
    assert is_polish(text) is polish


def test_claims_are_read_as_soon_as_they_are_whole() -> None:
    reader = ClaimReader()
    first, second = r'{"text": "A }b", "evidence": 1, "quote": "q\""}', '{"text": "C", "evidence": 2, "quote": "r"}'
    text = f'```json\n{{"sentences": [{first}, {second}]}}'
    heard = [claim.text for char in text for claim in reader.feed(char)]
    assert heard == ["A }b", "C"]
    assert [claim.text for claim in ClaimReader().feed(text)] == ["A }b", "C"]
    assert ClaimReader().feed('{"sentences": [{"text": "A"}, {"text": "B", "evidence": 1, "quote": "x"}]}') == []
