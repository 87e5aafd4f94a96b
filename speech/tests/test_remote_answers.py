"""Answers of real servers and of broken ones: what was said comes out with times, whatever is missing or mad."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from speech.engine.recognizers.remote_answers import (
    NO_TIMES_ERROR_MS,
    SEGMENT_ERROR_MS,
    WORD_ERROR_MS,
    Answer,
    read_answer,
)
from speech.engine.recognizers.remote_calls import RemoteFault, read_object


def answer(data: Any, duration_ms: int = 10_000) -> Answer:
    return read_answer(read_object(json.dumps(data).encode()), duration_ms)


def texts(found: Answer) -> list[str]:
    return [word.text for word in found.words]


def test_openai_words_give_the_times_and_segments_the_punctuation() -> None:
    found = answer({
        "text": "Kto jest za? Art. 20, 12/2026.",
        "segments": [{"start": 0, "end": 3, "text": " Kto jest za?"},
                     {"start": 4, "end": 7, "text": " Art. 20, 12/2026."}],
        "words": [{"word": w, "start": s, "end": s + 0.5} for w, s in
                  [("Kto", 0), ("jest", 1), ("za", 2), ("Art", 4), ("20", 5), ("12", 6), ("2026", 6.5)]],
    })  # fmt: skip
    assert texts(found) == ["Kto", "jest", "za?", "Art.", "20,", "12/2026."]
    assert [word.start_ms for word in found.words[:5]] == [0, 1000, 2000, 4000, 5000]
    assert 5_500 <= found.words[5].start_ms <= found.words[5].end_ms <= 7_000
    assert found.error_ms == WORD_ERROR_MS


def test_a_text_without_times_is_spread_over_the_sound() -> None:
    found = answer({"text": "Otwieram sesję Rady Gminy."})
    assert texts(found) == ["Otwieram", "sesję", "Rady", "Gminy."]
    assert (found.words[0].start_ms, found.words[-1].end_ms) == (0, 10_000)
    assert {word.probability for word in found.words} == {None}
    assert found.error_ms == NO_TIMES_ERROR_MS


def test_segments_without_words_hold_theirs_in_their_own_time() -> None:
    found = answer(
        {"segments": [{"start": 1, "end": 2, "text": "Dzień dobry."}, {"start": 6, "end": 8, "text": "Witam."}]}
    )
    assert [round(word.start_ms) for word in found.words] == [1000, 1462, 6000]
    assert found.error_ms == SEGMENT_ERROR_MS


def test_whisperx_gaps_in_times_are_filled_between_neighbours_and_nan_is_no_number() -> None:
    words = [{"word": "Uchwała", "start": 1.0, "end": 1.5, "score": 0.9}, {"word": "12/2026"},
             {"word": "przyjęta.", "start": 3.0, "end": 3.4, "score": float("nan")}]  # fmt: skip
    found = answer(
        {"segments": [{"start": 1.0, "end": float("nan"), "text": "Uchwała 12/2026 przyjęta.", "words": words}]}
    )
    assert texts(found) == ["Uchwała", "12/2026", "przyjęta."]
    assert found.words[1].start_ms == 1_500
    assert found.words[1].end_ms == 3_000
    assert [word.probability for word in found.words] == [0.9, None, None]


def test_a_list_for_a_text_is_the_list_of_segments() -> None:
    parts = [{"start": 0, "end": 1, "text": "Tak."}, {"start": 1, "end": 2, "text": "Nie."}]
    assert texts(answer({"text": parts})) == ["Tak.", "Nie."]


def test_segments_in_disorder_are_put_in_order_and_overlaps_lose_no_word() -> None:
    found = answer({"segments": [
        {"start": 5, "end": 8, "text": "trzy cztery"}, {"start": 0, "end": 6, "text": "raz dwa"},
        {"start": 5.5, "end": 6, "text": "wtrącenie"},
    ]})  # fmt: skip
    assert texts(found) == ["raz", "dwa", "trzy", "cztery", "wtrącenie"]
    edges = [edge for word in found.words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)


def test_a_missing_speaker_is_nobody_and_never_the_one_before() -> None:
    found = answer({"segments": [
        {"start": 0, "end": 1, "text": "A", "speaker": "SPEAKER_00"}, {"start": 1, "end": 2, "text": "B"},
        {"start": 2, "end": 3, "text": "C D", "words": [{"word": "C", "start": 2, "end": 2.4, "speaker": "SPEAKER_01"},
                                                        {"word": "D", "start": 2.5, "end": 2.9}]},
        {"start": 3, "end": 4, "text": "E", "speaker": "UNKNOWN_SPEAKER"},
    ]})  # fmt: skip
    assert [word.speaker for word in found.words] == ["SPEAKER_00", None, "SPEAKER_01", None, None]


def test_more_text_than_segments_tell_is_kept() -> None:
    found = answer({"text": "raz dwa trzy cztery", "segments": [{"start": 0, "end": 2, "text": "raz dwa"}]})
    assert texts(found) == ["raz", "dwa", "trzy", "cztery"]


def test_what_the_server_calls_silence_is_set_apart() -> None:
    found = answer({"text": "Dziękuję.", "segments": [
        {"start": 1, "end": 3, "text": "Dziękuję.", "no_speech_prob": 0.9, "avg_logprob": -1.4}]})  # fmt: skip
    assert found.words == ()
    assert [(part.text, reason) for part, reason in found.apart] == [("Dziękuję.", "no_speech")]


def test_credits_are_set_apart_but_not_with_a_sentence_beside_them() -> None:
    credit, mixed = "Napisy stworzone przez społeczność Amara.org", "Zamykam sesję. Napisy stworzone przez społeczność"
    found = answer({"segments": [{"start": 1, "end": 2, "text": credit}, {"start": 2, "end": 4, "text": mixed}]})
    assert [part.text for part, _ in found.apart] == [credit]
    assert " ".join(texts(found)) == mixed


@pytest.mark.parametrize("data", [
    {"text": ""}, {"segments": [], "word_segments": [], "language": "pl"},
    {"text": "", "segments": None, "words": None},
])  # fmt: skip
def test_no_speech_is_an_answer(data: object) -> None:
    assert answer(data).words == ()


@pytest.mark.parametrize("data", [
    {}, {"error": {"message": "boom"}}, {"detail": "queued"}, {"text": None}, {"text": 7}, {"segments": "none"},
    [], "tak", 17, None, True, {"text": "tak " * 2_000},
])  # fmt: skip
def test_what_is_no_answer_is_an_error_that_may_pass(data: object) -> None:
    with pytest.raises(RemoteFault) as caught:
        answer(data)
    assert (caught.value.code, caught.value.retryable) == ("remote_answer_invalid", True)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>502</html>", b'{"text": "ta', b"\xff\xfe\x00", b"[" * 100_000, b'{"a": ' + b"9" * 10_000 + b"}"],
)
def test_a_body_that_cannot_be_read_is_an_error_that_may_pass(body: bytes) -> None:
    with pytest.raises(RemoteFault) as caught:
        read_answer(read_object(body), 10_000)
    assert caught.value.code == "remote_answer_invalid"


def test_broken_letters_do_not_reach_the_database() -> None:
    found = read_answer(read_object(b'{"text": "Rada\\u0000 \\ud800Gminy\\u2028\\u0007Lipowa"}'), 10_000)
    assert texts(found) == ["Rada", "Gminy", "Lipowa"]


def test_times_of_another_sound_are_not_believed() -> None:
    milliseconds = {
        "segments": [{"start": 1_000, "end": 2_000, "text": "raz"}, {"start": 5_000, "end": 6_000, "text": "dwa"}]
    }
    assert answer(milliseconds).error_ms == NO_TIMES_ERROR_MS
    zeros = {"segments": [{"start": 0, "end": 0, "text": "raz dwa"}, {"start": 0, "end": 0, "text": "trzy"}]}
    found = answer(zeros)
    assert found.words[-1].end_ms == 10_000
    assert found.words[1].start_ms > 1_000


def test_nothing_a_server_can_write_breaks_the_reading() -> None:
    rng = random.Random(3)
    odd: list[Any] = [None, True, -5, 10**400, 1e308, float("nan"), float("inf"), "tak nie", "", [], {}, ["tak"],
                      3, 0.5, -0.1, {"word": "tak"}, "\u0000", [{"word": 7, "start": "1"}]]  # fmt: skip

    def thing(depth: int) -> Any:
        if depth and rng.random() < 0.7:
            keys = rng.sample(
                ["text", "segments", "words", "word_segments", "start", "end", "word", "speaker", "score"], 5
            )
            made = {key: thing(depth - 1) for key in keys}
            return made if rng.random() < 0.5 else [made, thing(depth - 1)]
        return rng.choice(odd)

    read = 0
    for _ in range(3_000):
        data = thing(4)
        if not isinstance(data, dict):
            continue
        try:
            found = read_answer(data, 8_000)
        except RemoteFault:
            continue
        read += 1
        edges = [edge for word in found.words for edge in (word.start_ms, word.end_ms)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= 8_000 for edge in edges)
        assert all(word.text.strip() for word in found.words)
    assert read > 300
