"""POST /v1/audio/speech/timestamps, and the limits of the engine's speech finder compared with the peer's."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from faster_whisper.vad import VadOptions as PeerOptions  # noqa: TID251 - the peer to compare with
from faster_whisper.vad import get_speech_timestamps  # noqa: TID251

from speech.engine import vad
from speech.engine.types import Audio, Span
from speech.engine.vad import VadOptions, find_speech
from speech.tests import patient_client
from speech.tests.speech_server import wav
from speech.tests.test_engine_vad import blocks, speechlike


def post(url: str, fields: dict[str, Any] | None = None, file: bytes | None = None) -> httpx2.Response:
    sound = wav(4) if file is None else file
    address = f"{url}/v1/audio/speech/timestamps"
    return patient_client.post(address, data=fields or {}, files={"file": ("a", sound)})


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[VadOptions]:
    """The options of each search; it finds speech from second 1 to 2.5."""
    seen: list[VadOptions] = []

    def find(audio: object, options: VadOptions) -> list[Span]:
        seen.append(options)
        return [Span(1_000, 2_500)]

    monkeypatch.setattr(vad, "find_speech", find)
    return seen


def test_spans_are_whole_milliseconds(server_url: str, seen: list[VadOptions]) -> None:
    assert post(server_url).json() == [{"start": 1000, "end": 2500}]
    assert seen == [VadOptions(threshold=0.75, end_threshold=0.6, min_silence_ms=1_000, min_speech_ms=0, pad_ms=0)]


def test_every_number_is_used(server_url: str, seen: list[VadOptions]) -> None:
    fields = {
        "model": "silero_vad_v5", "threshold": "0.5", "neg_threshold": "0.2", "min_speech_duration_ms": "250",
        "max_speech_duration_s": "7.5", "min_silence_duration_ms": "300", "speech_pad_ms": "40",
    }  # fmt: skip
    post(server_url, fields)
    assert seen == [
        VadOptions(0.5, min_silence_ms=300, min_speech_ms=250, pad_ms=40, end_threshold=0.2, max_speech_ms=7_500)
    ]
    assert post(server_url, {"max_speech_duration_s": "inf"}).status_code == 200
    assert seen[-1].max_speech_ms == 0


def test_silence_and_files_that_are_none(server_url: str) -> None:
    assert post(server_url, file=wav(3, 0)).json() == []
    assert post(server_url, file=b"").json()["error"]["code"] == "media_empty"
    assert post(server_url, file=b"no sound").status_code == 415
    assert patient_client.post(f"{server_url}/v1/audio/speech/timestamps").json()["error"]["param"] == "file"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("model", "pyannote", 404),
        ("threshold", "1.1", 400),
        ("threshold", "nan", 400),
        ("neg_threshold", "low", 400),
        ("max_speech_duration_s", "0", 400),
        ("max_speech_duration_s", "nan", 400),
        ("min_silence_duration_ms", "inf", 400),
        ("speech_pad_ms", "-5", 400),
    ],
)
def test_a_wrong_field_is_named(server_url: str, field: str, value: str, status: int) -> None:
    answer = post(server_url, {field: value})
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, field)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("longest_s", [0.3, 1.0, 2.5, 8.0])
@pytest.mark.parametrize("pad_ms", [0, 96])
def test_long_speech_is_divided_where_the_peer_divides_it(seed: int, longest_s: float, pad_ms: int) -> None:
    samples = speechlike(seed, 60)
    mine = VadOptions(0.05, 320, 64, pad_ms, end_threshold=0.03, max_speech_ms=round(longest_s * 1000))
    peer = get_speech_timestamps(
        samples.copy(),
        PeerOptions(
            threshold=0.05, neg_threshold=0.03, min_silence_duration_ms=320, min_speech_duration_ms=64,
            max_speech_duration_s=longest_s, speech_pad_ms=pad_ms,
        ),
    )  # fmt: skip
    found = find_speech(blocks(samples, 48_000), mine)
    assert len(found) > 3
    assert [(s.start_ms, s.end_ms) for s in found] == [(p["start"] // 16, p["end"] // 16) for p in peer]


def test_padding_before_speech_is_its_own() -> None:
    samples = speechlike(1, 30)
    bare = find_speech([Audio(samples)], VadOptions(0.05, 320, pad_ms=0))
    padded = find_speech([Audio(samples)], VadOptions(0.05, 320, pad_ms=0, pad_before_ms=100))
    assert [span.end_ms for span in padded] == [span.end_ms for span in bare]
    assert [span.start_ms for span in padded] == [max(0, span.start_ms - 100) for span in bare]
