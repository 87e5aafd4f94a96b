"""What people get when they take a transcript out."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from conftest import World
from council.errors import CouncilError
from council.tenancy import tenant_scope
from speech.engine.types import Segment, Word
from transcripts.exports import export
from transcripts.exports.cues import LINE_CHARS, LONGEST_MS, cues_of
from transcripts.imports import read_transcript
from transcripts.models import Gap, Recording, RecordingState
from transcripts.queries import SegmentRow
from transcripts.tests.finished import finished_recording

SEGMENTS = [
    Segment(0, 1500, "Otwieram sesję.", (Word(0, 700, "Otwieram", 0.9), Word(800, 1500, "sesję.", None)), "Jan Lis"),
    Segment(1600, 4000, "Czy 2 < 3 & 5 --> 4 <b>?", (), "Jan Lis"),
    Segment(61_000, 64_000, "# Nie mam <pytań>.", (), "Radna Gołąb & Sroka"),
    Segment(65_000, 66_000, "Dziękuję.", ()),
]


def test_plain_text_holds_the_spoken_words_and_marks_the_rest_with_a_hash(world: World) -> None:
    recording = finished_recording(world.lipowa, SEGMENTS)
    exported = export(world.actor(world.clerk), recording, "txt")
    spoken = [line for line in exported.text.splitlines() if line.strip() and not line.startswith("#")]
    assert " ".join(spoken).split() == " ".join(segment.text for segment in SEGMENTS).split()
    assert "# 00:01:01 Radna Gołąb & Sroka" in exported.text
    assert exported.file_name == "sesja-probna.txt"


def test_plain_text_of_a_recording_without_speech_has_no_words(world: World) -> None:
    recording = finished_recording(world.lipowa, [])
    text = export(world.actor(world.clerk), recording, "txt").text
    assert all(line.startswith("#") or not line.strip() for line in text.splitlines())


def test_the_same_words_of_two_councils_give_the_same_text(world: World) -> None:
    texts = {
        export(world.actor(person, council), finished_recording(council, SEGMENTS), "txt").text
        for person, council in ((world.clerk, world.lipowa), (world.stranger, world.debowa))
    }
    assert len(texts) == 1


def test_json_names_times_in_both_units_and_imports_back_without_loss(world: World) -> None:
    recording = finished_recording(world.lipowa, SEGMENTS)
    with tenant_scope(world.lipowa.pk):
        row = Recording.objects.get(pk=recording)
        Gap.objects.create(council=world.lipowa, recording=row, start_ms=5000, end_ms=7500, reason=Gap.Reason.UNCOVERED)
    exported = export(world.actor(world.clerk), recording, "json")
    document = json.loads(exported.text)
    assert document["recording"]["id"] == str(recording)
    assert (document["segments"][2]["start"], document["segments"][2]["start_ms"]) == (61.0, 61_000)
    assert document["gaps"] == [{"start": 5.0, "end": 7.5, "start_ms": 5000, "end_ms": 7500, "reason": "uncovered"}]
    back = read_transcript(exported.text.encode())
    assert list(back.segments) == SEGMENTS
    assert (back.title, back.held_on) == (row.title, row.held_on)


def test_webvtt_escapes_what_would_be_markup_and_imports_back(world: World) -> None:
    text = export(world.actor(world.clerk), finished_recording(world.lipowa, SEGMENTS), "vtt").text
    assert text.startswith("WEBVTT\n\nNOTE\nSesja próbna\nNapisy automatyczne")
    assert "<v Jan Lis>Czy 2 &lt; 3 &amp; 5 --&gt; 4 &lt;b&gt;?" in text
    assert text.count("-->") == len(SEGMENTS)
    back = read_transcript(text.encode())
    assert [(s.text, s.speaker) for s in back.segments] == [(s.text, s.speaker) for s in SEGMENTS]


def test_srt_is_numbered_and_names_the_speaker_once(world: World) -> None:
    text = export(world.actor(world.clerk), finished_recording(world.lipowa, SEGMENTS), "srt").text
    blocks = text.strip().split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == ["1", "2", "3", "4"]
    assert "00:00:00,000 --> 00:00:01,500" in blocks[0]
    assert "Jan Lis:" in blocks[0]
    assert "Jan Lis" not in blocks[1]


def test_a_long_turn_becomes_captions_that_can_be_read() -> None:
    sentence = "Wnoszę o wprowadzenie do porządku obrad projektu uchwały w sprawie pomocy finansowej dla powiatu, tak?"
    text = " ".join([sentence] * 6)
    row = SegmentRow(0, 10_000, 52_000, text, "Wójt Halina Pstrągowska", ())
    cues = cues_of([row, SegmentRow(1, 53_000, 54_000, "Tak.", "", ())])
    shown = " ".join(line for cue in cues for line in cue.lines)
    assert shown == f"Wójt Halina Pstrągowska: {text} Tak."
    assert all(len(cue.lines) <= 2 and max(map(len, cue.lines)) <= LINE_CHARS for cue in cues)
    assert all(cue.start_ms < cue.end_ms <= cue.start_ms + LONGEST_MS for cue in cues)
    assert all(cue.end_ms <= following.start_ms for cue, following in pairwise(cues))
    assert min(len(" ".join(cue.lines)) for cue in cues[:-1]) > 20  # no orphaned words


def test_caption_times_follow_the_words() -> None:
    texts = (
        "Pierwsze zdanie jest tutaj całkiem długie i spokojne." + " Drugie przychodzi po bardzo długiej przerwie."
    ).split()
    words = tuple(
        (n * 500 + (20_000 if n >= 8 else 0), n * 500 + 400 + (20_000 if n >= 8 else 0), t, 1.0)
        for n, t in enumerate(texts)
    )
    cues = cues_of([SegmentRow(0, 0, words[-1][1], " ".join(texts), "", words)])
    second = next(cue for cue in cues if cue.lines[0].startswith("Drugie"))
    assert second.start_ms == 24_000
    assert max(cue.end_ms for cue in cues if cue.start_ms < 20_000) < 10_000


def test_nothing_is_exported_too_early_or_to_the_wrong_people(world: World) -> None:
    unfinished = finished_recording(world.lipowa, SEGMENTS, state=RecordingState.PROCESSING)
    unpublished = finished_recording(world.lipowa, SEGMENTS)
    for actor, recording, fmt, code in (
        (world.actor(world.clerk), unfinished, "txt", "not_ready"),
        (world.actor(world.clerk), unpublished, "doc", "export_format_unknown"),
        (world.actor(world.resident), unpublished, "txt", "not_found"),
        (world.actor(world.stranger, world.debowa), unpublished, "txt", "not_found"),
    ):
        with pytest.raises(CouncilError) as refused:
            export(actor, recording, fmt)
        assert refused.value.code == code
