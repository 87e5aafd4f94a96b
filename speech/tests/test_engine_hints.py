"""What the recogniser is told beforehand: names, earlier text, the task; and the languages it hears."""

from __future__ import annotations

import io
import subprocess
import sys
import wave

import numpy as np
import pytest

from speech.engine.guards import has_foreign_letters
from speech.engine.recognizers.base import LanguageDetector, RecognitionOptions
from speech.engine.recognizers.decoding import as_sentence
from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.recognizers.language import LATIN, NAMES
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span
from speech.engine.voices import espeak_process
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


def ukrainian(text: str) -> Audio:
    espeak = pytest.importorskip("espeakng_loader", reason="nothing here speaks Ukrainian")
    command = [sys.executable, "-I", "-S", espeak_process.__file__, espeak.get_library_path(), espeak.get_data_path()]
    sound = subprocess.run([*command, "uk", "150", "50", "80"], input=text.encode(), capture_output=True, check=True)
    with wave.open(io.BytesIO(sound.stdout)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
        seconds = len(samples) / file.getframerate()
    at = np.linspace(0, len(samples) - 1, round(seconds * SAMPLE_RATE_HZ))
    return Audio(np.interp(at, np.arange(len(samples)), samples).astype(np.float32))


@pytest.mark.engine
def test_a_language_in_another_script_is_written_in_it(whisper: FasterWhisperRecognizer) -> None:
    audio = ukrainian("Добрий день. Сьогодні засідання міської ради. Прошу всіх голосувати.")
    texts = {}
    for language in ("uk", "pl"):
        found = whisper.recognize(audio, [Span(0, audio.duration_ms)], RecognitionOptions(language))
        # the small model only guesses what this voice says, so it may be set aside: what was written is looked at
        texts[language] = " ".join([*(s.text for s in found.segments), *(record.text for record in found.removed)])
    assert has_foreign_letters(texts["uk"]), texts
    assert texts["pl"], texts
    assert not has_foreign_letters(texts["pl"]), texts


def test_languages_in_latin_script_are_languages() -> None:
    assert set(NAMES) >= LATIN
    assert {"pl", "en", "cs"} <= LATIN
