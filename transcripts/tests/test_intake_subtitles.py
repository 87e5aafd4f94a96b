"""Ready subtitles: rolling ones are told once, and how far they agree with our transcript."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from conftest import World
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts import storage
from transcripts.imports import read_transcript
from transcripts.intake.subtitles import agreement, compare_waiting
from transcripts.models import Recording
from transcripts.models_intake import SourceNotes
from transcripts.tests.finished import finished_recording

ROLLING = """WEBVTT
Kind: captions
Language: pl

00:00:00.480 --> 00:00:02.790 align:start position:0%
{blank}
dzień<00:00:00.799><c> dobry</c><00:00:01.199><c> państwu</c>

00:00:02.790 --> 00:00:02.800 align:start position:0%
dzień dobry państwu
{blank}

00:00:02.800 --> 00:00:05.590 align:start position:0%
dzień dobry państwu
otwieram<00:00:03.199><c> obrady</c><00:00:03.679><c> sesji</c>

00:00:05.590 --> 00:00:05.600 align:start position:0%
otwieram obrady sesji
{blank}

00:00:05.600 --> 00:00:08.000 align:start position:0%
otwieram obrady sesji
stwierdzam<00:00:06.000><c> kworum</c>

00:00:08.000 --> 00:00:08.010 align:start position:0%
stwierdzam kworum
{blank}
""".replace("{blank}", " ")


def test_rolling_captions_are_read_once() -> None:
    segments = read_transcript(ROLLING.encode()).segments
    assert [segment.text for segment in segments] == [
        "dzień dobry państwu",
        "otwieram obrady sesji",
        "stwierdzam kworum",
    ]
    assert [(segment.start_ms, segment.end_ms) for segment in segments] == [(480, 2790), (2800, 5590), (5600, 8000)]


def test_people_who_say_the_same_twice_are_believed() -> None:
    cues = [(i, "Za." if i % 3 else f"Kto jest za numer {i}?") for i in range(12)]
    text = "WEBVTT\n\n" + "\n\n".join(f"00:{i:02}.000 --> 00:{i:02}.900\n{said}" for i, said in cues)
    assert [segment.text for segment in read_transcript(text.encode()).segments] == [said for _, said in cues]


@pytest.mark.parametrize(
    ("ours", "theirs", "share"),
    [
        ([(0, "Otwieram obrady sesji.")], [(500, "otwieram OBRADY, sesji")], 1.0),
        ([(0, "jeden dwa trzy cztery")], [(0, "jeden dwa pięć cztery")], 0.75),
        ([(0, "jeden dwa")], [], 0.0),
        ([(0, "jeden")], [(0, "jeden dwa trzy cztery")], 0.25),
        ([(0, "jeden dwa")], [(3_600_000, "jeden dwa")], 0.0),
        ([], [], None),
        ([(0, "...")], [(0, "—")], None),
    ],
)
def test_share_of_words_that_agree(
    ours: list[tuple[int, str]], theirs: list[tuple[int, str]], share: float | None
) -> None:
    assert agreement(ours, theirs) == share


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "share"),
    [("WEBVTT\n\n00:00.000 --> 00:04.000\nOtwieram obrady jutro\n", 2 / 3), ("nie napisy", 0.0)],
)
def test_subtitles_of_a_finished_recording_are_compared_once(
    world: World, settings: Settings, tmp_path: Path, content: str, share: float
) -> None:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "s")}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    recording_id = finished_recording(world.lipowa, [Segment(0, 4000, "Otwieram obrady sesji.", (), None)])
    written = tmp_path / "subtitles.vtt"
    written.write_text(content)
    name = storage.artefact_name(world.lipowa.pk, recording_id, "0" * 64, ".vtt")
    storage.store(written, name)
    with tenant_scope(world.lipowa.pk):
        recording = Recording.objects.get(pk=recording_id)
        SourceNotes.objects.create(council=world.lipowa, recording=recording, subtitles_name=name)
    assert compare_waiting(world.debowa.pk) == 0
    assert compare_waiting(world.lipowa.pk) == 1
    assert compare_waiting(world.lipowa.pk) == 0
    with tenant_scope(world.lipowa.pk):
        assert SourceNotes.objects.get().subtitles_agreement == pytest.approx(share)
