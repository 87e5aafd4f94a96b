"""What every diarization engine must do, and what each of them does with its own failures."""

from __future__ import annotations

import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from speech.engine import diarization
from speech.engine.diarization import SpeakerCount, Turn, build, pyannote, senko
from speech.engine.diarization.base import Diarizer
from speech.engine.diarization.fake import FakeDiarizer
from speech.engine.diarization.features import fbank
from speech.engine.diarization.senko import SenkoDiarizer
from speech.engine.errors import EngineError
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Samples, Span

needs_senko = pytest.mark.skipif(
    not senko.installed(), reason="the diarization extra is not installed (make setup-diarization)"
)
ENGINES = [
    pytest.param(FakeDiarizer, id="fake"),
    pytest.param(SenkoDiarizer, id="senko", marks=[pytest.mark.engine, needs_senko]),
]


def voice(pitch_hz: float, formants_hz: tuple[float, float], seconds: float, seed: int = 1) -> Samples:
    """Syllables of a synthetic vowel: a train of pulses through two resonances, four a second."""
    random = np.random.default_rng(seed)
    count = int(seconds * SAMPLE_RATE_HZ)
    time_s = np.arange(count) / SAMPLE_RATE_HZ
    phase = np.cumsum(pitch_hz * (1 + 0.03 * np.sin(2 * np.pi * 0.7 * time_s))) / SAMPLE_RATE_HZ
    sound = sum(
        np.sin(2 * np.pi * harmonic * phase)
        * sum(np.exp(-(((harmonic * pitch_hz - formant) / 150) ** 2)) + 0.02 for formant in formants_hz)
        for harmonic in range(1, int(4_000 / pitch_hz))
    )
    syllables = np.clip(1.3 * np.abs(np.sin(2 * np.pi * 2 * time_s)) - 0.2, 0, 1)
    noise = random.standard_normal(count) * 0.002
    return np.asarray(0.2 * sound * syllables / np.abs(sound).max() + noise, dtype=np.float32)


def written(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return path


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Two voices, 26 s."""
    low, high = (100.0, (600.0, 1_100.0)), (220.0, (350.0, 2_300.0))
    parts = [voice(*low, 8), voice(*high, 6), voice(*low, 6, seed=2), voice(*high, 6, seed=3)]
    return written(tmp_path / "talk.wav", np.concatenate(parts))


@pytest.fixture(autouse=True)
def _own_choice() -> Iterator[None]:
    yield
    diarization.configure()


@pytest.mark.parametrize("make", ENGINES)
class TestContract:
    def test_turns_are_in_order_inside_recording_and_numbered_by_appearance(
        self, make: Callable[[], Diarizer], talk: Path
    ) -> None:
        turns = make().diarize(talk, SpeakerCount())
        assert turns
        assert turns == sorted(turns, key=lambda turn: turn.start_ms)
        assert all(0 <= turn.start_ms < turn.end_ms <= 26_050 for turn in turns)
        assert list(dict.fromkeys(turn.speaker for turn in turns)) == [
            f"SPEAKER_{index:02d}" for index in range(len({turn.speaker for turn in turns}))
        ]

    def test_known_number_of_speakers_is_not_exceeded(self, make: Callable[[], Diarizer], talk: Path) -> None:
        assert {turn.speaker for turn in make().diarize(talk, SpeakerCount(1, 1))} == {"SPEAKER_00"}

    def test_same_recording_gives_same_turns_from_many_threads(self, make: Callable[[], Diarizer], talk: Path) -> None:
        engine = make()
        answers: list[list[Turn]] = []
        threads = [
            threading.Thread(target=lambda: answers.append(engine.diarize(talk, SpeakerCount()))) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 3
        assert answers[0] == answers[1] == answers[2]

    def test_progress_reaches_the_end_and_may_stop_the_work(self, make: Callable[[], Diarizer], talk: Path) -> None:
        seen: list[tuple[int, int]] = []
        make().diarize(talk, SpeakerCount(), lambda done_ms, total_ms: seen.append((done_ms, total_ms)))
        assert seen == sorted(seen)
        assert seen[-1][1] == 26_000
        assert seen[-1][0] >= 25_950

        def give_up(done_ms: int, total_ms: int) -> None:
            raise EngineError("given_up")

        with pytest.raises(EngineError, match="given_up"):
            make().diarize(talk, SpeakerCount(), give_up)

    @pytest.mark.parametrize("seconds", [0.01, 0.3, 1.0, 10.02, 15.1])
    def test_any_length_is_answered(self, make: Callable[[], Diarizer], tmp_path: Path, seconds: float) -> None:
        path = written(tmp_path / "short.wav", voice(120, (500, 1_500), seconds))
        for turn in make().diarize(path, SpeakerCount(3, 3)):
            assert 0 <= turn.start_ms < turn.end_ms <= seconds * 1000 + 20

    def test_what_is_no_sound_is_refused(self, make: Callable[[], Diarizer], tmp_path: Path) -> None:
        bad = tmp_path / "bad.wav"
        bad.write_bytes(b"RIFF" + bytes(range(256)))
        with pytest.raises(EngineError, match="media_"):
            make().diarize(bad, SpeakerCount())

    def test_one_voice_is_more_like_itself_than_like_another(self, make: Callable[[], Diarizer]) -> None:
        engine = make()
        low, same, high = (
            engine.embed(Audio(voice(*who)))
            for who in ((100, (600, 1_100), 4, 1), (100, (600, 1_100), 4, 2), (220, (350, 2_300), 4, 3))
        )
        assert low.dtype == np.float32
        assert low.shape == same.shape
        assert np.linalg.norm(low) == pytest.approx(1, abs=1e-5)
        assert low @ same > low @ high

    def test_too_little_sound_has_no_voice(self, make: Callable[[], Diarizer]) -> None:
        with pytest.raises(EngineError, match="voice_too_short"):
            make().embed(Audio(np.zeros(4_000, dtype=np.float32)))

    def test_samples_that_are_no_numbers_do_not_spoil_the_vector(self, make: Callable[[], Diarizer]) -> None:
        samples = voice(120, (500, 1_500), 2)
        samples[100:200] = np.nan
        samples[300] = np.inf
        assert np.isfinite(make().embed(Audio(samples))).all()


@pytest.mark.engine
@needs_senko
def test_features_are_those_of_senkos_own_extractor() -> None:
    import ctypes

    from senko import config

    class Row(ctypes.Structure):
        _fields_ = [
            ("data", ctypes.POINTER(ctypes.c_float)),
            ("frames", ctypes.POINTER(ctypes.c_size_t)),
            ("offsets", ctypes.POINTER(ctypes.c_size_t)),
            ("count", ctypes.c_size_t),
            ("total", ctypes.c_size_t),
            ("bands", ctypes.c_size_t),
        ]

    library = ctypes.CDLL(config.get_fbank_lib_path())
    library.create_fbank_extractor.restype = ctypes.c_void_p
    floats = ctypes.POINTER(ctypes.c_float)
    extract = library.extract_fbank_features_from_memory
    extract.restype = Row
    extract.argtypes = [ctypes.c_void_p, floats, ctypes.c_size_t, floats, ctypes.c_size_t]
    samples = np.ascontiguousarray(voice(120, (500, 1_500), 2))
    span = np.array([0.0, 1.5], dtype=np.float32)
    row = extract(
        library.create_fbank_extractor(), samples.ctypes.data_as(floats), len(samples), span.ctypes.data_as(floats), 1
    )
    theirs = np.ctypeslib.as_array(row.data, shape=(row.total * row.bands,)).reshape(-1, row.bands)
    ours = fbank(samples[:24_000])
    ours = ours - ours.mean(axis=0)
    assert ours.shape == theirs.shape
    assert np.abs(ours - (theirs - theirs.mean(axis=0))).max() < 0.01


def test_nothing_installed_is_said_plainly(monkeypatch: pytest.MonkeyPatch, talk: Path) -> None:
    monkeypatch.setattr(senko, "installed", lambda: False)
    diarization.configure()
    assert not diarization.available()
    with pytest.raises(EngineError, match="diarization_unavailable"):
        diarization.diarize(talk)
    with pytest.raises(ValueError, match="whisper"):
        diarization.configure("whisper")


def test_pyannote_is_chosen_only_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyannote, "installed", lambda: True)
    monkeypatch.setattr(senko, "installed", lambda: True)
    diarization.configure()
    assert diarization.diarizer().name == "senko"
    diarization.configure("auto", "hf_token")
    assert diarization.diarizer().name == "pyannote"


def test_turns_are_cut_to_speech_and_numbered_anew(talk: Path) -> None:
    diarization.configure("fake")
    turns = diarization.diarize(talk, speakers=3, speech=[Span(6_000, 11_000), Span(12_000, 13_000)])
    assert turns == [
        Turn(6_000, 10_000, "SPEAKER_00"),  # the fake's SPEAKER_01
        Turn(10_000, 11_000, "SPEAKER_01"),
        Turn(12_000, 13_000, "SPEAKER_01"),
    ]


def test_silence_has_no_speakers(tmp_path: Path) -> None:
    diarization.configure("fake")
    assert diarization.diarize(written(tmp_path / "silence.wav", np.zeros(48_000, dtype=np.float32))) == []


class FakePipeline:
    """pyannote's pipeline as its engine sees it: in each part one speaker for a third of it, then another."""

    def __init__(self, voices: list[tuple[Samples, Samples]]) -> None:
        self.parts = iter(voices)

    def __call__(self, sound: dict[str, object], **wanted: int) -> object:
        first, second = next(self.parts)
        turns = [(SimpleNamespace(start=0.0, end=1.0), 0, "A"), (SimpleNamespace(start=1.0, end=3.0), 1, "B")]
        annotation = SimpleNamespace(labels=lambda: ["A", "B"], itertracks=lambda yield_label: turns)
        return SimpleNamespace(speaker_diarization=annotation, speaker_embeddings=np.stack([first, second]))


def test_pyannotes_speakers_keep_their_labels_from_part_to_part(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("scipy", reason="scipy comes with the diarization extra (make setup-diarization)")
    anna, jan = np.array([1, 0.1], dtype=np.float32), np.array([0.1, 1], dtype=np.float32)
    monkeypatch.setattr(pyannote, "PART_MS", 3_000)
    monkeypatch.setattr(pyannote, "_major", lambda: 4)
    monkeypatch.setattr(pyannote, "_tensor", lambda samples: samples)
    engine = pyannote.PyannoteDiarizer(pipeline=FakePipeline([(anna, jan), (jan, anna)]))
    turns = engine.diarize(written(tmp_path / "a.wav", voice(120, (500, 1_500), 6)), SpeakerCount())
    assert [(turn.start_ms, turn.end_ms, turn.speaker) for turn in turns] == [
        (0, 1_000, "SPEAKER_00"),
        (1_000, 3_000, "SPEAKER_01"),
        (3_000, 4_000, "SPEAKER_01"),
        (4_000, 6_000, "SPEAKER_00"),
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("401 Client Error: Cannot access gated repo for url"), "diarization_gated"),
        (PermissionError("Access to model pyannote/x is restricted"), "diarization_gated"),
        (OSError("We couldn't connect to the hub"), "diarization_model_missing"),
        (ValueError("config.yaml"), "diarization_model_missing"),
    ],
)
def test_what_the_hub_says_becomes_a_code(error: Exception, code: str) -> None:
    assert pyannote.load_failure(error).code == code


def test_damaged_weights_are_missing_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senko, "installed", lambda: True)
    monkeypatch.setattr(senko, "_SEGMENTATION", "nowhere/segmentation.pt")
    with pytest.raises(EngineError, match="diarization_model_missing"):
        senko._load("cpu")


def test_engine_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    diarization.configure("fake")
    assert diarization.diarizer() is diarization.diarizer()
    assert build.available()
