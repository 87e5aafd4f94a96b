"""The parts of diarization that need no network: words and turns, names, RTTM, clustering, windows put together."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from speech.engine.diarization import SpeakerCount, Turn, as_rttm, assign, match_known, trim
from speech.engine.diarization.activity import Window, turns_from
from speech.engine.diarization.base import memory_errors
from speech.engine.diarization.clustering import ClusteringOptions, speakers_of, unit
from speech.engine.diarization.features import BANDS, fbank
from speech.engine.diarization.voices import local_voices, pieces_of
from speech.engine.errors import EngineError
from speech.engine.types import Segment, Span, Word

A, B = "SPEAKER_00", "SPEAKER_01"
needs_scipy = pytest.mark.skipif(
    find_spec("scipy") is None, reason="scipy comes with the diarization extra (make setup-diarization)"
)


def said(*words: tuple[int, int, str]) -> Segment:
    found = tuple(Word(start_ms, end_ms, text) for start_ms, end_ms, text in words)
    return Segment(found[0].start_ms, found[-1].end_ms, " ".join(word.text for word in found), found)


def test_segment_is_cut_where_speaker_changes_and_no_word_is_lost() -> None:
    segment = said((0, 400, "Kto"), (400, 800, "za?"), (1_000, 1_300, "Jestem"), (1_300, 1_500, "za."))
    pieces = assign([segment], [Turn(0, 850, A), Turn(950, 1_600, B)])
    assert [(piece.speaker, piece.text, piece.start_ms, piece.end_ms) for piece in pieces] == [
        (A, "Kto za?", 0, 800),
        (B, "Jestem za.", 1_000, 1_500),
    ]
    assert [word for piece in pieces for word in piece.words] == list(segment.words)


def test_segment_of_one_speaker_stays_as_it_is() -> None:
    segment = said((0, 400, "Otwieram"), (400, 900, "obrady."))
    (piece,) = assign([segment], [Turn(0, 1_000, A)])
    assert piece.text is segment.text
    assert piece.words is segment.words


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "speaker"),
    [
        (1_200, 1_500, A),  # 0.2 s after A, 1.5 s before B
        (2_900, 2_990, B),  # near B only
        (5_500, 5_800, None),  # far from all
        (0, 0, A),  # a word without length inside a turn
        (900, 1_000, A),
    ],
)
def test_word_outside_turns_goes_to_near_speaker_or_nobody(start_ms: int, end_ms: int, speaker: str | None) -> None:
    turns = [Turn(0, 1_000, A), Turn(3_000, 4_000, B)]
    assert assign([said((start_ms, end_ms, "tak"))], turns)[0].speaker == speaker


def test_word_as_near_to_two_speakers_is_nobodys() -> None:
    assert assign([said((1_400, 1_600, "tak"))], [Turn(0, 1_000, A), Turn(2_000, 3_000, B)])[0].speaker is None


def test_nobodys_word_between_words_of_one_speaker_is_theirs() -> None:
    segment = said((0, 500, "Proszę"), (5_000, 5_400, "państwa"), (10_000, 10_500, "radnych"))
    (piece,) = assign([segment], [Turn(0, 600, A), Turn(9_900, 11_000, A)])
    assert (piece.speaker, piece.text) == (A, "Proszę państwa radnych")


def test_word_goes_to_whoever_speaks_longest_during_it() -> None:
    assert assign([said((0, 1_000, "głosujemy"))], [Turn(0, 300, A), Turn(200, 1_000, B)])[0].speaker == B


def test_segment_without_words_and_no_turns() -> None:
    segment = Segment(0, 2_000, "bez słów")
    assert assign([segment], [Turn(500, 2_500, B)])[0].speaker == B
    assert assign([segment], []) == [segment]
    assert assign([], [Turn(0, 1, A)]) == []


def test_trim_takes_pauses_and_keeps_words_that_vad_missed() -> None:
    turns = [Turn(0, 10_000, A), Turn(9_000, 12_000, B)]
    trimmed = trim(turns, [Span(500, 2_000), Span(9_500, 11_000)], [Word(5_000, 5_600, "za")])
    assert trimmed == [
        Turn(500, 2_000, A),
        Turn(5_000, 5_600, A),
        Turn(9_500, 10_000, A),
        Turn(9_500, 11_000, B),
    ]
    assert trim(turns, []) == []


def test_trim_with_words_that_end_before_they_start() -> None:
    assert trim([Turn(0, 1_000, A)], [Span(0, 1_000)], [Word(500, 400, "x")]) == [Turn(0, 1_000, A)]


def vector(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_known_names_go_to_the_likest_once_each_and_nobody_is_forced() -> None:
    voices = {A: vector(1, 0.1, 0), B: vector(0.9, 0.3, 0), "SPEAKER_02": vector(0, 0, 1)}
    known = {"Anna Wójcik": vector(1, 0, 0), "Jan Maj": vector(0, 1, 0)}
    assert match_known(voices, known) == {A: "Anna Wójcik"}


def test_voice_between_two_known_people_is_neither() -> None:
    known = {"Anna": vector(1, 0.1), "Hanna": vector(1, -0.1)}
    assert match_known({A: vector(1, 0)}, known) == {}
    assert match_known({A: vector(1, 0)}, known, margin=0.0) != {}


@pytest.mark.parametrize("bad", [vector(0, 0), vector(np.nan, 1), vector(1, 0, 0), vector(np.inf, 0)])
def test_vectors_without_direction_match_nothing(bad: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    assert match_known({A: bad}, {"Anna": vector(1, 0)}) == {}
    assert match_known({A: vector(1, 0)}, {"Anna": bad}) == {}
    assert match_known({}, {}) == {}


def test_rttm_has_ten_fields_whatever_the_names() -> None:
    lines = as_rttm([Turn(1_500, 2_750, "Anna Wójcik;\n\ud800")], "").splitlines()
    assert lines == ["SPEAKER audio 1 1.500 1.250 <NA> <NA> Anna_Wójcik_? <NA> <NA>"]
    assert len(lines[0].split()) == 10


@pytest.mark.parametrize("numbers", [(0, None, None), (46, None, None), (None, 5, 4), (None, None, -1)])
def test_impossible_numbers_of_speakers_are_refused(numbers: tuple[int | None, int | None, int | None]) -> None:
    with pytest.raises(EngineError, match="speakers_invalid"):
        SpeakerCount.of(*numbers)


def test_number_of_speakers_rules_out_bounds() -> None:
    assert SpeakerCount.of(3, None, None) == SpeakerCount(3, 3)
    assert SpeakerCount.of(None, 2, None) == SpeakerCount(2, 45)


def people(count: int, each: int, noise: float) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], list[int]]:
    """Vectors of `count` people who take turns, in a space where strangers are about 0.5 alike, as CAM++ has it."""
    random = np.random.default_rng(7)
    own = unit(random.standard_normal((count, 192)).astype(np.float32))
    common = unit(random.standard_normal((1, 192)).astype(np.float32))
    owners = [index % count for index in range(count * each)]
    jitter = unit(random.standard_normal((len(owners), 192)).astype(np.float32))
    return unit(own[owners] + common + noise * jitter), owners


@needs_scipy
@pytest.mark.parametrize("part", [1_500, 40])
def test_people_are_told_apart_and_keep_one_number_through_all_parts(part: int) -> None:
    vectors, owners = people(count=12, each=20, noise=0.4)
    labels = speakers_of(vectors, np.ones(len(owners), dtype=np.float32), SpeakerCount(), ClusteringOptions(part=part))
    assert len(set(zip(labels.tolist(), owners, strict=True))) == 12
    assert len(set(labels.tolist())) == 12


@needs_scipy
@pytest.mark.parametrize(
    ("count", "heard"), [(SpeakerCount(2, 2), 2), (SpeakerCount(1, 3), 3), (SpeakerCount(6, 6), 6)]
)
def test_number_of_speakers_that_is_known_is_kept(count: SpeakerCount, heard: int) -> None:
    vectors, owners = people(count=4, each=10, noise=0.8)
    labels = speakers_of(vectors, np.ones(len(owners), dtype=np.float32), count, ClusteringOptions())
    assert len(set(labels.tolist())) == heard


def test_nothing_heard_has_no_speakers() -> None:
    empty = np.zeros((0, 192), dtype=np.float32)
    assert len(speakers_of(empty, np.zeros(0, dtype=np.float32), SpeakerCount(), ClusteringOptions())) == 0
    assert turns_from([], 1_000) == []


def test_windows_agree_on_turns_and_overlap_is_two_speakers() -> None:
    def window(start: int, first: range, second: range, speakers: tuple[int, int]) -> Window:
        activity = np.zeros((600, 2), dtype=np.bool_)
        activity[[frame - start for frame in first], 0] = True
        activity[[frame - start for frame in second], 1] = True
        return Window(start, activity, speakers)

    windows = [
        window(0, range(100, 400), range(350, 600), (7, 3)),
        window(300, range(350, 900), range(300, 400), (3, 7)),  # the same people under other local numbers
    ]
    turns = turns_from(windows, 900)
    assert [(turn.start_ms, turn.end_ms, turn.speaker) for turn in turns] == [(1_688, 6_750, A), (5_906, 15_188, B)]


def test_long_turn_is_whole_across_the_blocks_that_are_voted_on() -> None:
    windows = [Window(start, np.ones((589, 1), dtype=np.bool_), (0,)) for start in range(0, 130_000, 297)]
    (turn,) = turns_from(windows, 130_000)
    assert (turn.start_ms, turn.end_ms) == (0, 2_193_750)


def test_window_without_voices_leaves_a_gap() -> None:
    silent = Window(0, np.zeros((589, 1), dtype=np.bool_), (-1,))
    assert turns_from([silent], 589) == []


def test_features_of_too_little_sound_are_none_and_of_silence_are_finite() -> None:
    assert fbank(np.zeros(399, dtype=np.float32)).shape == (0, BANDS)
    silence = fbank(np.zeros(16_000, dtype=np.float32))
    assert silence.shape == (98, BANDS)
    assert np.isfinite(silence).all()


def test_tone_is_loudest_in_its_band() -> None:
    time_s = np.arange(16_000) / 16_000
    low, high = (fbank(np.sin(2 * np.pi * hz * time_s).astype(np.float32)).mean(axis=0).argmax() for hz in (300, 3_000))
    assert 10 <= low < 15
    assert 50 <= high < 60


@needs_scipy
def test_local_voice_of_two_strangers_is_parted_and_of_one_person_is_not() -> None:
    activity = np.ones((589, 1), dtype=np.bool_)
    features = np.random.default_rng(1).standard_normal((998, BANDS)).astype(np.float32)
    pieces = pieces_of(activity, features)
    assert {len(piece.features) for piece in pieces} == {160}
    first, second = vector(1, 0), vector(0, 1)
    half = len(pieces) // 2
    two = local_voices(activity, pieces, np.stack([first] * half + [second] * (len(pieces) - half)), 0.45)
    assert len(two) == 2
    assert (two[0].activity ^ two[1].activity).all()  # every frame belongs to one of them
    assert len(local_voices(activity, pieces, np.stack([first] * len(pieces)), 0.45)) == 1


def test_pieces_leave_out_frames_where_two_speak() -> None:
    activity = np.zeros((589, 2), dtype=np.bool_)
    activity[:300, 0] = True
    activity[200:, 1] = True
    pieces = pieces_of(activity, np.zeros((998, BANDS), dtype=np.float32))
    overlap = range(345, 500)  # in feature frames
    assert {piece.voice for piece in pieces} == {0, 1}
    assert not any(set(piece.frames.tolist()) & set(overlap) for piece in pieces)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")])
def test_lack_of_memory_is_told_as_such_and_may_pass(error: Exception) -> None:
    with pytest.raises(EngineError) as failure, memory_errors():
        raise error
    assert (failure.value.code, failure.value.retryable) == ("out_of_memory", True)


def test_other_failures_of_the_engine_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory_errors():
        raise RuntimeError("shapes cannot be multiplied")
