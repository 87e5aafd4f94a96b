"""Inventions go, with a record; what people really say stays."""

import numpy as np
import pytest

from speech.engine.guards import collapse_loops, is_english, remove_inventions
from speech.engine.recognizers.sentences import split_sentences
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Segment, Word


def tone(seconds: int, level: float) -> Audio:
    t = np.arange(seconds * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    return Audio((level * np.sin(2 * np.pi * 200 * t)).astype(np.float32))


LOUD, QUIET = tone(60, 0.2), tone(60, 0.0005)


def spoken(text: str, start_ms: int = 10_000, word_ms: int = 350, probability: float = 0.9) -> Segment:
    words = tuple(
        Word(start_ms + i * word_ms, start_ms + (i + 1) * word_ms, part, probability)
        for i, part in enumerate(text.split())
    )
    return Segment(words[0].start_ms, words[-1].end_ms, text, words)


@pytest.mark.parametrize(
    "text",
    [
        "Napisy stworzone przez społeczność Amara.org",
        "Napisy by Jan Kowalski",
        "Tłumaczenie: Anna Nowak",
        "Zapraszam do subskrypcji kanału",
    ],
)
def test_subtitle_credits_are_taken_out_and_recorded(text: str) -> None:
    kept, removed = remove_inventions([spoken(text)], LOUD)
    assert kept == []
    assert [(r.text, r.reason, r.start_ms) for r in removed] == [(text, "phantom", 10_000)]


def test_thanks_are_kept_when_they_are_heard() -> None:
    thanks = spoken("Dziękuję za uwagę.")
    assert remove_inventions([thanks], LOUD) == ([thanks], [])


def test_thanks_in_silence_are_taken_out() -> None:
    kept, removed = remove_inventions([spoken("Dziękuję za oglądanie.")], QUIET)
    assert kept == []
    assert removed[0].reason == "phantom"


def test_thanks_in_a_recording_that_is_quiet_as_a_whole_are_kept() -> None:
    speech, thanks = spoken("To wszystko z mojej strony.", 2_000), spoken("Dziękuję.", 12_000)
    assert remove_inventions([speech, thanks], QUIET) == ([speech, thanks], [])
    level = np.where(np.arange(60 * SAMPLE_RATE_HZ) < 10 * SAMPLE_RATE_HZ, LOUD.samples, QUIET.samples)
    assert remove_inventions([speech, thanks], Audio(level))[0] == [speech], "after loud speech it is near silence"
    other = spoken("Dziękuję.", 22_000)
    assert remove_inventions([thanks, other], QUIET)[0] == [], "what may be invented vouches for nothing"


def test_thanks_right_after_a_speech_are_kept_even_if_whispered() -> None:
    speech, thanks = spoken("To wszystko z mojej strony.", 8_000), spoken("Dziękuję.", 10_000)
    assert remove_inventions([speech, thanks], QUIET) == ([speech, thanks], [])


def test_words_in_another_alphabet_are_taken_out_of_their_sentence() -> None:
    mixed = spoken("Otwieram sesję привет rady")
    assert remove_inventions([mixed], LOUD, latin=False) == ([mixed], []), "where the language is not Latin"
    kept, removed = remove_inventions([mixed], LOUD)
    assert [s.text for s in kept] == ["Otwieram sesję rady"]
    assert [(r.text, r.reason) for r in removed] == [("привет", "script")]


def test_polish_letters_numbers_and_signs_are_latin() -> None:
    segment = spoken("Zażółć gęślą jaźń, § 5 ust. 2 – 100 % müller")
    assert remove_inventions([segment], LOUD) == ([segment], [])


def test_a_loop_at_an_impossible_tempo_is_reduced_to_one_round() -> None:
    loop = spoken("Dzień dobry. " + "nie ma mowy " * 40, word_ms=20)
    kept, removed = collapse_loops(loop)
    assert kept.text == "Dzień dobry. nie ma mowy"
    assert len(removed[0].text.split()) == 39 * 3
    assert removed[0].reason == "loop"


def test_a_vote_repeated_ten_times_is_kept() -> None:
    votes = spoken("Kto jest za? Kto jest przeciw? Kto się wstrzymał? " * 10, 0, word_ms=300)
    assert collapse_loops(votes) == (votes, [])
    sentences = split_sentences(votes.words)
    kept, removed = remove_inventions(sentences, LOUD)
    assert len(kept) == 30
    assert removed == []


def said(text: str, start_ms: int, each_ms: int) -> Segment:
    words = tuple(
        Word(start_ms + i * each_ms, start_ms + (i + 1) * each_ms, word) for i, word in enumerate(text.split())
    )
    return Segment(words[0].start_ms, words[-1].end_ms, text, words)


def test_an_echo_without_sound_is_removed_and_a_real_repetition_stays() -> None:
    sound = Audio(np.full(16_000 * 10, 0.1, dtype=np.float32))
    first = said("Kto jest za? Kto jest przeciw?", 0, 300)
    echo = said("Kto jest za? Kto jest przeciw?", first.end_ms, 0)
    kept, removed = remove_inventions([first, echo], sound)
    assert [segment.text for segment in kept] == [first.text]
    assert [(piece.text, piece.reason) for piece in removed] == [(echo.text, "loop")]

    repeated = said("Kto jest za? Kto jest przeciw?", first.end_ms + 100, 300)
    kept, removed = remove_inventions([first, repeated], sound)
    assert len(kept) == 2
    assert removed == []


@pytest.mark.parametrize(
    "text",
    [
        "Napisy na pomniku są nieczytelne.",
        "Następny odcinek drogi gminnej zrobimy za rok.",
        "W kolejnym materiale dla radnych to poprawimy.",
        "Korekta: w paragrafie drugim skreśla się słowa od pierwszego do trzeciego i dodaje nowe.",
        "Szczegóły znajdą państwo na stronie www.debowa.pl",
        "Zostawcie państwo uwagi na piśmie.",
        "Tak.",
        "Za.",
        "Muzyka w szkole jest potrzebna.",
    ],
)
def test_what_a_council_says_is_kept_even_if_it_looks_like_a_credit(text: str) -> None:
    assert remove_inventions([spoken(text, probability=0.5)], LOUD) == ([spoken(text, probability=0.5)], [])


@pytest.mark.parametrize(
    "text",
    [
        "Napisy wykonane przez Annę",
        "www.multi-moto.eu",
        "www.napisy.pl",
        "Do zobaczenia w następnym odcinku!",
        "Wszystkie prawa zastrzeżone.",
        "Dzięki za obejrzenie filmu!",
    ],
)
def test_more_credits_are_taken_out(text: str) -> None:
    kept, removed = remove_inventions([spoken(text)], LOUD)
    assert (kept, [record.reason for record in removed]) == ([], ["phantom"])


def test_an_address_said_amid_a_speech_is_kept() -> None:
    speech, address = spoken("Proszę wejść na stronę.", 8_000), spoken("www.debowa.pl", 10_000)
    assert remove_inventions([speech, address], LOUD) == ([speech, address], [])


ENGLISH_TEXT = "And this is what we have to do for the people of our town."


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (ENGLISH_TEXT, True),
        ("Thank you very much for your attention and we will be back.", True),
        ("Do zobaczenia, a on i to jest on the road.", False),
        ("Proszę o zabranie głosu pana burmistrza w sprawie budżetu.", False),
        ("Firma The Best of Poland złożyła ofertę na remont drogi w Dębowej za sto tysięcy złotych.", False),
        ("", False),
    ],
)
def test_english_is_told_from_polish(text: str, english: bool) -> None:
    assert is_english(text) == english


def test_guessed_english_is_taken_out_and_a_guest_who_speaks_english_stays() -> None:
    kept, removed = remove_inventions([spoken(ENGLISH_TEXT, probability=0.2)], LOUD)
    assert (kept, [record.reason for record in removed]) == ([], ["language"])
    guest = spoken(ENGLISH_TEXT, probability=0.9)
    assert remove_inventions([guest], LOUD) == ([guest], [])


def test_words_over_digital_silence_are_taken_out_and_quiet_ones_stay() -> None:
    invented = spoken("Proszę państwa, przechodzimy do kolejnego punktu.")
    kept, removed = remove_inventions([invented], tone(60, 0.0))
    assert (kept, [record.reason for record in removed]) == ([], ["no_speech"])
    assert remove_inventions([invented], QUIET) == ([invented], [])
    misplaced = spoken("Za.", word_ms=0)
    assert remove_inventions([misplaced], tone(60, 0.0)) == ([misplaced], [])
