"""Transcripts of other programs, with the faults that they really have."""

from __future__ import annotations

import json
import math

import pytest

from council.errors import CouncilError
from speech.engine.types import Segment, Word
from transcripts.imports import read_transcript


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


def test_whisper_json_joins_tokens_into_words() -> None:
    tokens = [
        {"word": " Pani", "start": 0.0, "end": 0.4, "probability": 0.91},
        {"word": " Świderska", "start": 0.4, "end": 0.9, "probability": 0.8},
        {"word": "-Lis.", "start": 0.9, "end": 1.2, "probability": 0.7},
    ]
    read = read_transcript(
        _json({"segments": [{"start": 0, "end": 1.2, "text": " Pani Świderska-Lis.", "words": tokens}]})
    )
    words = (Word(0, 400, "Pani", 0.91), Word(400, 1200, "Świderska-Lis.", 0.8))
    assert read.segments == (Segment(0, 1200, "Pani Świderska-Lis.", words),)


def test_whisperx_json_keeps_speakers_and_fills_missing_times() -> None:
    words = [
        {"word": "Druk", "start": 1.0, "end": 1.3, "score": 0.5},
        {"word": "207", "score": None},
        {"word": "proszę.", "start": 2.0, "end": 2.4, "score": 0.9},
    ]
    document = {
        "segments": [
            {"start": 1.0, "end": 2.4, "text": "Druk 207 proszę.", "speaker": "SPEAKER_01", "words": words},
            {"start": math.nan, "end": 4.0, "text": ["Dobrze", "więc."]},
            {"start": 4.0, "text": "Koniec."},
        ]
    }
    first, second, third = read_transcript(_json(document)).segments
    assert first.speaker == "SPEAKER_01"
    assert [(word.start_ms, word.end_ms) for word in first.words] == [(1000, 1300), (1000, 2000), (2000, 2400)]
    assert (second.start_ms, second.end_ms, second.text) == (2400, 4000, "Dobrze więc.")
    assert (third.start_ms, third.end_ms) == (4000, 4000)


def test_a_corrected_text_counts_and_its_stale_words_do_not() -> None:
    entry = {"start": 0, "end": 1, "text": "Radny Zając.", "words": [{"word": "zając", "start": 0, "end": 1}]}
    (segment,) = read_transcript(_json([entry])).segments
    assert (segment.text, segment.words) == ("Radny Zając.", ())


def test_times_out_of_order_are_put_right() -> None:
    entries = [{"start": 5, "end": 3, "text": "drugie"}, {"start": -1, "end": 2, "text": "pierwsze"}]
    segments = read_transcript(_json({"segments": entries})).segments
    assert [(s.start_ms, s.end_ms, s.text) for s in segments] == [(0, 2000, "pierwsze"), (5000, 5000, "drugie")]


def test_webvtt_with_voices_settings_styles_and_short_times() -> None:
    text = """WEBVTT - Sesja

STYLE
::cue { color: red }

NOTE to nie jest
mowa

1
01:02.500 --> 01:05.000 align:start position:0%
<v.glosno Jan Lis>Jan Lis: Jest <i>kworum</i> &amp; zaczynamy</v>
<v Anna>Dziękuję.

2:01:06.000 --> 2:01:07.000
<00:00:01.000><c>bez</c> głosu
"""
    segments = read_transcript(text.replace("\n", "\r\n").encode("utf-8-sig")).segments
    assert segments == (
        Segment(62_500, 65_000, "Jest kworum & zaczynamy", (), "Jan Lis"),
        Segment(62_500, 65_000, "Dziękuję.", (), "Anna"),
        Segment(7_266_000, 7_267_000, "bez głosu"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_srt_in_the_encodings_of_old_files(encoding: str) -> None:
    first = "1\n00:00:01,000 --> 00:00:02,500\n[SPEAKER_00]: {\\an8}Zażółć\ngęślą jaźń\n"
    text = f"{first}\n2\n00:00:03,000 --> 00:00:04,000\nŁąka\n"
    segments = read_transcript(text.encode(encoding)).segments
    assert [(s.start_ms, s.text, s.speaker) for s in segments] == [
        (1000, "Zażółć gęślą jaźń", "SPEAKER_00"),
        (3000, "Łąka", None),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "transcript_empty"),
        (b"WEBVTT\n\n", "transcript_empty"),
        (_json({"segments": []}), "transcript_empty"),
        (_json({"segments": [{"start": 0, "end": 1, "text": "  "}]}), "transcript_empty"),
        ("Protokół z sesji. Obecnych 15 radnych.".encode(), "transcript_unreadable"),
        (b"{broken", "transcript_unreadable"),
        (_json({"text": "bez czasów"}), "transcript_unreadable"),
        (_json({"segments": [{"text": "bez czasów"}]}), "transcript_unreadable"),
        (_json({"segments": [{"start": 9e6, "end": 9e6 + 1, "text": "milisekundy?"}]}), "transcript_unreadable"),
        (_json({"segments": [{"start": 1e300, "end": 1e300, "text": "x"}]}), "transcript_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x81\x83", "transcript_unreadable"),
    ],
)
def test_what_is_no_transcript_is_refused_with_the_reason(content: bytes, code: str) -> None:
    with pytest.raises(CouncilError) as refused:
        read_transcript(content)
    assert refused.value.code == code
