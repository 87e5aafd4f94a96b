"""The contract of every recogniser: the fake, the real small model, Parakeet's shape, servers in all dialects."""

import math
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speech.engine.audio import stream_audio
from speech.engine.errors import EngineError
from speech.engine.recognizers.asr_webservice import AsrWebserviceRecognizer
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.recognizers.openai_api import OpenAiApiRecognizer
from speech.engine.recognizers.parakeet import ParakeetRecognizer
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span
from speech.engine.vad import find_speech
from speech.tests.parakeet_model import write_parakeet_model
from speech.tests.remote_server import (
    asr_faster_whisper,
    asr_fork,
    asr_whisperx,
    openai_json_only,
    openai_whisper,
    remote_server,
    segments_only,
)

OFFSET_MS = 60_000
SPEECH = [Span(OFFSET_MS + 1_000, OFFSET_MS + 2_500), Span(OFFSET_MS + 9_000, OFFSET_MS + 10_000)]


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


OPENAI_DIALECTS = {
    "openai_api": openai_whisper,
    "openai_api_segments": segments_only,
    "openai_api_text": openai_json_only,
}
ASR_DIALECTS = {"asr_webservice": asr_faster_whisper, "asr_webservice_x": asr_whisperx, "asr_webservice_fork": asr_fork}


@pytest.fixture(
    params=[
        "fake",
        "parakeet",
        pytest.param("faster_whisper", marks=pytest.mark.engine),
        *OPENAI_DIALECTS,
        *ASR_DIALECTS,
    ]
)
def recognizer(request: pytest.FixtureRequest, cache_dir: Path) -> Iterator[Recognizer]:
    kind = request.param
    if kind == "fake":
        yield FakeRecognizer()
    elif kind == "parakeet":
        yield ParakeetRecognizer(str(write_parakeet_model(cache_dir / "parakeet")), cache_dir=cache_dir)
    elif kind == "faster_whisper":
        yield FasterWhisperRecognizer(cache_dir=cache_dir)
    else:
        with remote_server({**OPENAI_DIALECTS, **ASR_DIALECTS}[kind]) as server:
            if kind in OPENAI_DIALECTS:
                yield OpenAiApiRecognizer(f"{server.url}/v1", "", "whisper-1")
            else:
                yield AsrWebserviceRecognizer(server.url)


@pytest.fixture(scope="session")
def audio() -> Audio:
    """Fifteen seconds of a humming voice: what matters here is the shape of the answer, not its words."""
    t = np.arange(15 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    pitch = 2 * np.pi * np.cumsum(120 + 40 * np.sin(2 * np.pi * t)) / SAMPLE_RATE_HZ
    voice = sum(np.sin(k * pitch) / k * (1 + np.sin(2 * np.pi * 4 * t + k)) for k in range(1, 16))
    return Audio((0.05 * voice).astype(np.float32), OFFSET_MS)


def test_times_are_of_the_recording_ordered_and_inside_the_speech(recognizer: Recognizer, audio: Audio) -> None:
    result = recognizer.recognize(audio, SPEECH, RecognitionOptions())
    words = [word for segment in result.segments for word in segment.words]
    edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert all(any(s.start_ms <= (w.start_ms + w.end_ms) // 2 <= s.end_ms for s in SPEECH) for w in words)
    for segment in result.segments:
        assert segment.text == " ".join(word.text for word in segment.words)
        assert (segment.start_ms, segment.end_ms) == (segment.words[0].start_ms, segment.words[-1].end_ms)
        assert segment.end_ms - segment.start_ms <= 30_000


def test_the_same_sound_gives_the_same_answer(recognizer: Recognizer, audio: Audio) -> None:
    first = recognizer.recognize(audio, SPEECH, RecognitionOptions())
    assert recognizer.recognize(audio, SPEECH, RecognitionOptions()) == first
    assert first.language == "pl"
    assert first.model_id == recognizer.model_id


def test_no_speech_gives_no_words(recognizer: Recognizer, audio: Audio) -> None:
    assert recognizer.recognize(audio, [], RecognitionOptions()).segments == ()
    outside = [Span(0, 10_000), Span(OFFSET_MS + 20_000, OFFSET_MS + 30_000)]
    assert recognizer.recognize(audio, outside, RecognitionOptions()).segments == ()


def test_progress_ends_at_the_whole(recognizer: Recognizer, audio: Audio) -> None:
    seen: list[tuple[int, int]] = []
    recognizer.recognize(audio, SPEECH, RecognitionOptions(), lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2_500, 2_500)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_an_exception_of_the_progress_stops_the_work(recognizer: Recognizer, audio: Audio) -> None:
    class CancelledError(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        recognizer.recognize(audio, SPEECH, RecognitionOptions(), cancel)


def test_a_very_short_piece_is_no_trouble(recognizer: Recognizer, audio: Audio) -> None:
    recognizer.recognize(audio, [Span(OFFSET_MS + 100, OFFSET_MS + 101)], RecognitionOptions())


def test_the_fake_gives_the_same_words_however_the_recording_is_cut() -> None:
    whole = FakeRecognizer().recognize(Audio(np.zeros(320_000, np.float32)), [Span(300, 19_000)], RecognitionOptions())
    halves = [
        FakeRecognizer().recognize(Audio(np.zeros(160_000, np.float32), at), [Span(300, 19_000)], RecognitionOptions())
        for at in (0, 10_000)
    ]
    assert " ".join(s.text for h in halves for s in h.segments) == " ".join(s.text for s in whole.segments)
    assert len(" ".join(s.text for s in whole.segments).split()) == 37


def test_the_fake_fails_on_request_and_only_there() -> None:
    fake = FakeRecognizer("fail_at_ms=12000,fail_code=out_of_memory")
    fake.recognize(Audio(np.zeros(160_000, np.float32)), [], RecognitionOptions())
    with pytest.raises(EngineError) as caught:
        fake.recognize(Audio(np.zeros(160_000, np.float32), 10_000), [], RecognitionOptions())
    assert caught.value.code == "out_of_memory"


@pytest.mark.engine
def test_three_minutes_without_speech_give_no_words(cache_dir: Path) -> None:
    rng = random.Random(7)
    sound = []
    for n in range(SAMPLE_RATE_HZ * 180):
        s = n / SAMPLE_RATE_HZ
        if s < 60:
            sound.append(0.0)
        elif s < 120:
            sound.append(900 * math.sin(2 * math.pi * 100 * s) + rng.gauss(0, 300))
        else:
            sound.append(rng.gauss(0, 9000) * (1 if rng.random() < 0.02 else 0.15))
    noise = Audio((np.clip(sound, -32_000, 32_000) / 32_768).astype(np.float32))
    options = RecognitionOptions()
    recognizer = FasterWhisperRecognizer(cache_dir=cache_dir)
    assert recognizer.recognize(noise, find_speech([noise]), options).segments == ()


@pytest.mark.parametrize(("cards", "expected"), [(0, ("cpu", "int8")), (1, ("cuda", "float16"))])
def test_device_and_arithmetic_follow_the_machine(
    cards: int, expected: tuple[str, str], cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: cards)
    recognizer = FasterWhisperRecognizer(cache_dir=cache_dir)
    assert (recognizer.device, recognizer.compute_type) == expected


def test_a_wish_for_device_and_arithmetic_is_kept(cache_dir: Path) -> None:
    recognizer = FasterWhisperRecognizer(cache_dir=cache_dir, device="cuda", compute_type="int8_float16")
    assert (recognizer.device, recognizer.compute_type) == ("cuda", "int8_float16")


@pytest.mark.engine
def test_a_broken_model_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    broken = FasterWhisperRecognizer(str(tmp_path), cache_dir=tmp_path)
    with pytest.raises(EngineError) as caught:
        broken.recognize(Audio(np.zeros(16_000, np.float32)), [Span(0, 1_000)], RecognitionOptions())
    assert caught.value.code == "model_unavailable"


@pytest.mark.engine
def test_polish_speech_is_understood(cache_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader")
    raw = tmp_path / "said.wav"
    text = "Dzień dobry państwu. Otwieram sesję rady gminy. Stwierdzam, że mamy kworum."
    script = (
        "import ctypes,sys,wave,espeakng_loader as e\n"
        "lib=ctypes.CDLL(e.get_library_path());out=[]\n"
        "rate=lib.espeak_Initialize(2,0,e.get_data_path().encode(),0)\n"
        "C=ctypes.CFUNCTYPE(ctypes.c_int,ctypes.POINTER(ctypes.c_short),ctypes.c_int,ctypes.c_void_p)\n"
        "cb=C(lambda w,n,_:(out.append(ctypes.string_at(w,n*2)) if w and n else None,0)[1])\n"
        "lib.espeak_SetSynthCallback(cb);lib.espeak_SetVoiceByName(b'pl');t=sys.argv[1].encode()\n"
        "lib.espeak_Synth(t,len(t)+1,0,1,0,1,None,None);lib.espeak_Synchronize()\n"
        "f=wave.open(sys.argv[2],'wb');f.setparams((1,2,rate,0,'NONE',''));f.writeframes(b''.join(out));f.close()\n"
    )
    subprocess.run([sys.executable, "-c", script, text, str(raw)], check=True)
    blocks = list(stream_audio(raw))
    speech = find_speech(blocks)
    result = FasterWhisperRecognizer(cache_dir=cache_dir).recognize(blocks[0], speech, RecognitionOptions())
    said = " ".join(segment.text for segment in result.segments).lower()
    assert sum(part in said for part in ("dobry", "otwieram", "sesj", "rady", "gminy", "że mamy")) >= 3
