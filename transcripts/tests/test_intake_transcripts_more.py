"""Finished transcripts that must come back as they went out, and Word documents."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import docx
import pytest
from django.core.management import call_command

from conftest import World
from council.errors import CouncilError
from council.tenancy import tenant_scope
from speech.engine.types import Segment as Spoken
from speech.engine.types import Word
from transcripts.exports import export
from transcripts.imports import minutes, read_transcript
from transcripts.intake.bulk import Result
from transcripts.intake.finished import take_transcript
from transcripts.intake.report import Report
from transcripts.intake.rows import Row, rows_of_list
from transcripts.models import ChunkResult, Gap, Recording, RecordingState, Segment
from transcripts.tests.finished import finished_recording

SEGMENTS = [
    Spoken(0, 1500, "Otwieram sesję.", (Word(0, 700, "Otwieram", 0.9), Word(800, 1500, "sesję.", None)), "Jan Lis"),
    Spoken(1400, 1400, "Tak.", (), None),
    Spoken(900, 4000, "Poprawione  zdanie z dwoma odstępami", (Word(900, 950, "zdanie", 1.0),), "Radna  Gołąb"),
]


def _whole(world: World) -> UUID:
    recording_id = finished_recording(world.lipowa, SEGMENTS, duration_ms=987_654, held_on=date(2026, 3, 26))
    step = {"reason": "out_of_memory", "model": "small", "precision": "int8", "device": "cpu", "batch": 4}
    used: dict[str, Any] = {"model": "base", "precision": "int8", "device": "cpu", "steps": [step]}
    with tenant_scope(world.lipowa.pk):
        recording = Recording.objects.get(pk=recording_id)
        for reason, start_ms in ((Gap.Reason.UNCOVERED, 5000), (Gap.Reason.FAILED_CHUNK, 9000)):
            Gap.objects.create(
                council=world.lipowa, recording=recording, start_ms=start_ms, end_ms=start_ms + 500, reason=reason
            )
        for index in range(3):
            ChunkResult.objects.create(
                council=world.lipowa, recording=recording, index=index, key="k", segments=[],
                recognition=used if index else used | {"model": "turbo", "steps": []},
            )  # fmt: skip
    return recording_id


def _told(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    del document["recording"]["id"]
    return document


def test_our_own_export_comes_back_without_any_loss(world: World, tmp_path: Path) -> None:
    first = export(world.actor(world.clerk), _whole(world), "json").text
    path = tmp_path / "sesja.json"
    path.write_text(first)
    back = take_transcript(world.actor(world.stranger, world.debowa), path=path, media=None)
    with tenant_scope(world.debowa.pk):
        Recording.objects.filter(pk=back).update(state=RecordingState.READY)
    second = export(world.actor(world.stranger, world.debowa), back, "json").text
    assert _told(second) == _told(first)
    assert len(_told(first)["recognition"]) == 2
    assert second.replace(json.loads(second)["recording"]["id"], json.loads(first)["recording"]["id"]) == first


@pytest.mark.parametrize(
    ("where", "value"),
    [("start_ms", -1), ("start_ms", True), ("text", 7), ("words", None), ("speaker", "\ud800")],
)
def test_an_export_that_was_edited_is_read_as_any_other_json(world: World, where: str, value: object) -> None:
    document = json.loads(export(world.actor(world.clerk), _whole(world), "json").text)
    document["segments"][0][where] = value
    content = json.dumps(document).encode()
    read = read_transcript(content)
    assert read.duration_ms is None, "read as whole, although it was edited"
    assert read.title == "Sesja próbna"
    assert any(segment.text == "Tak." for segment in read.segments)


def test_an_export_with_impossible_times_is_refused(world: World) -> None:
    document = json.loads(export(world.actor(world.clerk), _whole(world), "json").text)
    document["segments"][0]["end_ms"] = 10**15
    with pytest.raises(CouncilError) as refused:
        read_transcript(json.dumps(document).encode())
    assert refused.value.code == "transcript_unreadable"


def test_what_json_can_spell_and_a_database_cannot_keep_is_left_out(world: World, tmp_path: Path) -> None:
    path = tmp_path / "zła.json"
    path.write_text(
        '{"segments": [{"start": 0, "end": 1, "text": "Ty\\u0000le \\ud800 słów", "speaker": "\\u0000Lis"}]}'
    )
    taken = take_transcript(world.actor(world.clerk), path=path, media=None)
    with tenant_scope(world.lipowa.pk):
        segment = Segment.objects.get(recording=taken)
        assert (segment.text, segment.speaker) == ("Tyle ? słów", "Lis")


def _docx(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def test_a_word_document_with_times_keeps_them(world: World, tmp_path: Path) -> None:
    path = _docx(
        tmp_path / "Sesja 26.03.2026.docx",
        "Stenogram XXIII sesji",
        "[00:00:05] Jan Lis: Otwieram obrady.",
        "Stwierdzam kworum.",
        "00:01:10,5 Radna Gołąb",
        "Mam pytanie.",
        "1:00:00 – Dziękuję państwu.",
    )
    taken = take_transcript(world.actor(world.clerk), path=path, media=None)
    with tenant_scope(world.lipowa.pk):
        found = list(Segment.objects.filter(recording=taken).values_list("start_ms", "end_ms", "speaker", "text"))
        recording = Recording.objects.get(pk=taken)
    assert found == [
        (5_000, 70_500, "Jan Lis", "Otwieram obrady. Stwierdzam kworum."),
        (70_500, 3_600_000, "Radna Gołąb", "Mam pytanie."),
        (3_600_000, 3_600_800, "", "Dziękuję państwu."),
    ]
    assert (recording.title, recording.held_on) == ("Sesja 26.03.2026", date(2026, 3, 26))


def test_minutes_without_times_come_in_only_when_asked_for(world: World, tmp_path: Path) -> None:
    path = _docx(
        tmp_path / "protokol.docx", "Protokół z sesji o godz. 10:00", "Przewodniczący: Otwieram obrady.", "Tak."
    )
    with pytest.raises(CouncilError) as refused:
        take_transcript(world.actor(world.clerk), path=path, media=None)
    assert refused.value.code == "transcript_no_times"
    taken = take_transcript(world.actor(world.clerk), path=path, media=None, as_minutes=True)
    with tenant_scope(world.lipowa.pk):
        assert Recording.objects.get(pk=taken).title == "protokol (czasy szacowane)"
        said = list(Segment.objects.filter(recording=taken).order_by("index").values_list("speaker", "text"))
    assert said == [
        ("", "Protokół z sesji o godz. 10:00"),
        ("Przewodniczący", "Otwieram obrady."),
        ("Przewodniczący", "Tak."),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04zepsute", "zwykły tekst".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_word_document_is_refused(world: World, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(content)
    with pytest.raises(CouncilError) as refused:
        take_transcript(world.actor(world.clerk), path=path, media=None, as_minutes=True)
    assert refused.value.code.startswith(("document_", "transcript_"))


def test_times_that_go_back_are_no_times() -> None:
    text = "10:00 Otwarcie.\n09:00 Przerwa.\n11:00 Zamknięcie."
    with pytest.raises(CouncilError):
        minutes.read(text, as_minutes=False)


@pytest.mark.django_db(transaction=True)
def test_a_folder_of_minutes_on_the_command_line(
    committed_world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _docx(tmp_path / "a.docx", "Przewodniczący: Otwieram obrady.")
    with pytest.raises(SystemExit):
        call_command("import_transcript", str(tmp_path), "--council", "lipowa")
    assert "--as-minutes" in capfd.readouterr().err
    call_command("import_transcript", str(tmp_path), "--council", "lipowa", "--as-minutes")
    assert len(capfd.readouterr().out.split()) == 1


def test_a_report_keeps_the_days_of_its_rows() -> None:
    kept = Report()
    kept.add(Result(Row(1, "a", held_on=date(2026, 3, 26)), "taken"))
    assert [result.row.held_on for result in kept.results()] == [date(2026, 3, 26)]


def test_a_list_with_one_column_may_name_files_and_addresses(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("plik;tytuł\nhttps://example.org/a.mp4;A\nb.mp3;B\n")
    rows = list(rows_of_list(path))
    assert (rows[0].address, rows[0].path) == ("https://example.org/a.mp4", None)
    assert (rows[1].address, rows[1].path) == ("", tmp_path / "b.mp3")
