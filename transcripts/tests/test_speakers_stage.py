"""Voices told apart in the pipeline: with a diarizer, with a recogniser that does it, and without either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from conftest import World
from council.access import Actor
from council.models import Body, Meeting, Person, Seat
from council.models_facts import AgendaItem, FactStatus
from council.tenancy import tenant_scope
from speech.engine import diarization
from speech.engine.diarization.fake import FakeDiarizer
from speech.engine.errors import EngineError
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.types import Segment as Said
from speech.engine.types import Word
from transcripts import actions, corrections_actions, corrections_queries, pipeline, queries, recognition
from transcripts.models import Chunk, Recording, RecordingState
from transcripts.speakers.hotwords import MOST_TOKENS, hotwords_for
from transcripts.speakers.roster import member
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)


class _Reader:
    """A recogniser that hears a script: words spread over the speech of each chunk. Keeps what it was asked."""

    name, model_id = "reader", "script"

    def __init__(self, script: str, speakers: tuple[str, ...] = ()) -> None:
        self.script, self.speakers = script.split(), speakers
        self.asked: list[RecognitionOptions] = []

    def recognize(self, audio: object, speech: object, options: RecognitionOptions, on_progress: object) -> Recognition:
        self.asked.append(options)
        start, end = speech[0].start_ms, speech[-1].end_ms  # type: ignore[index]
        step = (end - start) // len(self.script)
        words = tuple(
            Word(start + n * step, start + (n + 1) * step, text, 0.9) for n, text in enumerate(self.script)
        )  # fmt: skip
        half = len(words) // 2
        parts = [words[:half], words[half:]] if self.speakers else [words]
        segments = tuple(
            Said(part[0].start_ms, part[-1].end_ms, " ".join(word.text for word in part), part,
                 self.speakers[number] if self.speakers else None)
            for number, part in enumerate(parts)
        )  # fmt: skip
        return Recognition(segments, (), "pl", "script")


@pytest.fixture
def _fake_diarizer(settings: Settings) -> Iterator[None]:
    settings.DIARIZER = "fake"
    diarization.configure("fake")
    yield
    diarization.configure("off")


@pytest.fixture(autouse=True)
def _none_by_default() -> Iterator[None]:
    diarization.configure("off")
    yield
    diarization.configure()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


def work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


def heard(monkeypatch: pytest.MonkeyPatch, reader: _Reader) -> _Reader:
    monkeypatch.setattr(recognition, "recognizer", lambda *own: reader)
    return reader


def finish(clerk: Actor, tmp_path: Path) -> UUID:
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav", repeat=2))
    work()
    assert queries.get_recording(clerk, recording_id).state == RecordingState.READY
    return recording_id


SCRIPT = "Otwieram obrady sesji rady gminy Lipowa " + "i witam wszystkich państwa na sali bardzo serdecznie " * 6


@pytest.mark.usefixtures("_fake_diarizer")
def test_sentences_are_cut_where_the_voice_changes_and_no_word_is_lost(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard(monkeypatch, _Reader(SCRIPT))
    recording_id = finish(clerk, tmp_path)
    rows = queries.list_segments(clerk, recording_id)
    assert {row.speaker for row in rows} == {"Mówca 1", "Mówca 2"}
    assert " ".join(row.text for row in rows).split() == SCRIPT.split()
    told = corrections_queries.speakers_of(clerk, recording_id)
    assert (told.outcome, told.engine, len(told.voices)) == ("told_apart", "fake", 2)


@pytest.mark.usefixtures("_fake_diarizer")
def test_the_councils_people_get_their_names(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed_world: World
) -> None:
    seat(committed_world, "Stanisław Bieniek", "przewodniczący")
    heard(monkeypatch, _Reader(SCRIPT))
    rows = queries.list_segments(clerk, finish(clerk, tmp_path))
    assert {row.speaker for row in rows} == {"Przewodniczący Stanisław Bieniek", "Mówca 1"}


@pytest.mark.usefixtures("_fake_diarizer")
def test_what_a_person_said_of_a_speaker_stands_when_voices_are_told_apart_again(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed_world: World
) -> None:
    heard(monkeypatch, _Reader(SCRIPT))
    recording_id = finish(clerk, tmp_path)
    row = queries.list_segments(clerk, recording_id)[0]
    corrections_actions.set_speaker(
        clerk, recording_id=recording_id, segment_id=row.id, version=row.version, speaker="Radna Gołąb", everywhere=True
    )
    before = [(one.text, one.speaker) for one in queries.list_segments(clerk, recording_id)]
    with tenant_scope(committed_world.lipowa.pk):
        pipeline.run_again(Recording.objects.get(pk=recording_id), first="speakers")
    work()
    assert [(one.text, one.speaker) for one in queries.list_segments(clerk, recording_id)] == before


def test_without_a_diarizer_the_page_says_why(clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch, _Reader(SCRIPT))
    recording_id = finish(clerk, tmp_path)
    assert {row.speaker for row in queries.list_segments(clerk, recording_id)} == {""}
    told = corrections_queries.speakers_of(clerk, recording_id)
    assert (told.outcome, told.voices) == ("off", ())
    assert "nie ma rozpoznawania mówców" in told.outcome_label


def test_speakers_of_the_recogniser_are_taken(clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch, _Reader(SCRIPT, speakers=("SPEAKER_01@0", "SPEAKER_00@0")))
    recording_id = finish(clerk, tmp_path)
    assert [row.speaker for row in queries.list_segments(clerk, recording_id)] == ["Mówca 1", "Mówca 2"]
    assert corrections_queries.speakers_of(clerk, recording_id).outcome == "recognizer"


@pytest.mark.usefixtures("_fake_diarizer")
def test_a_diarizer_that_fails_leaves_the_transcript_and_its_reason(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise EngineError("diarization_model_missing")

    monkeypatch.setattr(FakeDiarizer, "diarize", fail)
    heard(monkeypatch, _Reader(SCRIPT))
    recording_id = finish(clerk, tmp_path)
    told = corrections_queries.speakers_of(clerk, recording_id)
    assert told.outcome == "failed"
    assert told.error_message
    assert " ".join(row.text for row in queries.list_segments(clerk, recording_id)).split() == SCRIPT.split()


# --- names the recogniser is told ------------------------------------------------------------------------------------


def seat(world: World, name: str, function: str = "") -> None:
    with tenant_scope(world.lipowa.pk):
        body, _ = Body.objects.get_or_create(council=world.lipowa, name="Rada Gminy Lipowa")
        person = Person.objects.create(council=world.lipowa, name=name)
        Seat.objects.create(council=world.lipowa, person=person, body=body, function=function)


def test_the_recogniser_is_told_the_councils_names_and_hears_again_when_they_change(
    clerk: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed_world: World
) -> None:
    seat(committed_world, "Danuta Gołąb")
    reader = heard(monkeypatch, _Reader(SCRIPT))
    recording_id = finish(clerk, tmp_path)
    assert reader.asked[0].hotwords == "Gołąb, Gminy Lipowa, Danuta Gołąb"
    with tenant_scope(committed_world.lipowa.pk):
        keys = set(Chunk.objects.filter(recording_id=recording_id).values_list("done_key", flat=True))
        pipeline.run_again(Recording.objects.get(pk=recording_id), first="chunks")
    work()
    assert len(reader.asked) == len(keys), "with the same names nothing is heard again"
    seat(committed_world, "Halina Pstrągowska", "wójt")
    with tenant_scope(committed_world.lipowa.pk):
        meeting = Meeting.objects.create(council=committed_world.lipowa, title="Sesja")
        AgendaItem.objects.create(
            council=committed_world.lipowa, meeting=meeting, title="Remont drogi w Kamionce Leśnej",
            status=FactStatus.CONFIRMED,
        )  # fmt: skip
        Recording.objects.filter(pk=recording_id).update(meeting=meeting)
        pipeline.run_again(Recording.objects.get(pk=recording_id), first="chunks")
    work()
    assert len(reader.asked) == 2 * len(keys)
    assert reader.asked[-1].hotwords.startswith("Halina Pstrągowska, Gołąb")
    assert "Kamionce Leśnej" in reader.asked[-1].hotwords


def test_the_names_fit_into_the_decoders_room() -> None:
    roster = [member(number, f"Krzysztof Brzęczyszczykiewicz{number}", [("", "Rada")]) for number in range(45)]
    words = hotwords_for(roster, council="Rada Gminy Lipowa")
    assert 0 < len(words) <= 2.0 * MOST_TOKENS
    assert hotwords_for([], council="") == ""
