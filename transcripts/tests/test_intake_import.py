"""manage.py import_recordings: many rows, some of them bad, none twice. No worker runs."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from conftest import World
from council.models import Council, Meeting
from council.tenancy import tenant_scope
from transcripts.intake import bulk
from transcripts.intake.rows import Row, rows_of_folder, rows_of_list
from transcripts.models import Priority, Recording, RecordingState, StageRun
from transcripts.tests.sounds import write_silence, write_speech
from transcripts.tests.source_media import make_mp3

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings, tmp_path: Path) -> None:
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "stored")},
    }
    settings.STORAGES = {**settings.STORAGES, "default": files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good recordings, one of them twice; a broken one; a text; an empty one."""
    root = tmp_path / "nagrania"
    (root / "2026").mkdir(parents=True)
    write_speech(root / "XXIII sesja Rady Gminy Lipowa 26.03.2026.wav", sentences=1)
    write_silence(root / "2026" / "Komisja Rewizyjna 2026-03-02.wav", seconds=1)
    shutil.copy(root / "XXIII sesja Rady Gminy Lipowa 26.03.2026.wav", root / "2026" / "kopia.wav")
    (root / "2026" / "popsute.mp3").write_text("to nie jest dźwięk" * 50)
    (root / "2026" / "puste.mp3").write_bytes(b"")
    (root / "notatka.txt").write_text("nie nagranie")
    return root


def _count(council: Council) -> int:
    with tenant_scope(council.pk):
        return Recording.objects.count()


def _run(source: object, *more: str, capfd: pytest.CaptureFixture[str]) -> tuple[str, int]:
    code = 0
    try:
        call_command("import_recordings", str(source), "--council", "lipowa", *more)
    except SystemExit as ended:
        code = int(str(ended.code))
    return capfd.readouterr().out, code


def test_folder_goes_in_once_and_bad_files_are_explained(
    committed_world: World, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "sprawozdanie.json"
    out, code = _run(folder, "--report", str(report), capfd=capfd)

    assert code == 0
    assert "przyjęte: 2, już było: 1, nieudane: 2" in out
    rows = {row["source"]: row for row in json.loads(report.read_text())["rows"]}
    assert rows["2026/popsute.mp3"]["code"] == "media_unreadable"
    assert rows["2026/popsute.mp3"]["message"].startswith("To nie jest nagranie")
    assert rows["2026/puste.mp3"]["code"] == "media_empty"
    assert rows["2026/kopia.wav"]["outcome"] in {"taken", "already"}
    assert _count(committed_world.lipowa) == 2
    assert _count(committed_world.debowa) == 0

    out, code = _run(folder, capfd=capfd)
    assert code == 0
    assert "przyjęte: 0, już było: 3, nieudane: 2" in out
    assert _count(committed_world.lipowa) == 2


def test_the_report_tells_of_recordings_without_a_word_and_of_links_to_what_was_here(
    committed_world: World, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _run(folder, capfd=capfd)
    with tenant_scope(committed_world.lipowa.pk):
        silent, other = Recording.objects.order_by("created_at")[:2]
        Recording.objects.filter(pk=silent.pk).update(state=RecordingState.READY)
        Recording.objects.filter(pk=other.pk).update(state=RecordingState.DUPLICATE, duplicate_of=silent)
        clerk = committed_world.actor(committed_world.clerk)
        row = Row(1, "x")
    told = bulk.state_of(clerk, bulk.Result(row, "taken", silent.pk))
    assert (told.outcome, told.code) == ("taken", "recording_silent")
    assert "nie słychać mowy" in told.message
    same = bulk.state_of(clerk, bulk.Result(row, "taken", other.pk))
    assert (same.outcome, same.recording_id) == ("already", silent.pk)
    out, code = _run(folder, "--strict", capfd=capfd)
    assert "recording_silent" in out
    assert code == 1, "of those that failed, not of the silent one"


def test_an_archive_waits_for_what_is_brought_in_by_hand(
    committed_world: World, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _run(folder, capfd=capfd)
    assert set(StageRun.objects.values_list("priority", flat=True)) == {Priority.BULK}


def test_titles_give_the_day_and_the_meeting(
    committed_world: World, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _run(folder, capfd=capfd)
    with tenant_scope(committed_world.lipowa.pk):
        meetings = {(meeting.title, str(meeting.held_on)) for meeting in Meeting.objects.all()}
    assert ("Komisja Rewizyjna 2026-03-02", "2026-03-02") in meetings


def test_a_dry_run_changes_nothing(committed_world: World, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    twice = folder / "lista.txt"
    twice.write_text("2026/kopia.wav\n2026/kopia.wav\n", encoding="utf-8")
    assert "przyjęte: 1, już było: 1, nieudane: 0" in _run(twice, "--dry-run", capfd=capfd)[0]
    out, code = _run(folder, "--dry-run", capfd=capfd)
    assert code == 0
    assert "Na próbę" in out
    assert "media_unreadable" in out
    assert _count(committed_world.lipowa) == 0


def test_a_limit_takes_some_now_and_the_next_run_the_rest(
    committed_world: World, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _run(folder, "--limit", "1", capfd=capfd)
    assert _count(committed_world.lipowa) == 1
    _run(folder, "--limit", "1", capfd=capfd)
    assert _count(committed_world.lipowa) == 2


def test_csv_of_a_polish_spreadsheet_with_bad_rows_in_between(
    committed_world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_mp3(tmp_path / "jeden.mp3", duration_s=1)
    listed = tmp_path / "lista.csv"
    listed.write_bytes(
        "Adres;Plik;Tytuł;Data\n"
        "https://example.com/sesja.mp4;;XXIII sesja;26.03.2026\n"
        ";jeden.mp3;Łąka;2026-03-27\n"
        ";;Bez niczego;\n"
        ";brak.mp3;;\n"
        "https://example.com/x;;Zła data;kiedyś\n"
        "file:///etc/passwd;;;\n"
        "https://example.com/sesja.mp4;;jeszcze raz;\n".encode("cp1250")
    )
    report = tmp_path / "out.csv"
    _, code = _run(listed, "--report", str(report), capfd=capfd)

    assert code == 0
    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [(row["number"], row["outcome"], row["code"]) for row in rows] == [
        ("2", "taken", ""),
        ("3", "taken", ""),
        ("4", "failed", "import_row_empty"),
        ("5", "failed", "source_missing"),
        ("6", "failed", "import_date_invalid"),
        ("7", "failed", "link_invalid"),
        ("8", "already", ""),
    ]
    with tenant_scope(committed_world.lipowa.pk):
        assert Recording.objects.get(title="Łąka").held_on is not None
    assert _run(listed, "--strict", capfd=capfd)[1] == 1


def test_without_a_way_to_the_internet_the_exit_code_says_so(
    committed_world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Council.objects.filter(slug="lipowa").update(egress_allowed=False)
    listed = tmp_path / "lista.txt"
    listed.write_text("https://example.com/1\nhttps://example.com/2\n")
    out, code = _run(listed, capfd=capfd)
    assert code == 1
    assert "egress_off" in out
    assert "nieudane: 1" in out, "it stops at the first: every other would fail too"


def test_a_report_that_cannot_be_written_is_known_before_the_work(
    committed_world: World, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _, code = _run(folder, "--report", "/nie/ma/takiego/r.json", capfd=capfd)
    assert code == 1
    assert _count(committed_world.lipowa) == 0


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "null", '"', '{"a": ' * 3000, '{"title": "x"}', '{"address": 5}', '{"path": "\\u0000"}', "x" * 300_000],
    ids=range(9),
)
def test_a_hostile_line_of_jsonl_is_one_failed_row(line: str, tmp_path: Path) -> None:
    listed = tmp_path / "lista.jsonl"
    listed.write_text(f'{line}\n{{"url": "https://example.com/a", "title": "\\ud800 Sesja"}}\n')
    rows = list(rows_of_list(listed))
    assert rows[-1].address == "https://example.com/a"
    assert rows[-1].title == "? Sesja"
    assert all(row.code or not row.address.startswith("http") for row in rows[:-1])
    assert len(rows) == 2


def test_a_quote_left_open_does_not_swallow_the_rest(tmp_path: Path) -> None:
    listed = tmp_path / "lista.csv"
    lines = [f"https://example.com/{number},t\n" for number in range(20_000)]
    listed.write_text('address,title\nhttps://example.com/a,"otwarte\n' + "".join(lines))
    rows = list(rows_of_list(listed))
    assert any(row.code == "import_row_unreadable" for row in rows)
    assert rows[-1].address == "https://example.com/19999"


def test_links_and_hidden_files_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"x")
    (tmp_path / ".b.mp3").write_bytes(b"x")
    (tmp_path / "c.mp3").symlink_to("/etc/passwd")
    (tmp_path / "d.txt").write_bytes(b"x")
    assert [(row.name, row.code) for row in rows_of_folder(tmp_path)] == [
        ("a.mp3", ""),
        ("c.mp3", "folder_entry_refused"),
    ]
