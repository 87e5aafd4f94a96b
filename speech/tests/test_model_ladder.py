"""A recogniser that runs out of memory goes on with less, loses no words, and says what it did."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from speech.engine.audio import stream_audio
from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS, NEVER, LoadedModel, ModelManager
from speech.engine.recognizers import faster_whisper
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.recognizers.ladder import Ladder, Rung, rungs
from speech.engine.recognizers.whisper_loading import WhisperLoad, load_whisper
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span
from speech.engine.vad import find_speech
from speech.engine.voices.espeak import EspeakVoice

OUT_OF_MEMORY = "CUDA failed with error out of memory"
NOISE = Audio((0.1 * np.random.default_rng(1).standard_normal(4 * SAMPLE_RATE_HZ)).astype(np.float32))
SPEECH = [Span(0, 1_000), Span(1_500, 2_500), Span(3_000, 4_000)]


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ladder-models")


class Card:
    """A graphics card that holds so much: the real base model on the processor, with a card's limits and errors.

    `fits` says of a load and the number of windows in a batch (0 while loading) whether there is memory.
    """

    def __init__(self, cache_dir: Path, fits: Callable[[WhisperLoad, int], bool], error: str = OUT_OF_MEMORY) -> None:
        self._cache_dir = cache_dir
        self._fits = fits
        self._error = error
        self.loads: list[tuple[str, str, str]] = []
        self.alive: list[weakref.ref[Any]] = []
        self.most_alive = 0

    def load(self, wanted: WhisperLoad) -> Any:
        self.loads.append((wanted.model, wanted.device, wanted.precision))
        self.check(wanted, 0)
        model = CardModel(self, wanted, load_whisper(WhisperLoad("base", self._cache_dir, "cpu", 0, "int8", 1, 1)))
        self.alive = [ref for ref in self.alive if ref() is not None] + [weakref.ref(model)]
        self.most_alive = max(self.most_alive, len(self.alive))
        return model

    def check(self, wanted: WhisperLoad, windows: int) -> None:
        if wanted.device == "cuda" and not self._fits(wanted, windows):
            raise RuntimeError(self._error)


class CardModel:
    def __init__(self, card: Card, wanted: WhisperLoad, model: Any) -> None:
        self._card, self._wanted, self._whisper = card, wanted, model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whisper, name)

    def encode(self, features: Any) -> Any:
        self._card.check(self._wanted, len(features))
        return self._whisper.encode(features)


def recognizer(card: Card, cache_dir: Path, model: str = "large-v3", **wishes: Any) -> FasterWhisperRecognizer:
    wishes = {"device": "cuda", "cpu_threads": 2, "models": ModelManager(), **wishes}
    return FasterWhisperRecognizer(model, cache_dir=cache_dir, load=card.load, **wishes)


def used(result: Recognition) -> tuple[str, str, str]:
    return result.model_id, result.device, result.precision


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    """A minute of Polish by espeak-ng: several windows, said slowly enough for the small model."""
    pytest.importorskip("espeakng_loader", reason="espeak-ng (an extra) says the words this test is about")
    sentence = "Dzień dobry państwu. Otwieram sesję rady gminy. Stwierdzam, że mamy kworum. Proszę o zabranie głosu. "
    spoken = tmp_path_factory.mktemp("said") / "said.mp3"
    spoken.write_bytes(asyncio.run(_said(sentence * 6)))
    return Audio(np.concatenate([block.samples for block in stream_audio(spoken)]))


async def _said(text: str) -> bytes:
    return b"".join([part async for part in EspeakVoice().stream(text)])


def test_the_order_of_the_ladder() -> None:
    ways = rungs(Rung("large-v3", "cuda", "float16", 16), cpu_batch=3, ram_bytes=64_000_000_000)
    assert [(r.model, r.device, r.precision, r.batch) for r in ways][:10:3] == [
        ("large-v3", "cuda", "float16", 16),
        ("large-v3", "cuda", "int8_float16", 16),
        ("large-v3", "cuda", "int8", 16),
        ("medium", "cuda", "int8", 16),
    ]
    assert [r.batch for r in ways[:3]] == [16, 4, 1]
    assert [r.model for r in ways if r.device == "cpu"][::2] == ["large-v3", "medium", "small", "base"]


def test_the_processor_gets_a_model_that_fits_its_memory() -> None:
    ways = rungs(Rung("large-v3", "cuda", "float16", 16), cpu_batch=3, ram_bytes=2_500_000_000)
    assert next(r.model for r in ways if r.device == "cpu") == "small"
    ways = rungs(Rung("large-v3", "cuda", "float16", 16), cpu_batch=3, ram_bytes=0)
    assert next(r.model for r in ways if r.device == "cpu") == "base"


def test_two_who_fail_on_one_rung_go_down_one() -> None:
    ladder = Ladder(rungs(Rung("base", "cuda", "float16", 16), cpu_batch=3, ram_bytes=1))
    first = ladder.rung
    assert ladder.step_down(first, "out_of_memory", same_model=True)
    assert ladder.step_down(first, "out_of_memory", same_model=True)
    assert ladder.rung.batch == 4
    assert len(ladder.standing[1]) == 1


def test_below_the_last_rung_there_is_nothing() -> None:
    ladder = Ladder([Rung("base", "cpu", "int8", 1)])
    assert not ladder.step_down(ladder.rung, "out_of_memory", same_model=True)


@pytest.mark.engine
@pytest.mark.parametrize("error", [OUT_OF_MEMORY, "cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED"])
def test_a_load_that_does_not_fit_goes_down_and_stays_there(cache_dir: Path, error: str) -> None:
    card = Card(cache_dir, lambda wanted, _: wanted.model == "medium", error)
    recogniser = recognizer(card, cache_dir)
    result = recogniser.recognize(NOISE, SPEECH, RecognitionOptions())
    assert used(result) == ("medium", "cuda", "int8")
    assert [(s.reason, s.model, s.precision) for s in result.degraded] == [
        ("out_of_memory", "large-v3", "int8_float16"),
        ("out_of_memory", "large-v3", "int8"),
        ("out_of_memory", "medium", "int8"),
    ]
    again = recogniser.recognize(NOISE, SPEECH, RecognitionOptions())
    assert (used(again), again.degraded) == (used(result), result.degraded)
    assert len(card.loads) == 4


@pytest.mark.engine
def test_a_smaller_batch_comes_before_a_coarser_precision(cache_dir: Path) -> None:
    card = Card(cache_dir, lambda _, windows: windows <= 1)
    result = recognizer(card, cache_dir, "base").recognize(NOISE, [Span(0, 4_000)] * 3, RecognitionOptions())
    assert (used(result), result.degraded) == (("base", "cuda", "float16"), ())  # one short window: nothing to lessen
    long = Audio(np.tile(NOISE.samples, 16))
    card = Card(cache_dir, lambda _, windows: windows <= 1)
    result = recognizer(card, cache_dir, "base").recognize(long, [Span(0, 64_000)], RecognitionOptions())
    assert [(s.batch, s.precision) for s in result.degraded] == [(4, "float16"), (1, "float16")]
    assert card.loads == [("base", "cuda", "float16")]


@pytest.mark.engine
def test_words_are_neither_lost_nor_doubled(cache_dir: Path, meeting: Audio) -> None:
    """Memory runs out in the middle of the work, again and again down to the processor."""
    speech, options = find_speech([meeting]), RecognitionOptions()
    plenty = recognizer(Card(cache_dir, lambda *_: True), cache_dir, "base", device="cpu")
    expected = plenty.recognize(meeting, speech, options)
    heard = threading.Event()

    def fits(wanted: WhisperLoad, windows: int) -> bool:
        if windows == 0 or heard.is_set():
            return windows == 0
        heard.set()
        return True

    seen: list[tuple[int, int]] = []
    card = Card(cache_dir, fits)
    result = recognizer(card, cache_dir, "base", batch_size=1).recognize(
        meeting, speech, options, lambda done, total: seen.append((done, total))
    )
    assert used(result) == ("base", "cpu", "int8")
    assert [s.text for s in result.segments] == [s.text for s in expected.segments]
    assert [w for s in result.segments for w in s.words] == [w for s in expected.segments for w in s.words]
    assert len(" ".join(s.text for s in result.segments).split()) > 30
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.engine
def test_the_failed_model_is_freed_before_the_next_one_is_loaded(cache_dir: Path) -> None:
    card = Card(cache_dir, lambda wanted, windows: windows == 0)
    result = recognizer(card, cache_dir, "small").recognize(NOISE, SPEECH, RecognitionOptions())
    assert result.device == "cpu"
    assert card.most_alive == 1


@pytest.mark.engine
def test_threads_that_share_a_recogniser_go_down_together(cache_dir: Path) -> None:
    card = Card(cache_dir, lambda wanted, windows: windows == 0 or wanted.model == "small")
    recogniser = recognizer(card, cache_dir, "medium")
    with ThreadPoolExecutor(3) as pool:
        work = [pool.submit(recogniser.recognize, NOISE, SPEECH, RecognitionOptions()) for _ in range(3)]
        results = [future.result(timeout=300) for future in work]
    assert {used(result) for result in results} == {("small", "cuda", "int8")}
    assert len(set(card.loads)) == len(card.loads)


@pytest.mark.engine
def test_a_smaller_model_that_cannot_be_had_is_passed_over(cache_dir: Path) -> None:
    def load(wanted: WhisperLoad) -> Any:
        if wanted.model in ("medium", "small"):
            raise OSError("no network")
        return card.load(wanted)

    card = Card(cache_dir, lambda wanted, _: wanted.model == "base")
    recogniser = FasterWhisperRecognizer(
        "large-v3", cache_dir=cache_dir, device="cuda", models=ModelManager(), load=load
    )
    result = recogniser.recognize(NOISE, SPEECH, RecognitionOptions())
    assert used(result) == ("base", "cuda", "int8")
    assert [s.reason for s in result.degraded][-2:] == ["model_unavailable", "model_unavailable"]


def test_the_model_that_was_asked_for_is_not_replaced_when_it_cannot_be_had(cache_dir: Path) -> None:
    def load(wanted: WhisperLoad) -> Any:
        raise OSError("no network")

    recogniser = FasterWhisperRecognizer("large-v3", cache_dir=cache_dir, models=ModelManager(), load=load)
    with pytest.raises(EngineError) as caught:
        recogniser.recognize(NOISE, SPEECH, RecognitionOptions())
    assert caught.value.code == "model_unavailable"


@pytest.mark.parametrize(
    ("message", "wishes", "code"),
    [
        ("Requested float16 compute type, but the target device or backend do not support efficient float16", {}, ""),
        ("Requested float16 compute type, but ...", {"compute_type": "float16"}, "precision_unsupported"),
        ("Library libcublas.so.12 is not found or cannot be loaded", {"device": "cuda"}, "device_unavailable"),
        ("CUDA driver version is insufficient for CUDA runtime version", {"device": "auto"}, ""),
    ],
)
def test_defaults_give_way_and_wishes_do_not(
    message: str, wishes: dict[str, str], code: str, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)

    def load(wanted: WhisperLoad) -> Any:
        if wanted.precision == "float16":
            raise ValueError(message) if "compute type" in message else RuntimeError(message)
        return object()

    recogniser = FasterWhisperRecognizer(
        "base", cache_dir=cache_dir, models=ModelManager(), load=load, **{"device": "auto", **wishes}  # type: ignore[arg-type]
    )  # fmt: skip
    if code:
        with pytest.raises(EngineError) as caught:
            recogniser.load()
        assert caught.value.code == code
    else:
        assert recogniser.load()
        assert not recogniser.load()


def test_when_nothing_fits_it_is_an_error(cache_dir: Path) -> None:
    def load(wanted: WhisperLoad) -> Any:
        raise MemoryError

    recogniser = FasterWhisperRecognizer(cache_dir=cache_dir, models=ModelManager(), load=load)
    with pytest.raises(EngineError) as caught:
        recogniser.recognize(NOISE, SPEECH, RecognitionOptions())
    assert (caught.value.code, caught.value.retryable) == ("out_of_memory", True)


def test_auto_is_what_fits_the_card(cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(faster_whisper, "card_bytes", lambda index: 4 << 30)
    recogniser = FasterWhisperRecognizer("auto", cache_dir=cache_dir)
    assert (recogniser.model_id, recogniser.device, recogniser.compute_type) == ("medium", "cuda", "int8")


@pytest.mark.engine
def test_the_real_model_leaves_memory_after_its_time(cache_dir: Path) -> None:
    models = ModelManager({"stt": 1, "vad": NEVER})
    recogniser = FasterWhisperRecognizer(cache_dir=cache_dir, models=models)
    rows: list[LoadedModel] = []  # those in memory while it works: its time begins when the work is over
    recogniser.recognize(NOISE, SPEECH, RecognitionOptions(), lambda *_: rows.extend(models.listing()))
    row = rows[-1]
    assert row.key.model_id == "Systran/faster-whisper-base"
    assert row.memory_bytes > 30_000_000
    deadline = time.monotonic() + 120
    while models.listing() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert models.listing() == []
    assert recogniser.recognize(NOISE, SPEECH, RecognitionOptions()).model_id == "base"


def test_the_detector_of_speech_stays(cache_dir: Path) -> None:
    find_speech([NOISE])
    deadline = time.monotonic() + 120  # a connection of an earlier test may be listening to its last second
    while (row := _detector()).users and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (row.users, row.expires_in_s) == (0, None)


def _detector() -> LoadedModel:
    (row,) = [row for row in MODELS.listing() if row.key.task == "vad"]
    return row


def test_the_fake_can_run_out_of_memory_too() -> None:
    fake = FakeRecognizer("oom_times=2")
    result = fake.recognize(NOISE, SPEECH, RecognitionOptions())
    assert [step.precision for step in result.degraded] == ["int8_float16", "int8"]
    assert used(result) == ("fake:oom_times=2", "cuda", "int8")
    assert result.segments == FakeRecognizer().recognize(NOISE, SPEECH, RecognitionOptions()).segments
    with pytest.raises(EngineError) as caught:
        FakeRecognizer("oom_times=99").recognize(NOISE, SPEECH, RecognitionOptions())
    assert caught.value.code == "out_of_memory"


def test_recognisers_are_built_from_one_description(tmp_path: Path) -> None:
    fake = build_recognizer(RecognizerConfig(tmp_path, kind="fake", fake="delay_ms=1"))
    assert fake.model_id == "fake:delay_ms=1"
    whisper = build_recognizer(RecognizerConfig(tmp_path, model="turbo", device="cuda", compute_type="int8_float16"))
    assert isinstance(whisper, FasterWhisperRecognizer)
    assert (whisper.model_id, whisper.device, whisper.compute_type) == ("turbo", "cuda", "int8_float16")
    with pytest.raises(ValueError, match="nothing-like-it"):
        build_recognizer(RecognizerConfig(tmp_path, kind="nothing-like-it"))
