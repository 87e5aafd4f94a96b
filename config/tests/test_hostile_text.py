"""Text made to keep a process busy for hours, or to fill its memory, is read like any other or refused."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from types import FrameType

import pytest
from django.test import Client

from assistant.checks import plain_text
from assistant.prompts import UnreadableAnswer, read_claims
from conftest import World
from council.errors import CouncilError
from speech.server.errors import ApiError
from speech.server.speaking.wishes import read_object
from transcripts.facts.reading import read_meeting
from transcripts.facts.text import Utterance
from transcripts.facts_import.agendas import read_agenda
from transcripts.imports import read_transcript

CPU_S = 20.0  # before, each of these took more than 50 s of a processor, now none takes one


@pytest.fixture(autouse=True)
def _not_for_ever() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"still busy after {CPU_S:.0f} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_S)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("beginning", ["<v ", "<v x", "{\\"])
def test_subtitles_of_beginnings_of_tags(beginning: str) -> None:
    cue = "WEBVTT\n\n00:00.000 --> 00:10.000\nOtwieram sesję. "
    (segment,) = read_transcript((cue + beginning * 100_000).encode()).segments
    assert segment.text.startswith("Otwieram sesję.")


def test_an_agenda_whose_point_goes_on_for_ever() -> None:
    first, second = read_agenda("1. Otwarcie\n2. Uchwała\n" + " a\n" * 2_000_000)
    assert first == ("1", "Otwarcie")
    assert second[1].startswith("Uchwała a a a")
    with pytest.raises(CouncilError, match="agenda_unreadable"):
        read_agenda("1. Otwarcie\n" * 300_000)


@pytest.mark.parametrize("word", ["?" * 100_000 + "a", "x" * 200_000 + " punkt pierwszy, punkt drugi"])
def test_a_transcript_with_an_endless_word(word: str) -> None:
    said = Utterance(0, 60_000, f"Kto jest za? Głosowało 15 radnych, za 15. {word}", "Przewodnicząca", ())
    (vote,) = read_meeting([said], None).votes
    assert vote.in_favour == 15


def _claims(text: str) -> None:
    with pytest.raises(UnreadableAnswer):
        read_claims(text)


def _no_sentence(text: str) -> None:
    assert plain_text(text) is None


@pytest.mark.parametrize(("read", "text"), [(_claims, "{" + "\t" * 200_000 + "b}"), (_no_sentence, "1-" * 100_000)])
def test_an_answer_of_a_hostile_model_server(read: Callable[[str], None], text: str) -> None:
    read(text)


def test_json_of_millions_of_empty_values() -> None:
    """They take forty times the memory of the file."""
    with pytest.raises(CouncilError, match="too many values"):
        read_transcript(b'{"segments": [' + b"{}," * 2_000_000 + b"{}]}")
    with pytest.raises(ApiError) as refused:
        read_object(b'{"input": [' + b"[]," * 1_000_000 + b"[]]}")
    assert refused.value.status == 413


@pytest.mark.django_db
def test_a_rest_request_of_millions_of_empty_values(world: World, client: Client) -> None:
    client.force_login(world.resident)
    body = b'{"question": "Ile?", "x": [' + b"[]," * 1_000_000 + b"[]]}"
    answer = client.post("/api/v1/councils/lipowa/ask/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "request_too_large")
