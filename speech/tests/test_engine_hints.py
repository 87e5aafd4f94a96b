"""What the recogniser is told beforehand: names, earlier text, the task; and the languages it hears."""

from __future__ import annotations

import pytest

from speech.engine.recognizers.base import LanguageDetector, RecognitionOptions
from speech.engine.recognizers.decoding import as_sentence
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.recognizers.language import LATIN, NAMES
from speech.engine.types import Audio, Span
from speech.tests.test_engine_vad import speechlike

AUDIO = Audio(speechlike(1, 5), 60_000)
SPEECH = [Span(60_500, 64_000)]


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> FasterWhisperRecognizer:
    return FasterWhisperRecognizer(cache_dir=tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize(
    ("hint", "sentence"),
    [
        ("Lipowa, Kowalczewska", "Lipowa, Kowalczewska."),
        (" Otwieram sesję. ", "Otwieram sesję."),
        ("Kto jest za?", "Kto jest za?"),
        ("  ", ""),
    ],
)
def test_a_hint_ends_as_a_sentence(hint: str, sentence: str) -> None:
    assert as_sentence(hint) == sentence


@pytest.mark.engine
@pytest.mark.parametrize("task", ["transcribe", "translate"])
def test_hints_longer_than_the_decoders_memory_are_no_trouble(whisper: FasterWhisperRecognizer, task: str) -> None:
    long = "uchwała w sprawie absolutorium " * 200
    for hotwords, prompt in ((long, ""), ("", long), (long, long), ("Lipowa", long), (long, "Otwieram sesję.")):
        options = RecognitionOptions(hotwords=hotwords, prompt=prompt, task=task)  # type: ignore[arg-type]
        whisper.recognize(AUDIO, SPEECH, options)


@pytest.mark.engine
def test_every_language_gets_its_probability(whisper: FasterWhisperRecognizer) -> None:
    found = whisper.detect_language(AUDIO, SPEECH)
    assert {code for code, _ in found} <= set(NAMES)
    assert len(found) > 90
    chances = [chance for _, chance in found]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=0.02)


@pytest.mark.engine
def test_no_speech_has_no_language(whisper: FasterWhisperRecognizer) -> None:
    for detector in (whisper, FakeRecognizer()):
        assert isinstance(detector, LanguageDetector)
        assert detector.detect_language(AUDIO, []) == []
    assert whisper.detect_language(AUDIO, [Span(60_000, 60_001)]) != []


def test_languages_in_latin_script_are_languages() -> None:
    assert set(NAMES) >= LATIN
    assert {"pl", "en", "cs"} <= LATIN
