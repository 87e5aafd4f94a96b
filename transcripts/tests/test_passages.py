"""A transcript becomes passages that can be found and quoted."""

from __future__ import annotations

from datetime import date

from transcripts.passages import MAX_WORDS, BuiltPassage, Said, build_passages

CHAIR = "Przewodniczący Bieniek"
SENTENCE = "Mieszkańcy proszą o naprawę tej drogi jeszcze przed zimą tego roku. "  # 11 words


def built(*turns: tuple[str, str]) -> list[BuiltPassage]:
    said = [Said(n * 60_000, (n + 1) * 60_000, text, speaker, []) for n, (speaker, text) in enumerate(turns)]
    return build_passages(said, title="Sesja XXIII", held_on=date(2026, 3, 26))


def test_every_word_is_in_a_passage_and_every_passage_is_verbatim() -> None:
    text = " ".join(f"Zdanie numer {n} mówi o sprawie {n * 7}." for n in range(100))
    passages = built((CHAIR, text))
    assert len(passages) > 5
    assert all(passage.text in text for passage in passages)
    assert all(len(passage.text.split()) <= MAX_WORDS for passage in passages)
    for n in range(100):
        assert any(f"Zdanie numer {n} mówi o sprawie {n * 7}." in passage.text for passage in passages)


def test_passages_of_one_turn_share_a_sentence() -> None:
    first, second, *_ = built((CHAIR, "".join(f"{n} {SENTENCE}" for n in range(30))))
    assert second.start_ms < first.end_ms
    assert second.text.split(". ")[0] in first.text


def test_a_passage_never_crosses_a_change_of_speaker() -> None:
    passages = built((CHAIR, "Proszę."), ("Radny Zając", "Mam pytanie."), ("Radny Zając", "O drogę."), (CHAIR, "Tak."))
    assert [(p.speaker, p.text) for p in passages] == [
        (CHAIR, "Proszę."),
        ("Radny Zając", "Mam pytanie. O drogę."),
        (CHAIR, "Tak."),
    ]


def test_segments_without_speakers_run_together() -> None:
    assert [p.text for p in built(("", "Pierwsze zdanie."), ("", "Drugie zdanie."))] == [
        "Pierwsze zdanie. Drugie zdanie."
    ]


def test_the_chair_closes_one_point_and_opens_the_next_in_one_turn() -> None:
    passages = built(
        (CHAIR, "Uchwała została podjęta. Przechodzimy do punktu szóstego, pomoc dla powiatu. Proszę, pani wójt."),
        ("Wójt", "Powiat chce przebudować drogę."),
        (CHAIR, "Dziękuję. Punkt siódmy, opłata za odpady. Proszę."),
        ("Skarbnik", "Obecna stawka to trzydzieści sześć złotych."),
    )
    before, six, mayor, thanks, seven, treasurer = passages
    assert "Punkt" not in before.header
    assert six.text.startswith("Przechodzimy do punktu szóstego")
    assert all("Punkt szósty, pomoc dla powiatu" in p.header for p in (six, mayor, thanks))
    assert all("Punkt siódmy, opłata za odpady" in p.header for p in (seven, treasurer))


def test_a_formula_is_found_without_punctuation() -> None:
    _, second = built(("", "kto jest przeciw dziękuję przechodzimy do punktu trzeciego przyjęcie protokołu"))
    assert second.text == "przechodzimy do punktu trzeciego przyjęcie protokołu"


def test_talk_about_a_point_does_not_open_it() -> None:
    (passage,) = built((CHAIR, "Wnoszę o wprowadzenie punktu. Proponuję, żeby to był punkt szósty, o drogach."))
    assert "Punkt" not in passage.header


def test_the_header_says_where_it_was_said() -> None:
    (passage,) = built(("Radna Gołąb", "To trzecia podwyżka."))
    assert passage.header == "Sesja XXIII\n26 marca 2026\nRadna Gołąb"


def test_sentences_have_times_by_their_place_in_the_segment() -> None:
    (passage,) = built(("", "Pierwsze krótkie zdanie. Drugie krótkie zdanie."))
    (a_start, a_end, _, cut), (b_start, b_end, b_first, b_last) = passage.pieces
    assert (a_start, b_end) == (0, 60_000)
    assert a_end == b_start
    assert 25_000 < a_end < 35_000
    assert passage.text[:cut] == "Pierwsze krótkie zdanie."
    assert passage.text[b_first:b_last] == "Drugie krótkie zdanie."


def test_sentences_have_the_times_of_their_words_where_known() -> None:
    words = [(100, 200, "Dzień"), (200, 300, "dobry."), (5_000, 5_100, "Otwieram"), (5_100, 5_900, "sesję.")]
    (passage,) = build_passages(
        [Said(0, 10_000, "Dzień dobry. Otwieram sesję.", "", [(*word, None) for word in words])], title="", held_on=None
    )
    assert [piece[:2] for piece in passage.pieces] == [(100, 300), (5_000, 5_900)]


def test_speech_without_a_single_full_stop_is_cut_too() -> None:
    text = " ".join(f"słowo{n}" for n in range(500))
    passages = built(("", text))
    assert all(len(passage.text.split()) <= MAX_WORDS for passage in passages)
    assert {word for passage in passages for word in passage.text.split()} == set(text.split())


def test_an_empty_transcript_has_no_passages() -> None:
    assert built() == []
    assert built(("", "  ")) == []
