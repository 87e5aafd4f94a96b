"""What minutes and summaries may tell: corrected figures, complaints, long meetings, hours, persons."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from assistant.minutes.hours import hour_told
from assistant.minutes.sections import default_sections
from assistant.minutes.skeleton import write_skeleton
from assistant.summaries.extract import summarise_meeting, summarise_point
from assistant.summaries.material import Material, Point, Telling
from assistant.summaries.verified import write_summary
from assistant.tests.test_minutes_summaries import ScriptedModel
from council.errors import CouncilError
from transcripts.facts_queries import AgendaRow, Evidence, PromiseRow, RecordingFacts
from transcripts.search import HitSegment

WRONG = "Na remont dachu świetlicy w Zakrzewku przenosimy z rezerwy sto dwadzieścia tysięcy złotych."
RIGHT = "Przepraszam, poprawiam się, sto dwadzieścia dwa tysiące."
COMPLAINT = "Pan Kowalski zamieszkały przy ulicy Krótkiej skarży się na hałas ze świetlicy w nocy."


def said(*lines: tuple[str, str]) -> tuple[HitSegment, ...]:
    return tuple(HitSegment(at * 5_000, at * 5_000 + 5_000, text, who) for at, (who, text) in enumerate(lines))


def proof(start_ms: int, quote: str = "") -> Evidence:
    return Evidence(1, start_ms, start_ms + 1_000, quote, confirmed=False)


def meeting(*points: tuple[str, tuple[HitSegment, ...]], promises: tuple[PromiseRow, ...] = ()) -> Material:
    made = tuple(
        Point(str(n), AgendaRow(proof(segments[0].start_ms), str(n), title, 1.0), segments, ())
        for n, (title, segments) in enumerate(points, start=1)
    )
    segments = tuple(segment for point in made for segment in point.segments)
    facts = RecordingFacts(tuple(point.row for point in made), (), (), (), (), promises)
    return Material("Rada", uuid4(), "Sesja", date(2026, 3, 26), 600_000, facts, segments, made)


def test_a_corrected_figure_is_quoted_with_its_correction() -> None:
    segments = said(("SKARBNIK Renata Wójtowicz", f"{WRONG} {RIGHT}"))
    place = Telling(segments).best(segments)
    assert place is not None
    assert place.text == f"{WRONG} {RIGHT}"
    others = said(("Skarbnik", WRONG), ("Radny", RIGHT))
    alone = Telling(others).best(others)
    assert alone is not None
    assert alone.text == WRONG, "what somebody else says corrects nobody"


def test_a_model_may_not_tell_a_figure_that_was_taken_back() -> None:
    segments = said(("Skarbnik", f"{WRONG} {RIGHT}"))
    model = ScriptedModel({"title": "Remont", "sentences": [
        {"text": "Na remont dachu świetlicy w Zakrzewku przeniesiono 120 tysięcy złotych.", "quote": WRONG},
        {"text": "Na remont dachu świetlicy przeniesiono pieniądze z rezerwy.", "quote": WRONG},
    ]})  # fmt: skip
    written = write_summary(model, "Budżet", segments)
    assert [sentence.text for sentence in written.sentences] == [
        "Na remont dachu świetlicy przeniesiono pieniądze z rezerwy."
    ]
    assert written.dropped == 1


def test_a_long_meeting_is_told_to_its_end() -> None:
    filler = "Radni rozmawiali o drogach gminnych i o ich stanie po zimie oraz o chodnikach."
    segments = said(*[("Radny", f"{filler} Numer {n}.") for n in range(700)], ("Wójt", WRONG))
    good = {"title": "Tytuł", "sentences": [{"text": filler, "quote": filler}]}
    last = {"title": "T", "sentences": [{"text": "Remont dachu świetlicy w Zakrzewku.", "quote": WRONG}]}
    model = ScriptedModel(good, "nie umiem", last)
    written = write_summary(model, "Sesja", segments)
    assert len(model.asked) == written.parts == 3
    assert written.unread == 1
    assert [sentence.start_ms for sentence in written.sentences] == [0, segments[-1].start_ms]
    assert written.title == "", "no part's title names the whole"
    with pytest.raises(CouncilError, match="model_unreadable"):
        write_summary(ScriptedModel("nie umiem"), "Sesja", segments)


def test_what_was_said_about_a_complaint_is_not_retold() -> None:
    budget = said(("Skarbnik", WRONG))
    complaint = (HitSegment(5_000, 9_000, COMPLAINT, "Radny"),)
    after = (HitSegment(9_000, 12_000, "Zamykam obrady.", "Przewodniczący"),)
    promise = PromiseRow(proof(6_000, COMPLAINT), "Wójt", COMPLAINT, "", "", None)
    material = meeting(
        ("Budżet", budget), ("Skarga na działalność wójta", complaint), ("Koniec", after), promises=(promise,)
    )
    assert COMPLAINT not in {segment.text for segment in material.public_segments}
    assert len(material.public_segments) == 2
    told = [*summarise_meeting(material, style="normal")[1]]
    for point in material.points:
        told += summarise_point(material, point, style="normal")[1]
    assert told
    assert all("Kowalski" not in sentence.text for sentence in told)
    course = next(s.text for s in write_skeleton(material, default_sections()) if s.kind == "course")
    assert "Kowalski" not in course
    assert "dotyczy skargi" in course


def test_the_chair_the_hours_and_persons_of_a_draft() -> None:
    material = meeting(
        ("Otwarcie", said(
            ("PRZEWODNICZĄCY Jan Bieniek", "Otwieram obrady trzeciej sesji. Jest godzina dziesiąta zero pięć."),
            ("RADNA EWA GOŁĄB", "Chciałabym zapytać o oświetlenie uliczne w Brzózkach, bo lampy tam nie świecą."),
            ("PRZEWODNICZĄCY Jan Bieniek", "Zamykam trzecią sesję. Jest godzina dwunasta czterdzieści. Dziękuję."),
        )),
    )  # fmt: skip
    text = {section.kind: section.text for section in write_skeleton(material, default_sections())}
    assert "Początek: godzina 10:05. [0:00:0" in text["opening"]
    assert "Obradom przewodniczy: Przewodniczący Jan Bieniek. [0:00:00]" in text["opening"]
    assert "Koniec: godzina 12:40. [0:00:1" in text["closing"]
    assert "- Radna Ewa Gołąb: „Chciałabym" in text["course"]


@pytest.mark.parametrize(
    ("text", "hour"),
    [("Jest godzina dwunasta czterdzieści.", "12:40"), ("godzina 10.05", "10:05"), ("Godzina siedemnasta", "17:00"),
     ("mamy godzina szesnasta trzydzieści pięć, dziękuję", "16:35"), ("godzina trzynasta zero zero", "13:00"),
     ("godzina dziesiąta, dwóch radnych", "10:00"), ("o godzinie szesnastej", ""), ("godzina policyjna", ""),
     ("godzina 99:10", ""), ("godzina ", "")],
)  # fmt: skip
def test_hours_as_they_are_told(text: str, hour: str) -> None:
    assert hour_told(text) == hour
