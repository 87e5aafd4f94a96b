"""Parakeet on the real onnx-asr, with a small model of its shape: nothing skipped, no other alphabet, honest errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from speech.engine import model_store
from speech.engine.errors import EngineError
from speech.engine.model_manager import ModelManager
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.recognizers.packing import Window
from speech.engine.recognizers.parakeet import WINDOW_MS, ParakeetRecognizer, words_of
from speech.engine.recognizers.parakeet_model import Token
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span, Word
from speech.tests.parakeet_model import SEES_MS, said, write_parakeet_model

OFFSET_MS = 60_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parakeet_model(tmp_path_factory.mktemp("parakeet"))


@pytest.fixture
def recognizer(folder: Path, tmp_path: Path) -> ParakeetRecognizer:
    return ParakeetRecognizer(str(folder), cache_dir=tmp_path, models=ModelManager())


def text(result: Recognition) -> str:
    return " ".join(segment.text for segment in result.segments)


def test_words_with_their_times_and_how_sure_they_are(recognizer: ParakeetRecognizer) -> None:
    audio = Audio(said([(1_000, 0), (2_000, 1), (3_000, 3)], 5_000), OFFSET_MS)
    result = recognizer.recognize(audio, [Span(OFFSET_MS, OFFSET_MS + 5_000)], RecognitionOptions())
    words = [word for segment in result.segments for word in segment.words]
    assert [word.text for word in words] == ["tak", "nie", "rad"]
    for word, at_ms in zip(words, (1_000, 2_000, 3_000), strict=True):
        assert abs(word.start_ms - OFFSET_MS - at_ms) <= 160
        assert 80 <= word.end_ms - word.start_ms <= 400
        assert word.probability is not None
        assert 0.5 < word.probability <= 1
    assert (result.precision, result.device) == ("int8", "cpu")


def test_no_letter_of_another_alphabet_and_no_marker_can_be_written(recognizer: ParakeetRecognizer) -> None:
    result = recognizer.recognize(Audio(said([(1_000, 2), (2_000, 0)], 4_000)), [Span(0, 4_000)], RecognitionOptions())
    assert text(result) == "za tak"
    assert result.removed == ()


def test_what_the_model_skips_is_heard_again(recognizer: ParakeetRecognizer) -> None:
    """Twelve seconds of speech, of which the model sees eight at a time."""
    tones = [(at_ms, index % 2) for index, at_ms in enumerate(range(300, 12_000, 1_100))]
    assert tones[-1][0] > SEES_MS
    result = recognizer.recognize(Audio(said(tones, 12_500)), [Span(0, 12_500)], RecognitionOptions())
    words = [word for segment in result.segments for word in segment.words]
    assert [word.text for word in words] == [("tak", "nie")[tone] for _, tone in tones]
    assert [abs(word.start_ms - at_ms) <= 200 for word, (at_ms, _) in zip(words, tones, strict=True)] == [True] * len(
        tones
    )


def test_what_it_skips_twice_is_heard_in_halves(recognizer: ParakeetRecognizer) -> None:
    """Twenty-four seconds: what was skipped the first time is longer than what it sees the second time."""
    tones = [(at_ms, index % 2) for index, at_ms in enumerate(range(300, 24_000, 1_100))]
    result = recognizer.recognize(Audio(said(tones, 24_500)), [Span(0, 24_500)], RecognitionOptions())
    assert text(result).split() == [("tak", "nie")[tone] for _, tone in tones]


def test_long_sound_is_heard_in_windows_cut_where_it_is_quiet(
    recognizer: ParakeetRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    hear = ParakeetRecognizer._hear

    def watched(
        self: ParakeetRecognizer, model: object, audio: Audio, windows: list[Window], progress: object
    ) -> list[Word]:
        heard.extend(window.duration_ms for window in windows)
        return hear(self, model, audio, windows, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(ParakeetRecognizer, "_hear", watched)
    recognizer.recognize(Audio(said([], 150_000)), [Span(0, 149_000)], RecognitionOptions())
    assert heard
    assert max(heard) <= WINDOW_MS


def test_noise_gives_no_words(recognizer: ParakeetRecognizer) -> None:
    assert text(recognizer.recognize(Audio(said([], 5_000)), [Span(0, 5_000)], RecognitionOptions())) == ""


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (RecognitionOptions(task="translate"), "model_cannot_translate"),
        (RecognitionOptions(language="uk"), "model_not_polish"),
        (RecognitionOptions(language="zz"), "model_not_polish"),
    ],
)
def test_what_it_cannot_do_is_refused(recognizer: ParakeetRecognizer, options: RecognitionOptions, code: str) -> None:
    with pytest.raises(EngineError) as caught:
        recognizer.recognize(Audio(said([], 1_000)), [Span(0, 1_000)], options)
    assert caught.value.code == code


def test_weights_that_cannot_be_had_are_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def no_network(repository: str, models_dir: Path) -> object:
        asked.append(repository)
        raise ConnectionError("no network")

    monkeypatch.setattr(model_store, "fetch_from_hub", no_network)
    recognizer = ParakeetRecognizer(cache_dir=tmp_path, models=ModelManager())
    with pytest.raises(EngineError) as caught:
        recognizer.recognize(Audio(said([], 1_000)), [Span(0, 1_000)], RecognitionOptions())
    assert (caught.value.code, caught.value.retryable) == ("model_unavailable", True)
    assert asked == ["istupakov/parakeet-tdt-0.6b-v3-onnx"]


@pytest.mark.parametrize("broken", ["encoder-model.int8.onnx", "decoder_joint-model.int8.onnx", "vocab.txt"])
def test_a_broken_folder_is_a_clear_error(tmp_path: Path, broken: str) -> None:
    folder = write_parakeet_model(tmp_path / "model")
    (folder / broken).write_bytes(b"\xff\xfe not a model")
    recognizer = ParakeetRecognizer(str(folder), cache_dir=tmp_path, models=ModelManager())
    with pytest.raises(EngineError) as caught:
        recognizer.recognize(Audio(said([], 1_000)), [Span(0, 1_000)], RecognitionOptions())
    assert caught.value.code == "model_unavailable"


def test_the_model_s_name_chooses_the_engine(tmp_path: Path, folder: Path) -> None:
    for name in ("parakeet-tdt-0.6b-v3", "nvidia/parakeet-tdt-0.6b-v3", "parakeet", str(folder)):
        assert build_recognizer(RecognizerConfig(tmp_path, model=name)).name == "parakeet"
    for name in ("base", "auto", str(tmp_path), "", "\ud800", "a\0b"):
        assert build_recognizer(RecognizerConfig(tmp_path, model=name)).name == "faster_whisper"


def test_weights_fetched_from_the_hub_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(repository: str, models_dir: Path) -> object:
        home = models_dir / f"models--{repository.replace('/', '--')}"
        (home / "refs").mkdir(parents=True)
        (home / "refs" / "main").write_text("0123abcd")
        return write_parakeet_model(home / "snapshots" / "0123abcd")

    monkeypatch.setattr(model_store, "fetch_from_hub", fetch)
    assert not model_store.is_installed("parakeet", tmp_path)
    recognizer = ParakeetRecognizer(cache_dir=tmp_path, models=ModelManager())
    result = recognizer.recognize(Audio(said([(500, 0)], 2_000)), [Span(0, 2_000)], RecognitionOptions())
    assert text(result) == "tak"
    assert model_store.is_installed("parakeet", tmp_path)
    assert recognizer.load() is False


def test_words_are_glued_of_tokens_and_end_before_a_late_full_stop() -> None:
    tokens = [Token(0, " rad", 0.9), Token(160, "a", 0.7), Token(2_000, ".", 0.5), Token(2_400, " Tak", 1.0)]
    words = words_of(tokens, Window((Span(1_000, 4_000),)))
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("rada.", 1_000, 1_400),
        ("Tak", 3_400, 3_640),
    ]
    assert words[0].probability == 0.7


def test_empty_and_hostile_sound(recognizer: ParakeetRecognizer) -> None:
    for samples in (np.zeros(0, np.float32), np.zeros(3, np.float32), np.full(SAMPLE_RATE_HZ, np.nan, np.float32)):
        result = recognizer.recognize(Audio(samples), [Span(0, 10_000)], RecognitionOptions())
        assert result.segments == ()
