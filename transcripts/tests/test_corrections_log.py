"""Corrections of a transcript: each a version that can be taken back, none lost to a colleague or to a machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from conftest import World
from council.access import Actor
from council.errors import CouncilError
from council.tenancy import tenant_scope
from speech.engine.types import Segment as Said
from speech.engine.types import Word
from transcripts import actions, corrections_actions, corrections_queries, exports, pipeline, queries, recognition
from transcripts.models import ChunkResult, Recording, RecordingState, Segment
from transcripts.search import search
from transcripts.tests.finished import finished_recording
from transcripts.tests.sounds import write_speech

SENTENCES = ("Dzień dobry państwu.", "Głos ma radny zając.", "Remont drogi w Brzózkach potrwa rok.", "Dziękuję bardzo.")


def said(*sentences: str, speakers: tuple[str, ...] = ()) -> list[Said]:
    found, at_ms = [], 0
    for number, sentence in enumerate(sentences):
        words = []
        for word in sentence.split():
            words.append(Word(at_ms, at_ms + 400, word, 0.9))
            at_ms += 400
        speaker = speakers[number] if speakers else ""
        found.append(Said(words[0].start_ms, words[-1].end_ms, sentence, tuple(words), speaker))
    return found


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor(world.clerk)


@pytest.fixture
def recording_id(world: World) -> UUID:
    speakers = ("Mówca 1", "Mówca 1", "Mówca 2", "Mówca 1")
    return finished_recording(world.lipowa, said(*SENTENCES, speakers=speakers))


def rows(actor: Actor, recording_id: UUID) -> list[queries.SegmentRow]:
    return queries.list_segments(actor, recording_id)


def texts(actor: Actor, recording_id: UUID) -> list[str]:
    found = rows(actor, recording_id)
    assert [row.index for row in found] == list(range(len(found)))
    return [row.text for row in found]


def of(row: queries.SegmentRow, recording_id: UUID) -> dict[str, Any]:
    return {"recording_id": recording_id, "segment_id": row.id, "version": row.version}


def refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(CouncilError) as error:
        call()
    assert error.value.code == code


def test_a_corrected_sentence_is_a_version_with_its_author(clerk: Actor, recording_id: UUID, world: World) -> None:
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Głos ma radny Krzysztof Zając.")
    assert texts(clerk, recording_id)[1] == "Głos ma radny Krzysztof Zając."
    (version,) = corrections_queries.history(clerk, recording_id)
    assert (version.sequence, version.kind, version.made_by) == (1, "text", world.clerk.email)
    assert (version.before, version.after) == (SENTENCES[1], "Głos ma radny Krzysztof Zając.")
    assert "Krzysztof" in exports.export(clerk, recording_id, "txt").text, "a finished recording stays finished"


def test_who_comes_second_changes_nothing(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Pierwsza.")
    refused("segment_changed", lambda: corrections_actions.correct_text(clerk, **of(row, recording_id), text="Druga."))
    refused("segment_changed", lambda: corrections_actions.split_segment(clerk, **of(row, recording_id), at_word=1))
    assert texts(clerk, recording_id)[1] == "Pierwsza."


def test_saving_what_was_there_is_no_version(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[1]
    assert corrections_actions.correct_text(clerk, **of(row, recording_id), text=f" {SENTENCES[1]} ").sequence == 0
    assert corrections_queries.history(clerk, recording_id) == []


def test_undoing_is_a_version_that_can_be_undone(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Inaczej.")
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    assert texts(clerk, recording_id) == list(SENTENCES)
    refused("correction_undone", lambda: corrections_actions.undo(clerk, recording_id=recording_id, sequence=1))
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=2)
    assert texts(clerk, recording_id)[1] == "Inaczej."
    assert [(row.sequence, row.undoes, row.undone) for row in corrections_queries.history(clerk, recording_id)] == [
        (3, 2, False), (2, 1, True), (1, None, True),
    ]  # fmt: skip


def test_what_was_changed_since_is_not_undone_over(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Inaczej.")
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Jeszcze inaczej.")
    refused("correction_overtaken", lambda: corrections_actions.undo(clerk, recording_id=recording_id, sequence=1))
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=2)
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    assert texts(clerk, recording_id) == list(SENTENCES)


def test_splitting_and_joining_and_taking_both_back(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[2]
    corrections_actions.split_segment(clerk, **of(row, recording_id), at_word=2)
    assert texts(clerk, recording_id)[2:4] == ["Remont drogi", "w Brzózkach potrwa rok."]
    assert rows(clerk, recording_id)[3].start_ms == row.words[2][0]
    row = rows(clerk, recording_id)[3]
    corrections_actions.merge_with_next(clerk, **of(row, recording_id))
    assert texts(clerk, recording_id)[2:] == ["Remont drogi", "w Brzózkach potrwa rok. Dziękuję bardzo."]
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=2)
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    assert texts(clerk, recording_id) == list(SENTENCES)
    last = rows(clerk, recording_id)[-1]
    refused("merge_invalid", lambda: corrections_actions.merge_with_next(clerk, **of(last, recording_id)))
    refused("split_invalid", lambda: corrections_actions.split_segment(clerk, **of(last, recording_id), at_word=9))


def test_a_speaker_is_renamed_everywhere_they_speak(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[0]
    corrections_actions.set_speaker(clerk, **of(row, recording_id), speaker="Wójt Ewa Nowak", everywhere=True)
    assert [one.speaker for one in rows(clerk, recording_id)] == ["Wójt Ewa Nowak"] * 2 + ["Mówca 2", "Wójt Ewa Nowak"]
    row = rows(clerk, recording_id)[2]
    corrections_actions.set_speaker(clerk, **of(row, recording_id), speaker="")
    refused(
        "speaker_everywhere_nobody",
        lambda: corrections_actions.set_speaker(
            clerk, **of(rows(clerk, recording_id)[2], recording_id), speaker="X", everywhere=True
        ),
    )
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    assert [one.speaker for one in rows(clerk, recording_id)] == ["Mówca 1", "Mówca 1", "", "Mówca 1"]


def test_an_undone_text_keeps_the_speaker_that_was_named_since(clerk: Actor, recording_id: UUID) -> None:
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Inaczej.")
    row = rows(clerk, recording_id)[1]
    corrections_actions.set_speaker(clerk, **of(row, recording_id), speaker="Wójt")
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    row = rows(clerk, recording_id)[1]
    assert (row.text, row.speaker) == (SENTENCES[1], "Wójt")


def test_what_a_guard_took_out_comes_back_and_goes_again(clerk: Actor, recording_id: UUID, world: World) -> None:
    piece = {"start_ms": 2_500, "end_ms": 3_000, "text": "Bardzo proszę.", "reason": "no_speech"}
    with tenant_scope(world.lipowa.pk):
        ChunkResult.objects.create(
            council=world.lipowa, recording_id=recording_id, index=0, key="k", segments=[], removed=[piece]
        )
    (row,) = corrections_queries.removed_pieces(clerk, recording_id)
    where: dict[str, Any] = {
        "recording_id": recording_id,
        "chunk": row.chunk,
        "place": row.place,
        "start_ms": row.start_ms,
    }
    corrections_actions.restore_removed(clerk, **where)
    assert "Bardzo proszę." in texts(clerk, recording_id)
    assert corrections_queries.removed_pieces(clerk, recording_id)[0].restored
    refused("removed_gone", lambda: corrections_actions.restore_removed(clerk, **where))
    starts = [one.start_ms for one in rows(clerk, recording_id)]
    assert starts == sorted(starts)
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    assert texts(clerk, recording_id) == list(SENTENCES)
    assert not corrections_queries.removed_pieces(clerk, recording_id)[0].restored
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=2)
    assert texts(clerk, recording_id).count("Bardzo proszę.") == 1
    assert corrections_queries.removed_pieces(clerk, recording_id)[0].restored


def test_only_the_office_corrects_and_reads_the_history(world: World, recording_id: UUID) -> None:
    row = of(rows(world.actor(world.clerk), recording_id)[0], recording_id)
    for person in (world.councillor, world.resident):
        actor = world.actor(person)
        for call in (
            partial(corrections_actions.correct_text, actor, **row, text="x"),
            partial(corrections_queries.history, actor, recording_id),
            partial(corrections_queries.removed_pieces, actor, recording_id),
        ):
            refused("not_found", call)


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def api(world: World, client: Client) -> Client:
    client.force_login(world.clerk)
    return client


def test_the_api_corrects_and_says_409_to_the_late(api: Client, recording_id: UUID) -> None:
    base = f"/api/v1/councils/lipowa/recordings/{recording_id}/"
    segment = api.get(f"{base}segments/").json()["segments"][1]
    change = {"version": segment["version"], "text": "Głos ma radny Zając."}
    address = f"{base}segments/{segment['id']}/"
    answer = api.patch(address, change, "application/json")
    assert (answer.status_code, answer.json()["segments"][0]["text"]) == (200, "Głos ma radny Zając.")
    late = api.patch(address, change | {"text": "Inaczej."}, "application/json")
    assert late.status_code == 409
    assert "Ktoś w tym czasie zmienił" in late.json()["errors"][0]["detail"]
    assert api.get(f"{base}corrections/").json()["corrections"][0]["after"] == "Głos ma radny Zając."
    assert api.post(f"{base}corrections/1/undo/").status_code == 200
    assert api.post(f"{base}corrections/1/undo/").status_code == 409
    assert api.get(f"{base}removed/").json() == {"removed": []}
    assert api.get(f"{base}speakers/").json()["voices"] == []


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "x", None, {"version": 1}, {"version": "x", "text": "a"}, {"version": 10**40, "text": "a"},
        {"version": 1, "text": "a", "speaker": "b"}, {"version": 1, "text": "\x00"}, {"version": 1, "text": "\ud800"},
        {"version": 1, "text": "a" * 20_001}, {"version": 1, "speaker": "a" * 201}, {"version": 1, "text": None},
        {"version": float("nan"), "text": "a"}, {"version": 1, "text": {"a": 1}},
    ],
)  # fmt: skip
def test_nonsense_is_refused_without_an_accident(api: Client, recording_id: UUID, body: object) -> None:
    segment_id = api.get(f"/api/v1/councils/lipowa/recordings/{recording_id}/segments/").json()["segments"][0]["id"]
    for address in (f"segments/{segment_id}/", f"segments/{10**30}/"):
        answer = api.patch(f"/api/v1/councils/lipowa/recordings/{recording_id}/{address}", body, "application/json")
        assert answer.status_code in (400, 409), answer.content
    for address in (f"segments/{segment_id}/split/", f"segments/{segment_id}/merge/", "removed/"):
        answer = api.post(f"/api/v1/councils/lipowa/recordings/{recording_id}/{address}", body, "application/json")
        assert answer.status_code in (200, 400, 409), answer.content
    assert api.post(f"/api/v1/councils/lipowa/recordings/{recording_id}/corrections/{10**30}/undo/").status_code == 404


# --- with the pipeline ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_version(committed_world: World) -> None:
    world = committed_world
    recording_id = finished_recording(world.lipowa, said(*SENTENCES))
    clerk = world.actor(world.clerk)
    row = rows(clerk, recording_id)[1]
    start, outcomes = threading.Barrier(6), []

    def correct(number: int) -> None:
        try:
            start.wait()
            corrections_actions.correct_text(clerk, **of(row, recording_id), text=f"Wersja {number}.")
            outcomes.append("written")
        except CouncilError as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=correct, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["segment_changed"] * 5 + ["written"]
    assert len(corrections_queries.history(clerk, recording_id)) == 1


def work() -> None:
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pass


@pytest.mark.django_db(transaction=True)
def test_search_finds_the_corrected_words_and_no_longer_the_old_ones(committed_world: World) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_transcript(clerk, segments=said(*SENTENCES), content_hash="2" * 64, file_name="s.json")
    work()
    row = rows(clerk, recording_id)[2]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="Budowa przepustu w Zakrzewku potrwa rok.")
    assert queries.get_recording(clerk, recording_id).state == RecordingState.READY
    assert search(clerk, "remont drogi").hits, "until the work is done, what was found is found"
    work()
    found = search(clerk, "przepust Zakrzewek").hits
    assert "Budowa przepustu w Zakrzewku" in found[0].text
    assert not any("Brzózkach" in hit.text for hit in search(clerk, "remont drogi Brzózki").hits)
    assert queries.get_recording(clerk, recording_id).state == RecordingState.READY


@pytest.mark.django_db(transaction=True)
def test_corrections_survive_a_recognition_by_another_model(
    committed_world: World, settings: object, tmp_path: Path
) -> None:
    settings.RECOGNIZER = "fake"  # type: ignore[attr-defined]
    recognition.recognizer.cache_clear()
    clerk = committed_world.actor(committed_world.clerk)
    recording_id = actions.add_local_file(clerk, path=write_speech(tmp_path / "sesja.wav", repeat=2))
    work()
    before = texts(clerk, recording_id)
    row = rows(clerk, recording_id)[1]
    corrections_actions.correct_text(clerk, **of(row, recording_id), text="To poprawiła pracownica biura.")
    row = rows(clerk, recording_id)[2]
    corrections_actions.set_speaker(clerk, **of(row, recording_id), speaker="Radny Zając")
    work()
    _recognise_anew(committed_world, recording_id)
    after = rows(clerk, recording_id)
    assert "To poprawiła pracownica biura." in [one.text for one in after]
    middle_ms = (row.start_ms + row.end_ms) // 2
    assert [one.speaker for one in after if one.start_ms <= middle_ms < one.end_ms] == ["Radny Zając"]
    assert "ZUPEŁNIE" in " ".join(one.text for one in after), "the rest is the new model's"
    assert before[1] not in [one.text for one in after]
    starts = [one.start_ms for one in after]
    assert starts == sorted(starts)
    sequences = [one.sequence for one in corrections_queries.history(clerk, recording_id)]
    assert sequences == [2, 1]
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=1)
    assert before[1] in texts(clerk, recording_id)
    corrections_actions.undo(clerk, recording_id=recording_id, sequence=2)
    assert "Radny Zając" not in [one.speaker for one in rows(clerk, recording_id)]


def _recognise_anew(world: World, recording_id: UUID) -> None:
    """Another model's result: one long sentence a chunk, every word 120 ms later, with a word of its own in front."""
    with tenant_scope(world.lipowa.pk):
        for result in ChunkResult.objects.filter(recording_id=recording_id):
            words = [
                [start + 120, end + 120, text, 0.5]
                for segment in result.segments for start, end, text, _ in segment["words"]
            ]  # fmt: skip
            words[0][2] = "ZUPEŁNIE"
            text = " ".join(word[2] for word in words)
            result.segments = [{"start_ms": words[0][0], "end_ms": words[-1][1], "text": text, "words": words}]
            result.save()
        pipeline.run_again(Recording.objects.get(pk=recording_id), first="merge")
    work()


@pytest.mark.django_db(transaction=True)
def test_a_transcript_that_is_being_made_anew_is_not_corrected_meanwhile(committed_world: World) -> None:
    world = committed_world
    clerk = world.actor(world.clerk)
    recording_id = actions.add_transcript(clerk, segments=said(*SENTENCES), content_hash="3" * 64, file_name="s.json")
    work()
    row = rows(clerk, recording_id)[0]
    with tenant_scope(world.lipowa.pk):
        pipeline.run_again(Recording.objects.get(pk=recording_id), first="merge")
    refused("not_ready", lambda: corrections_actions.correct_text(clerk, **of(row, recording_id), text="Za wcześnie."))
    with tenant_scope(world.lipowa.pk):
        assert not Segment.objects.filter(text="Za wcześnie.").exists()
