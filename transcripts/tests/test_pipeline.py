"""From a file to a transcript, with real ffmpeg and real voice activity detection; the recogniser is the fake one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from conftest import World
from council.access import Actor
from council.errors import MESSAGES, CouncilError
from council.tenancy import tenant_scope
from speech.engine.audio import find_ffmpeg
from transcripts import actions, ledger, pipeline, queries, recognition
from transcripts.models import Chunk, ChunkResult, Recording, RecordingState, RunState, StageRun
from transcripts.tests.sounds import write_silence, write_speech

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fake_recogniser(settings: object) -> None:
    settings.RECOGNIZER = "fake"  # type: ignore[attr-defined]
    recognition.recognizer.cache_clear()


@pytest.fixture
def clerk(committed_world: World) -> Actor:
    return committed_world.actor(committed_world.clerk)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_speech(tmp_path / "sesja.wav", repeat=2)


def work() -> int:
    """Do everything that is due now; returns how many pieces of work that was."""
    pieces = 0
    while pipeline.work_once("default") or pipeline.work_once("gpu"):
        pieces += 1
    return pieces


def finish(actor: Actor, path: Path) -> queries.RecordingDetail:
    recording_id = actions.add_local_file(actor, path=path)
    work()
    return queries.recording_detail(actor, recording_id)


def ffmpeg(*arguments: str) -> None:
    subprocess.run([str(find_ffmpeg()), "-v", "error", "-y", *arguments], check=True, capture_output=True)


def test_a_file_becomes_a_transcript_that_covers_all_speech(clerk: Actor, sound: Path) -> None:
    detail = finish(clerk, sound)
    assert detail.row.state == RecordingState.READY
    assert {stage.state for stage in detail.stages} == {RunState.DONE}
    assert detail.segment_count > 3
    assert detail.gaps == ()
    segments = queries.list_segments(clerk, detail.row.id)
    starts = [segment.start_ms for segment in segments]
    assert starts == sorted(starts)
    for segment in segments:
        assert segment.text == " ".join(word[2] for word in segment.words)


def test_progress_is_numbered_without_holes_and_ends_ready(clerk: Actor, sound: Path) -> None:
    detail = finish(clerk, sound)
    events = queries.events_after(clerk, detail.row.id, 0)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[-1].state == RecordingState.READY
    done = [event.stage for event in events if event.state == RunState.DONE]
    assert done == [stage.name for stage in pipeline.STAGES]
    middle = events[len(events) // 2].sequence
    assert queries.events_after(clerk, detail.row.id, middle)[0].sequence == middle + 1


def test_the_same_bytes_twice_are_one_recording(clerk: Actor, sound: Path, tmp_path: Path) -> None:
    first = actions.add_local_file(clerk, path=sound)
    copy = tmp_path / "kopia.wav"
    copy.write_bytes(sound.read_bytes())
    assert actions.add_local_file(clerk, path=copy) == first
    assert queries.list_recordings(clerk)[1] == 1


def test_another_council_gets_its_own_copy(committed_world: World, clerk: Actor, sound: Path) -> None:
    stranger = committed_world.actor(committed_world.stranger, committed_world.debowa)
    first = actions.add_local_file(clerk, path=sound)
    second = actions.add_local_file(stranger, path=sound)
    assert first != second
    with pytest.raises(CouncilError, match="not_found"):
        queries.get_recording(stranger, first)


def test_silence_is_ready_with_no_words(clerk: Actor, tmp_path: Path) -> None:
    detail = finish(clerk, write_silence(tmp_path / "cisza.wav"))
    assert detail.row.state == RecordingState.READY
    assert detail.segment_count == 0
    assert detail.gaps == ()


def a_text_file(folder: Path) -> Path:
    path = folder / "notatki.mp3"
    path.write_text("To nie jest nagranie, tylko notatki z sesji.\n" * 50)
    return path


def a_video_without_sound(folder: Path) -> Path:
    path = folder / "niemy.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=black:size=64x48:duration=1", "-pix_fmt", "yuv420p", str(path))
    return path


def a_cut_video(folder: Path) -> Path:
    whole, cut = folder / "caly.mp4", folder / "urwany.mp4"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=20", "-c:a", "aac", "-movflags", "+faststart", str(whole))
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return cut


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (a_text_file, "media_unreadable"),
        (a_video_without_sound, "media_no_audio"),
        (a_cut_video, "media_truncated"),
    ],
)
def test_bad_input_ends_in_a_state_that_a_clerk_understands(
    clerk: Actor, tmp_path: Path, make: Callable[[Path], Path], code: str
) -> None:
    detail = finish(clerk, make(tmp_path))
    assert detail.row.state == RecordingState.FAILED
    assert detail.row.error_code == code
    assert detail.row.error_message == " ".join(MESSAGES[code])
    assert detail.segment_count == 0
    assert work() == 0, "nothing goes on in the background"


def test_an_empty_file_is_refused_at_the_door(clerk: Actor, tmp_path: Path) -> None:
    empty = tmp_path / "pusty.mp3"
    empty.touch()
    with pytest.raises(CouncilError, match="media_empty"):
        actions.add_local_file(clerk, path=empty)
    assert queries.list_recordings(clerk)[1] == 0


def test_a_failed_chunk_is_a_visible_gap_and_a_retry_fills_it(
    clerk: Actor, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "RETRY_DELAYS_S", (0,))
    settings.FAKE_RECOGNIZER = "fail_at_ms=5000"  # type: ignore[attr-defined]
    recognition.recognizer.cache_clear()
    detail = finish(clerk, write_speech(tmp_path / "dluga.wav", repeat=40))
    recording_id = detail.row.id
    assert detail.row.state == RecordingState.READY
    assert detail.failed_chunks == 1
    assert [gap.reason for gap in detail.gaps] == ["failed_chunk"]
    before = queries.list_segments(clerk, recording_id)
    assert before
    assert min(segment.start_ms for segment in before) >= detail.gaps[0].end_ms, "no text stands in for the gap"

    settings.FAKE_RECOGNIZER = ""  # type: ignore[attr-defined]
    recognition.recognizer.cache_clear()
    kept = finished_chunks(clerk, recording_id)
    actions.retry_recording(clerk, recording_id=recording_id)
    work()
    detail = queries.recording_detail(clerk, recording_id)
    assert (detail.failed_chunks, detail.gaps) == (0, ())
    assert min(segment.start_ms for segment in queries.list_segments(clerk, recording_id)) < 5000
    after = finished_chunks(clerk, recording_id)
    assert {index: after[index] for index in kept} == kept, "what had succeeded was not done again"


def finished_chunks(actor: Actor, recording_id: UUID) -> dict[int, object]:
    with tenant_scope(actor.council_id):
        rows = Chunk.objects.filter(recording_id=recording_id, state=RunState.DONE)
        return dict(rows.values_list("index", "finished_at"))


def test_when_no_chunk_can_be_recognised_the_recording_fails_with_the_reason(
    clerk: Actor, sound: Path, settings: object
) -> None:
    settings.FAKE_RECOGNIZER = "fail_at_ms=2000,fail_code=model_missing"  # type: ignore[attr-defined]
    detail = finish(clerk, sound)
    assert detail.row.state == RecordingState.FAILED
    assert detail.row.error_code == "model_missing"


def test_running_it_all_again_changes_nothing(clerk: Actor, sound: Path) -> None:
    detail = finish(clerk, sound)
    before = [(s.index, s.start_ms, s.text) for s in queries.list_segments(clerk, detail.row.id)]
    with tenant_scope(clerk.council_id):
        results = list(ChunkResult.objects.order_by("pk").values_list("pk", "key"))
        StageRun.objects.filter(recording_id=detail.row.id, stage="fetch").update(state=RunState.WAITING)
        StageRun.objects.filter(recording_id=detail.row.id).exclude(stage="fetch").update(state=RunState.PENDING)
    assert work() >= 6
    assert [(s.index, s.start_ms, s.text) for s in queries.list_segments(clerk, detail.row.id)] == before
    with tenant_scope(clerk.council_id):
        assert list(ChunkResult.objects.order_by("pk").values_list("pk", "key")) == results


def test_deleting_stops_the_work_and_removes_the_files(clerk: Actor, sound: Path) -> None:
    recording_id = actions.add_local_file(clerk, path=sound)
    assert pipeline.work_once("default")
    folder = f"{clerk.council_id}/{recording_id}"
    assert default_storage.listdir(folder)[1]
    actions.delete_recording(clerk, recording_id=recording_id)
    assert work() == 0
    assert not default_storage.exists(folder) or not default_storage.listdir(folder)[1]
    with tenant_scope(clerk.council_id):
        assert not Recording.objects.exists()


def test_residents_see_it_only_once_published(committed_world: World, clerk: Actor, sound: Path) -> None:
    resident = committed_world.actor(committed_world.resident)
    recording_id = actions.add_local_file(clerk, path=sound)
    with pytest.raises(CouncilError, match="not_ready"):
        actions.publish_recording(clerk, recording_id=recording_id, published=True)
    work()
    with pytest.raises(CouncilError, match="not_found"):
        queries.get_recording(resident, recording_id)
    actions.publish_recording(clerk, recording_id=recording_id, published=True)
    assert queries.get_recording(resident, recording_id).published_at
    with pytest.raises(CouncilError, match="not_found"):
        actions.publish_recording(resident, recording_id=recording_id, published=False)
