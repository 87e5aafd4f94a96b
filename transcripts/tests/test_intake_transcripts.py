"""manage.py import_transcript with folders, and texts without times."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from conftest import World
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts.imports import spoken_text
from transcripts.models import Recording, Segment
from transcripts.tests.source_media import make_mp3

VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\nKiedy będzie remont drogi?\n"
SPOKEN = "Przewodniczący Jan Lis: Otwieram obrady sesji.\n\nRadna Gołąb: Mam pytanie.\nI jeszcze jedno.\n"


def test_times_of_a_text_are_estimates_of_its_length() -> None:
    segments = spoken_text.read(SPOKEN)
    assert [(s.speaker, s.start_ms, s.end_ms) for s in segments] == [
        ("Przewodniczący Jan Lis", 0, 1200),
        ("Radna Gołąb", 1200, 2000),
        ("Radna Gołąb", 2000, 3200),
    ]
    assert segments[2].text == "I jeszcze jedno."


@pytest.mark.parametrize("text", ["", "Protokół z sesji.\nObecnych 15 radnych.", "godz. 10:00\n12:30", "a:b\n" * 3])
def test_a_text_without_speakers_is_no_transcript(text: str) -> None:
    with pytest.raises(CouncilError) as refused:
        spoken_text.read(text)
    assert refused.value.code == "transcript_unreadable"


@pytest.mark.django_db(transaction=True)
def test_a_folder_pairs_transcripts_with_their_recordings(
    committed_world: World, settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "s")}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    folder = tmp_path / "archiwum"
    (folder / "2025").mkdir(parents=True)
    (folder / "XXIII sesja 26.03.2026.vtt").write_text(VTT)
    (folder / "XXIII sesja 26.03.2026.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\ngorsza wersja\n")
    make_mp3(folder / "XXIII sesja 26.03.2026.mp3", duration_s=5)
    (folder / "2025" / "stara.txt").write_bytes(SPOKEN.encode("cp1250"))
    (folder / "2025" / "zła.json").write_text("{")

    call_command("import_transcript", str(folder), "--council", "lipowa")
    out, err = capfd.readouterr()

    assert len(out.split()) == 2
    assert "zła.json" in err
    assert "transcript_unreadable" in err
    assert "Przyjęte: 2, nieudane: 1." in err
    with tenant_scope(committed_world.lipowa.pk):
        paired = Recording.objects.get(title="XXIII sesja 26.03.2026")
        assert paired.media_name
        assert str(paired.held_on) == "2026-03-26"
        assert paired.meeting is not None
        assert Segment.objects.filter(recording=paired).count() == 1
        assert Recording.objects.get(title="stara (czasy szacowane)").segments.count() == 3

    call_command("import_transcript", str(folder), "--council", "lipowa")
    with tenant_scope(committed_world.lipowa.pk):
        assert Recording.objects.count() == 2, "the same folder again"
