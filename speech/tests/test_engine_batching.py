"""Windows of several chunks share batches: the same words as one by one, nobody waits in vain, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from speech.engine.errors import EngineError
from speech.engine.model_manager import ModelManager
from speech.engine.recognizers import faster_whisper
from speech.engine.recognizers.base import Recognition, RecognitionOptions
from speech.engine.recognizers.batching import Batcher
from speech.engine.recognizers.decoding import Ask, Draft, Session
from speech.engine.recognizers.faster_whisper import FasterWhisperRecognizer
from speech.engine.recognizers.packing import Window
from speech.engine.recognizers.whisper_loading import WhisperLoad, load_whisper
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span, Word


class Machine:
    """Doubles numbers; the first batch waits until `go` is set, so that what comes meanwhile piles up."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.started, self.go = threading.Event(), threading.Event()

    def run(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.started.set()
        if len(self.batches) == 1:
            assert self.go.wait(120)
        if 13 in items:
            raise EngineError("out_of_memory", "thirteen", retryable=True)
        return [2 * item for item in items]


def waiting(batcher: Batcher[int, int], count: int) -> None:
    """Until so many items wait."""
    with batcher._changed:
        assert batcher._changed.wait_for(lambda: len(batcher._waiting) >= count, timeout=120)


def piled_up(
    machine: Machine, batcher: Batcher[int, int], pool: ThreadPoolExecutor, asked: list[list[int]]
) -> list[Future[list[int]]]:
    """The futures of all askers; the first one's first batch is in the machine while the others wait."""
    futures = [pool.submit(batcher.answers, asked[0])]
    assert machine.started.wait(120)
    for items in asked[1:]:
        before = len(batcher._waiting)
        futures.append(pool.submit(batcher.answers, items))
        while len(batcher._waiting) < before + len(items):
            threading.Event().wait(0.001)
    machine.go.set()
    return futures


def test_small_askers_share_a_batch_and_each_gets_its_own_answers_in_order() -> None:
    machine = Machine()
    batcher = Batcher(machine.run, lambda item: 0, size=4)
    with ThreadPoolExecutor(3) as pool:
        futures = piled_up(machine, batcher, pool, [[1, 2, 3, 4], [5, 6], [7, 8]])
        assert [future.result(timeout=120) for future in futures] == [[2, 4, 6, 8], [10, 12], [14, 16]]
    assert machine.batches == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_only_what_may_be_decoded_together_shares_a_batch_and_the_oldest_goes_first() -> None:
    machine = Machine()
    batcher = Batcher(machine.run, lambda item: item % 2, size=4)
    with ThreadPoolExecutor(3) as pool:
        futures = piled_up(machine, batcher, pool, [[2], [1, 4, 3], [6, 5]])
        assert [future.result(timeout=120) for future in futures] == [[4], [2, 8, 6], [12, 10]]
    assert machine.batches == [[2], [1, 3, 5], [4, 6]]


def test_a_batch_that_fails_fails_for_all_in_it_and_for_nobody_else() -> None:
    machine = Machine()
    batcher = Batcher(machine.run, lambda item: 0, size=2)
    with ThreadPoolExecutor(4) as pool:
        futures = piled_up(machine, batcher, pool, [[1, 2], [13], [3], [4, 5]])
        assert futures[0].result(timeout=120) == [2, 4]
        for future in futures[1:3]:
            with pytest.raises(EngineError) as caught:
                future.result(timeout=120)
            assert (caught.value.code, caught.value.retryable) == ("out_of_memory", True)
        assert futures[3].result(timeout=120) == [8, 10]


def test_who_leaves_takes_along_what_still_waits() -> None:
    machine = Machine()
    batcher = Batcher(machine.run, lambda item: 0, size=2)

    class CancelledError(Exception):
        pass

    def cancel(done: list[int]) -> None:
        raise CancelledError

    with ThreadPoolExecutor(2) as pool:
        leaver = pool.submit(batcher.answers, [1, 2, 3, 4, 5, 6], cancel)
        assert machine.started.wait(120)
        stayer = pool.submit(batcher.answers, [7, 8])
        waiting(batcher, 6)
        machine.go.set()
        with pytest.raises(CancelledError):
            leaver.result(timeout=120)
        assert stayer.result(timeout=120) == [14, 16]
    assert sum(map(len, machine.batches)) < 8
    assert batcher._waiting == []


def test_progress_tells_every_item_once() -> None:
    told: list[int] = []
    batcher: Batcher[int, int] = Batcher(lambda items: [0] * len(items), lambda item: 0, size=3)
    batcher.answers(list(range(8)), told.extend)
    assert sorted(told) == list(range(8))


@pytest.fixture(scope="module")
def chunks() -> list[Audio]:
    """Three chunks of a humming voice, of different lengths."""
    return [_voice(seconds, index * 60_000) for index, seconds in enumerate((31, 12, 20))]


def _voice(seconds: int, offset_ms: int) -> Audio:
    t = np.arange(seconds * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    pitch = 2 * np.pi * np.cumsum(110 + offset_ms / 3_000 + 40 * np.sin(2 * np.pi * t)) / SAMPLE_RATE_HZ
    voice = sum(np.sin(k * pitch) / k * (1 + np.sin(2 * np.pi * 4 * t + k)) for k in range(1, 16))
    return Audio((0.05 * voice).astype(np.float32), offset_ms)


def _speech(audio: Audio) -> list[Span]:
    return [Span(audio.offset_ms + 500, audio.offset_ms + audio.duration_ms - 500)]


@pytest.mark.engine
def test_chunks_heard_together_give_the_words_they_give_alone(
    chunks: list[Audio], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[tuple[str, int, int]] = []
    decode = faster_whisper._decode_batch

    def watched(asks: Sequence[Ask]) -> list[object]:
        sizes.append((asks[0].way, len(asks), len({id(ask.session) for ask in asks})))
        return decode(asks)  # type: ignore[return-value]

    monkeypatch.setattr(faster_whisper, "_decode_batch", watched)
    recognizer = FasterWhisperRecognizer(
        cache_dir=tmp_path_factory.mktemp("models"),
        device="cpu",
        num_workers=1,
        batch_size=4,
        share_batches=True,
        models=ModelManager(),
    )
    alone = [recognizer.recognize(chunk, _speech(chunk), RecognitionOptions()) for chunk in chunks]
    assert {sessions for _, _, sessions in sizes} == {1}
    sizes.clear()
    progress: dict[int, list[int]] = {index: [] for index in range(3)}

    def hear(index: int) -> Recognition:
        chunk = chunks[index]
        return recognizer.recognize(
            chunk, _speech(chunk), RecognitionOptions(), lambda done, total: progress[index].append(done)
        )

    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(hear, range(3)))
    assert together == alone
    assert max(sessions for _, _, sessions in sizes) > 1, "no batch was shared"
    assert [done[-1] for done in progress.values()] == [30_000, 11_000, 19_000]


@pytest.mark.engine
def test_a_recogniser_on_a_card_shares_batches_by_itself(tmp_path: Path) -> None:
    on_card = FasterWhisperRecognizer(cache_dir=tmp_path, device="cuda", batch_size=8)
    assert on_card._shares_batches(on_card._ladder.rung)
    on_cpu = FasterWhisperRecognizer(cache_dir=tmp_path, device="cpu")
    assert not on_cpu._shares_batches(on_cpu._ladder.rung)


@pytest.mark.parametrize(
    ("word_ms", "step_ms", "compression", "loops"),
    [(250, 300, 2.6, False), (250, 300, 6.0, True), (0, 300, 2.6, True), (100, 120, 2.6, True), (250, 300, 1.5, False)],
)
def test_what_is_really_said_again_and_again_is_no_loop(
    word_ms: int, step_ms: int, compression: float, loops: bool
) -> None:
    words = [Word(at, at + word_ms, "za?") for at in range(0, 60 * step_ms, step_ms)]
    window = Window((Span(0, 60 * step_ms),))
    assert Draft(window, [1], "za?", -0.1, 0.0, compression, words=words).loops == loops


@pytest.mark.parametrize(
    ("text", "seconds", "logprob", "no_speech", "silent", "guessed"),
    [
        ("Kto jest za? Kto jest przeciw?", 3, -0.2, 0.02, False, False),
        ("Kto jest za? Kto jest przeciw?", 3, -0.2, 0.9, False, False),  # sure of many words: said, whatever that says
        ("Za.", 1, -0.3, 0.9, False, False),
        ("Słuchaj! Słuchaj! Słuchaj!", 27, -0.5, 0.8, True, False),  # sure of three words in half a minute of voices
        ("Słuchaj! Słuchaj! Słuchaj!", 27, -0.5, 0.1, False, False),
        ("Wydaje mi się, że to nie jest.", 3, -1.4, 0.7, True, True),
        ("Wydaje mi się, że to nie jest.", 3, -1.4, 0.4, False, True),
        ("Wydaje mi się, że to nie jest.", 3, -1.4, 0.1, False, False),  # badly heard, but speech
    ],
)
def test_what_is_made_out_of_a_crowd_is_told_from_what_is_said(
    text: str, seconds: int, logprob: float, no_speech: float, silent: bool, guessed: bool
) -> None:
    draft = Draft(Window((Span(0, seconds * 1_000),)), [1], text, logprob, no_speech, 1.0)
    assert (draft.silent, draft.guessed) == (silent, guessed)


@pytest.mark.engine
@pytest.mark.parametrize(("no_speech", "kept"), [(0.1, True), (0.45, False)])
def test_guesses_that_no_attempt_bettered_are_kept_only_where_somebody_speaks(
    tmp_path: Path, no_speech: float, kept: bool
) -> None:
    asked: list[str] = []

    def decode(asks: Sequence[Ask], on_done: object) -> list[Draft]:
        asked.extend(ask.way for ask in asks)
        words = [Word(1_000, 2_000, "Zobaczmy")]
        return [Draft(ask.window, [1], "Zobaczmy", -1.3, no_speech, 0.8, words=words) for ask in asks]

    model = load_whisper(WhisperLoad("base", tmp_path, "cpu", 0, "int8", 1, 1))
    session = Session(model, _voice(3, 0), RecognitionOptions(), decode=decode)
    heard = session.hear([Window((Span(1_000, 2_500),))])
    assert asked == ["plain", "timed", "masked", "costly"]
    assert [word.text for word in heard.words] == (["Zobaczmy"] if kept else [])
    assert [(record.text, record.reason) for record in heard.removed] == ([] if kept else [("Zobaczmy", "no_speech")])
