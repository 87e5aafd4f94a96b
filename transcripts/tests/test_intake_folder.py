"""The watched folder: what stands ready comes in once, what is bad is explained, nothing is lost."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings

from conftest import World
from council.models import Council
from council.tenancy import tenant_scope
from transcripts import pipeline
from transcripts.intake.folder import FolderWatcher, open_for_writing
from transcripts.models import Recording, RecordingState, Segment
from transcripts.tests.sounds import write_silence, write_speech
from transcripts.tests.source_media import ffmpeg, make_mp3

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "stored")},
    }
    settings.STORAGES = {**settings.STORAGES, "default": files}
    settings.AUTO_PROCESS_WATCH_DIR = tmp_path / "watched"
    settings.AUTO_PROCESS_MODE = "admin_only"
    settings.AUTO_PROCESS_DEFAULT_COUNCIL = "lipowa"
    settings.AUTO_PROCESS_WATCH_DIR.mkdir()
    return Path(settings.AUTO_PROCESS_WATCH_DIR)


def _titles(council: Council) -> set[str]:
    with tenant_scope(council.pk):
        return set(Recording.objects.values_list("title", flat=True))


def _looks(watcher: FolderWatcher, times: int = 2) -> None:
    for _ in range(times):
        watcher.look()


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_taken_when_it_stopped_growing_and_only_then(committed_world: World, folder: Path) -> None:
    path = folder / "XXIII sesja.wav"
    write_speech(path, sentences=1)
    watcher = FolderWatcher()
    watcher.look()
    assert path.exists(), "one look says nothing about growing"
    with path.open("ab") as handle:
        handle.write(b"\0" * 1000)
    watcher.look()
    assert path.exists(), "it has grown since"
    watcher.look()
    assert not path.exists()
    assert _titles(committed_world.lipowa) == {"Auto-processed - XXIII sesja"}
    assert _titles(committed_world.debowa) == set()


def test_a_file_that_is_open_for_writing_is_left_alone(committed_world: World, folder: Path) -> None:
    path = write_speech(folder / "a.wav", sentences=1)
    watcher = FolderWatcher()
    with path.open("ab"):
        assert open_for_writing(path)
        _looks(watcher, 3)
        assert path.exists()
    with path.open("rb"):
        assert not open_for_writing(path)
    _looks(watcher)
    assert not path.exists()


def test_ten_mixed_files(committed_world: World, folder: Path, tmp_path: Path) -> None:
    speech = write_speech(tmp_path / "speech.wav", sentences=2)
    write_speech(folder / "dobre.wav", sentences=1)
    ffmpeg("-i", speech, folder / "dobre.mp3")
    ffmpeg("-i", speech, "-c:a", "aac", folder / "dobre.m4a")
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2", "-i", speech, "-c:v", "mpeg4", folder / "dobre.mkv"
    )
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2", "-c:v", "mpeg4", folder / "bez dźwięku.mp4")
    whole = (folder / "dobre.m4a").read_bytes()
    (folder / "urwane.m4a").write_bytes(whole[: len(whole) // 2])
    (folder / "tekst.mp3").write_text("to jest zwykły tekst\n" * 100)
    (folder / "puste.mp3").write_bytes(b"")
    write_silence(folder / "cisza.wav", seconds=2)
    shutil.copy(folder / "dobre.mp3", folder / "kopia.mp3")

    _looks(FolderWatcher())

    good = {"dobre", "cisza"}
    with tenant_scope(committed_world.lipowa.pk):
        assert Recording.objects.filter(title="Auto-processed - dobre").count() >= 3
        hashes = list(Recording.objects.values_list("content_hash", flat=True))
    assert len(hashes) == len(set(hashes)), "no bytes came in twice"
    assert {f"Auto-processed - {name}" for name in good} <= _titles(committed_world.lipowa)
    left = _names(folder)
    for name in ("bez dźwięku.mp4", "urwane.m4a", "tekst.mp3", "puste.mp3"):
        assert f"nieudane/{name}" in left
        assert f"nieudane/{name}.txt" in left
    assert "nieudane/kopia.mp3.txt" in left, "a second copy is gone, and its sender is told why"
    assert "już jest w systemie" in (folder / "nieudane" / "kopia.mp3.txt").read_text()
    assert len(left) == 9, left
    assert "nie zawiera całego nagrania" in (folder / "nieudane" / "urwane.m4a.txt").read_text()
    while pipeline.work_once("default") and _still_fetching(committed_world.lipowa):
        pass
    with tenant_scope(committed_world.lipowa.pk):
        broken = Recording.objects.get(title="Auto-processed - tekst")
        assert (broken.state, broken.error_code) == (RecordingState.FAILED, "media_unreadable")


def _still_fetching(council: Council) -> bool:
    with tenant_scope(council.pk):
        return Recording.objects.filter(duration_ms=0, state=RecordingState.PROCESSING).exists()


def test_what_fails_later_is_explained_in_the_folder_too(committed_world: World, folder: Path) -> None:
    make_mp3(folder / "a.mp3", duration_s=1)
    watcher = FolderWatcher()
    _looks(watcher)
    with tenant_scope(committed_world.lipowa.pk):
        Recording.objects.update(state=RecordingState.FAILED, error_code="media_truncated")
    watcher.look()
    assert "urwany" in (folder / "nieudane" / "a.mp3.txt").read_text()
    (folder / "nieudane" / "a.mp3.txt").unlink()
    watcher.look()
    assert _names(folder) == set(), "told once"


def test_a_recording_without_a_word_is_explained_and_the_note_goes_when_it_has_some(
    committed_world: World, folder: Path
) -> None:
    make_mp3(folder / "cisza.mp3", duration_s=1)
    watcher = FolderWatcher()
    _looks(watcher)
    assert _names(folder) == set(), "not before it is ready"
    with tenant_scope(committed_world.lipowa.pk):
        Recording.objects.update(state=RecordingState.READY)
    _looks(watcher)
    assert "nie słychać mowy" in (folder / "nieudane" / "cisza.mp3.txt").read_text()
    with tenant_scope(committed_world.lipowa.pk):
        Segment.objects.create(
            council=committed_world.lipowa,
            recording=Recording.objects.get(),
            index=0,
            start_ms=0,
            end_ms=1,
            text="Tak.",
        )
    watcher.look()
    assert _names(folder) == set()


def test_the_note_of_a_failure_goes_when_the_recording_became_ready(committed_world: World, folder: Path) -> None:
    make_mp3(folder / "a.mp3", duration_s=1)
    (folder / "zepsute.mp3").write_bytes(b"")
    watcher = FolderWatcher()
    _looks(watcher)
    with tenant_scope(committed_world.lipowa.pk):
        Recording.objects.update(state=RecordingState.FAILED, error_code="worker_lost")
    watcher.look()
    assert "nieudane/a.mp3.txt" in _names(folder)
    with tenant_scope(committed_world.lipowa.pk):
        Recording.objects.update(state=RecordingState.PROCESSING, error_code="")
    watcher.look()
    assert "nieudane/a.mp3.txt" in _names(folder), "not before it is ready"
    with tenant_scope(committed_world.lipowa.pk):
        Recording.objects.update(state=RecordingState.READY)
    watcher.look()
    assert _names(folder) == {"nieudane/zepsute.mp3", "nieudane/zepsute.mp3.txt"}


def test_the_same_bytes_again_after_a_restart_come_in_once(committed_world: World, folder: Path) -> None:
    original = make_mp3(folder / "a.mp3", duration_s=1)
    _looks(FolderWatcher())
    (folder / "inna nazwa.mp3").write_bytes(original)
    _looks(FolderWatcher())
    assert _names(folder) == {"nieudane/inna nazwa.mp3.txt"}, "only the note that it was here already"
    assert _titles(committed_world.lipowa) == {"Auto-processed - a"}


def test_a_folder_per_council(committed_world: World, folder: Path, settings: Settings) -> None:
    settings.AUTO_PROCESS_MODE = "council_directories"
    for name in ("lipowa", "debowa", "nieznana", "nieudane", ".git"):
        (folder / name).mkdir()
        make_mp3(folder / name / f"{name}.mp3", duration_s=1)
    (folder / "dowiazanie").symlink_to(folder / "lipowa")
    _looks(FolderWatcher())
    assert _titles(committed_world.lipowa) == {"Auto-processed - lipowa"}
    assert _titles(committed_world.debowa) == {"Auto-processed - debowa"}
    assert (folder / "nieznana" / "nieznana.mp3").exists()


def test_one_person_owns_what_comes_in(committed_world: World, folder: Path, settings: Settings) -> None:
    settings.AUTO_PROCESS_MODE = "single_user"
    settings.AUTO_PROCESS_DEFAULT_COUNCIL = ""
    settings.AUTO_PROCESS_DEFAULT_USERNAME = "clerk@example.pl"
    make_mp3(folder / "a.mp3", duration_s=1)
    _looks(FolderWatcher())
    with tenant_scope(committed_world.lipowa.pk):
        assert Recording.objects.get().created_by_id == committed_world.clerk.pk
    settings.AUTO_PROCESS_DEFAULT_USERNAME = "resident@example.pl"
    make_mp3(folder / "b.mp3", duration_s=2)
    _looks(FolderWatcher())
    assert (folder / "b.mp3").exists(), "a resident brings nothing in"


def test_links_pipes_and_other_files_are_not_taken(committed_world: World, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "tajne.mp3"
    make_mp3(secret, duration_s=1)
    (folder / "dowiazanie.mp3").symlink_to(secret)
    os.mkfifo(folder / "rura.mp3")
    (folder / "umowa.docx").write_bytes(b"x")
    (folder / "pobierane.mp3.part").write_bytes(b"x")
    (folder / ".ukryte.mp3").write_bytes(b"x")
    _looks(FolderWatcher(), 3)
    assert _titles(committed_world.lipowa) == set()
    assert {path.name for path in folder.iterdir()} == {
        "dowiazanie.mp3", "rura.mp3", "umowa.docx", "pobierane.mp3.part", ".ukryte.mp3"
    }  # fmt: skip
    assert secret.exists()


def test_a_name_of_bad_bytes(committed_world: World, folder: Path) -> None:
    make_mp3(folder / "x.mp3", duration_s=1)
    os.rename(bytes(folder / "x.mp3"), bytes(folder) + b"/z\xf3\xb3a.mp3")
    _looks(FolderWatcher())
    assert _titles(committed_world.lipowa) == {"Auto-processed - z??a"}


def test_watchers_side_by_side_take_each_file_once(committed_world: World, folder: Path) -> None:
    for number in range(6):
        make_mp3(folder / f"{number}.mp3", duration_s=number + 1)
    watchers = [FolderWatcher() for _ in range(3)]
    for watcher in watchers:
        watcher.look()

    def take(watcher: FolderWatcher) -> None:
        try:
            watcher.look()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(take, watchers))
    for watcher in watchers:
        watcher.look()
    assert _names(folder) == set()
    with tenant_scope(committed_world.lipowa.pk):
        assert Recording.objects.count() == 6


def test_a_file_stays_until_it_is_safely_stored(
    committed_world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mp3(folder / "a.mp3", duration_s=1)
    monkeypatch.setattr("transcripts.intake.folder._is_stored", lambda *_: False)
    _looks(FolderWatcher(), 3)
    assert (folder / "a.mp3").exists()
