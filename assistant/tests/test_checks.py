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
     "Na XII sesji wójt podał koszt remontu ulicy Lipowej.", "200 000 zł.", "Dwieście tysięcy złotych.",
     "200 tys. zł."],
)  # fmt: skip
def test_figures_dates_and_names_may_be_written_in_any_form(text: str) -> None:
    assert isinstance(judged(text), Verified), judged(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Koszt remontu ulicy Lipowej to 300 tysięcy złotych.", "figures"),
        ("Koszt remontu ulicy Lipowej to 200 złotych.", "figures"),
        ("300 000 zł.", "figures"),
        ("Remont ulicy Lipowej zacznie się 15 czerwca.", "figures"),
        ("Basen i sauna w sąsiedniej gminie: 200 tysięcy złotych.", "words"),
        ("Remont ulicy Lipowej zacznie się 16 maja.", "figures"),
        ("Koszt remontu ulicy Lipowej podał radny Nowak.", "names"),
        ("Koszt remontu ulicy Dębowej to dwieście tysięcy złotych.", "names"),
        ("Sąsiednia gmina zbudowała nowoczesny basen.", "words"),
        ("The renovation of the street costs two hundred thousand.", "language"),
        ("Koszt remontu opisano na https://example.com/?q=Lipowa.", "form"),
        ("Koszt remontu ![x](//evil.example/a.png) to dwieście tysięcy.", "form"),
        ("Koszt remontu <img src=x> to dwieście tysięcy złotych.", "form"),
        ("Koszt remontu, zobacz evil-site.com, to dwieście tysięcy.", "form"),
        ("Przeciw głosowało dwunastu radnych, za dwóch.", "votes"),
        ("", "form"),
        ("Koszt " * 200, "form"),
    ],
)
def test_what_the_recording_does_not_bear_out_is_rejected(text: str, reason: str) -> None:
    result = judged(text, SAID[2][1] if reason == "votes" else COST)
    assert isinstance(result, Rejected), result
    assert result.reason == reason


@pytest.mark.parametrize(
    ("said", "text", "passes"),
    [
        ("Nie planujemy kredytu na ulicę Krótką.", "Gmina planuje kredyt na ulicę Krótką.", False),
        ("Nie planujemy kredytu na ulicę Krótką.", "Gmina nie weźmie kredytu na ulicę Krótką.", True),
        ("Uważam, że kolejność jest zła, i dlatego nie poprę tej zmiany.", "Radny poprze tę zmianę.", False),
        ("Uważam, że kolejność jest zła, i dlatego nie poprę tej zmiany.", "Radny sprzeciwia się zmianie.", True),
        ("Zdążymy z remontem mostu przed zimą.", "Remont mostu nie skończy się przed zimą.", False),
        ("Komisja odrzuciła wniosek o zwrot dotacji.", "Komisja nie przyjęła wniosku o zwrot dotacji.", True),
        ("Nikt nie zgłosił sprzeciwu wobec budowy.", "Mieszkańcy zgłosili sprzeciw wobec budowy.", True),
        ("Most oddamy nie później niż we wrześniu.", "Most będzie oddany do września.", True),
        ("Jedenastu było za, przeciw dwoje, jedna osoba wstrzymała się.", "Za było jedenastu radnych.", True),
        ("Jedenastu było za, przeciw dwoje, jedna osoba wstrzymała się.", "Za było dwoje radnych.", False),
        ("Stawka wynosi dwanaście procent.", "Stawka wynosi 12 zł.", False),
    ],
)
def test_a_sentence_may_not_deny_what_its_quote_says_nor_turn_votes_over(said: str, text: str, passes: bool) -> None:
    track = Track((HitSegment(0, 10_000, said, "Wójt Jan Kruk"),))
    piece = Piece(1, uuid4(), "XII sesja", None, "Punkt 2.", track.segments)
    result = check(Claim(text, 1, said), {1: (piece, track)})
    assert isinstance(result, Verified) is passes, result


def test_a_figure_of_the_next_sentence_is_shown_with_the_quote() -> None:
    result = judged("Remont ulicy Lipowej zacznie się 15 maja.")
    assert isinstance(result, Verified)
    assert "piętnastego maja" in result.place.text


def test_a_figure_that_another_speaker_says_next_is_not_the_quote_s() -> None:
    quote = "Nie poprę tej uchwały, bo droga do Gajówki jest w gorszym stanie."
    assert judged("Droga do Gajówki jest w gorszym stanie od 14 lat.", quote) == Rejected("figures")


def test_a_correction_is_never_left_out() -> None:
    said = "Dach kosztuje sto dwadzieścia tysięcy złotych. Przepraszam, poprawiam się, sto dwadzieścia dwa tysiące."
    track = Track((HitSegment(0, 10_000, said, "Skarbnik"),))
    piece = Piece(1, uuid4(), "XII sesja", None, "Punkt 2.", track.segments)
    quote = "Dach kosztuje sto dwadzieścia tysięcy złotych"
    right = check(Claim("Dach kosztuje 122 tys. zł.", 1, quote), {1: (piece, track)})
    assert isinstance(right, Verified), right
    assert right.place.text == said
    assert check(Claim("Dach kosztuje 120 tys. zł.", 1, quote), {1: (piece, track)}) == Rejected("figures")


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
