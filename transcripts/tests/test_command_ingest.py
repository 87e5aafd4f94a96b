"""manage.py ingest, export, import_transcript, search: as a script sees them. No worker runs: --wait does the work."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.utils import timezone

from conftest import World
from council.models import WorkerHeartbeat
from council.tenancy import tenant_scope
from transcripts.models import Recording, RecordingState, RunState, StageRun
from transcripts.tests.finished import finished_recording
from transcripts.tests.sounds import write_speech

pytestmark = pytest.mark.django_db(transaction=True)

VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Radna Gołąb>Kiedy będzie remont drogi do Brzózek?\n"


@pytest.fixture(autouse=True)
def _fake_recogniser(settings: object) -> None:
    settings.RECOGNIZER = "fake"  # type: ignore[attr-defined]
    settings.FAKE_RECOGNIZER = ""  # type: ignore[attr-defined]
    from transcripts import recognition

    recognition.recognizer.cache_clear()


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return write_speech(tmp_path / "sesja.wav", sentences=2)


def _state(world: World, recording_id: str) -> str:
    with tenant_scope(world.lipowa.pk):
        return Recording.objects.get(pk=UUID(recording_id)).state


def test_ingest_and_wait_prints_the_id_alone_and_the_recording_is_ready(
    committed_world: World, speech: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("ingest", str(speech), "--council", "lipowa", "--title", "Sesja I", "--wait")
    out, err = capfd.readouterr()
    recording_id = out.strip()
    assert UUID(recording_id)
    assert "Rozpoznawanie mowy" in err
    assert "Gotowe" in err
    assert _state(committed_world, recording_id) == RecordingState.READY

    target = tmp_path / "out.json"
    call_command("export", recording_id, "--format", "json", "--output", str(target))
    document = json.loads(target.read_text())
    assert document["recording"]["title"] == "Sesja I"
    assert document["segments"]

    capfd.readouterr()
    call_command("ingest", str(speech), "--council", "lipowa", "--wait")
    assert capfd.readouterr().out.strip() == recording_id


def test_without_wait_it_only_joins_the_queue(
    committed_world: World, speech: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", str(speech), "--council", "lipowa")
    assert _state(committed_world, capfd.readouterr().out.strip()) == RecordingState.PROCESSING


def test_a_failure_ends_with_its_reason_and_exit_code_1(
    committed_world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fake = tmp_path / "film.mp3"
    fake.write_text("to nie jest nagranie " * 50)
    with pytest.raises(SystemExit) as ended:
        call_command("ingest", str(fake), "--council", "lipowa", "--wait")
    assert ended.value.code == 1
    assert "[media_unreadable]" in capfd.readouterr().err


def test_the_same_file_again_tries_again_what_failed(
    committed_world: World, speech: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", str(speech), "--council", "lipowa")
    recording_id = capfd.readouterr().out.strip()
    with tenant_scope(committed_world.lipowa.pk):
        Recording.objects.update(state=RecordingState.FAILED, error_code="storage_full")
    StageRun.objects.filter(stage="fetch").update(state=RunState.FAILED, attempts=6)
    call_command("ingest", str(speech), "--council", "lipowa", "--wait")
    out, err = capfd.readouterr()
    assert out.strip() == recording_id
    assert "ponawiam" in err
    assert _state(committed_world, recording_id) == RecordingState.READY


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ingest", "/nie/ma/takiego.mp3", "--council", "lipowa"], "source_missing"),
        (["ingest", "https://example.pl/x.mp4", "--council", "brak"], "council_unknown"),
        (["export", "nie-numer", "--format", "txt"], "recording_unknown"),
        (["export", "00000000-0000-0000-0000-000000000000", "--format", "txt"], "recording_unknown"),
        (["import_transcript", "/nie/ma.vtt", "--council", "lipowa"], "source_missing"),
    ],
)
def test_mistakes_are_told_in_one_sentence(
    committed_world: World, arguments: list[str], code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(*arguments)
    assert ended.value.code == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert re.fullmatch(rf"[A-ZŁŚ][^\n]+\. [^\n]+ \[{code}\]\n", err)


def test_export_to_stdout_is_the_file_and_nothing_else(
    committed_world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    recording = finished_recording(committed_world.debowa, [])
    call_command("export", str(recording), "--format", "vtt")
    out, err = capfd.readouterr()
    assert out.startswith("WEBVTT\n")
    assert err == ""


def test_an_imported_transcript_can_be_found_and_names_its_speaker(
    committed_world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "stara-sesja.vtt"
    source.write_text(VTT)
    call_command("import_transcript", str(source), "--council", "lipowa", "--date", "26.03.2026", "--wait")
    recording_id = capfd.readouterr().out.strip()
    call_command("search", "remonty dróg", "--council", "lipowa", "--json")
    hit = json.loads(capfd.readouterr().out)["hits"][0]
    assert (hit["recording"], hit["speaker"], hit["held_on"]) == (recording_id, "Radna Gołąb", "2026-03-26")
    assert (hit["start_ms"], hit["end_ms"]) == (1000, 4000)

    call_command("search", "remonty dróg", "--council", "debowa")
    out, err = capfd.readouterr()
    assert out == ""
    assert "Nic nie znaleziono" in err


def test_with_living_workers_the_command_leaves_the_work_to_them(committed_world: World, speech: Path) -> None:
    """And an interrupted wait leaves the recording in the queue, ready for whoever comes next."""
    far = timezone.now() + timedelta(hours=1)
    for queue in ("default", "gpu"):
        WorkerHeartbeat.objects.create(queue=queue, worker="elsewhere:1", seen_at=far)
    program = (
        "import django, signal\n"
        "django.setup()\n"
        "from django.core.management import call_command\n"
        "from transcripts import queries\n"
        "look = queries.events_after\n"
        "queries.events_after = lambda *about: signal.raise_signal(signal.SIGINT) or look(*about)\n"
        f"call_command('ingest', {str(speech)!r}, '--council', 'lipowa', '--wait')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 130, ended.stderr
    assert "zostaje w kolejce" in ended.stderr
    assert "pobieranie" not in ended.stderr
    assert _state(committed_world, ended.stdout.strip()) == RecordingState.PROCESSING

    WorkerHeartbeat.objects.all().delete()
    call_command("ingest", str(speech), "--council", "lipowa", "--wait")
    assert _state(committed_world, ended.stdout.strip()) == RecordingState.READY
