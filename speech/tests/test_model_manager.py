"""Models in memory: loaded once, kept as long as they are used and a while after, never freed under a user's hands."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from speech.engine.errors import EngineError
from speech.engine.model_manager import NEVER, ModelKey, ModelManager

KEY = ModelKey("stt", "some/model", precision="int8", expected_bytes=7)
OTHER = ModelKey("vad", "silero")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Weights:
    """Stands for a model; can be watched while it is freed."""


def manager(ttl_s: int = 600, clock: Clock | None = None) -> ModelManager:
    return ModelManager({"stt": ttl_s, "vad": NEVER}, clock=clock or Clock())


def test_of_many_who_ask_at_once_one_loads() -> None:
    models, everybody, loads = manager(), threading.Barrier(8), []

    def load() -> Weights:
        loads.append(1)
        return Weights()

    def use() -> int:
        everybody.wait(timeout=120)
        with models.using(KEY, load) as model:
            return id(model)

    with ThreadPoolExecutor(8) as pool:
        seen = [future.result() for future in [pool.submit(use) for _ in range(8)]]
    assert (len(loads), len(set(seen))) == (1, 1)


def test_a_failed_load_is_not_remembered() -> None:
    models = manager()

    def fail() -> Weights:
        raise EngineError("model_unavailable")

    with pytest.raises(EngineError), models.using(KEY, fail):
        pass
    assert models.listing() == []
    assert models.load(KEY, Weights)
    assert not models.load(KEY, fail)


def test_it_stays_for_its_time_after_the_last_use() -> None:
    clock = Clock()
    models = manager(600, clock)
    models.load(KEY, Weights)
    clock.now += 400
    models.load(KEY, Weights)
    clock.now += 599
    models.sweep()
    (row,) = models.listing()
    assert (row.users, row.idle_s, row.expires_in_s) == (0, 599, 1)
    clock.now += 1
    models.sweep()
    assert models.listing() == []


def test_nothing_is_freed_while_it_is_used() -> None:
    clock = Clock()
    models = manager(10, clock)
    with models.using(KEY, Weights):
        clock.now += 1_000
        models.sweep()
        (row,) = models.listing()
        assert (row.users, row.expires_in_s) == (1, None)
        with pytest.raises(EngineError) as caught:
            models.unload(KEY)
        assert caught.value.code == "model_in_use"
        assert len(models.listing()) == 1
    models.unload(KEY)
    with pytest.raises(EngineError) as caught:
        models.unload(KEY)
    assert caught.value.code == "model_not_loaded"


@pytest.mark.parametrize(("ttl_s", "left"), [(0, 0), (NEVER, 1)])
def test_at_once_and_never(ttl_s: int, left: int) -> None:
    clock = Clock()
    models = manager(ttl_s, clock)
    models.load(KEY, Weights)
    clock.now += 10**9
    models.sweep()
    assert len(models.listing()) == left


def test_memory_that_cannot_be_measured_is_the_tables() -> None:
    models = manager()
    models.load(KEY, Weights)
    (row,) = models.listing()
    assert (row.memory_bytes, row.memory_measured) == (7, False)


def test_real_memory_is_measured() -> None:
    models = manager()
    models.load(KEY, lambda: bytearray(os.urandom(30_000_000)))
    (row,) = models.listing()
    assert row.memory_measured
    assert 25_000_000 < row.memory_bytes < 90_000_000


def test_the_timer_frees_without_being_asked() -> None:
    models = ModelManager({"stt": 1, "vad": NEVER})
    freed = threading.Event()
    with models.using(KEY, Weights) as model:
        weakref.finalize(model, freed.set)
        del model
    assert freed.wait(timeout=120)
    assert models.listing() == []


def test_a_shorter_time_counts_for_what_is_loaded() -> None:
    models = ModelManager({"stt": 3_000, "vad": NEVER})
    freed = threading.Event()
    with models.using(KEY, Weights) as model:
        weakref.finalize(model, freed.set)
        del model
    models.set_ttl({"stt": 0})
    assert freed.wait(timeout=120)


def test_a_retired_model_is_freed_by_its_last_user_and_newcomers_wait_for_that() -> None:
    models, log, inside, done = manager(), [], threading.Event(), threading.Event()

    def user() -> None:
        with models.using(KEY, Weights):
            inside.set()
            done.wait(timeout=120)
            log.append("used")

    def retire() -> None:
        models.retire(KEY)
        log.append("retired")

    threads = [threading.Thread(target=user), threading.Thread(target=retire)]
    threads[0].start()
    inside.wait(timeout=120)
    threads[1].start()
    done.set()
    for thread in threads:
        thread.join(timeout=120)
    assert log == ["used", "retired"]
    assert models.listing() == []


def test_a_forked_child_starts_empty_and_works() -> None:
    models = ModelManager({"stt": 1, "vad": NEVER})
    with ExitStack() as stack:
        stack.enter_context(models.using(KEY, Weights))
        models.load(OTHER, Weights)
        with models._changed:  # as when another thread holds the lock at the moment of the fork
            child = os.fork()
        if child == 0:
            freed = threading.Event()
            empty = models.listing() == []
            with models.using(KEY, Weights) as model:
                weakref.finalize(model, freed.set)
                del model
            os._exit(0 if empty and freed.wait(timeout=120) else 1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert {row.key for row in models.listing()} == {KEY, OTHER}


def test_no_thread_runs_before_something_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    here, started, start = threading.current_thread(), [], threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        if threading.current_thread() is here:  # servers of other tests start threads of their own
            started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", noted)
    models = manager()
    models.load(OTHER, Weights)
    assert started == []


def test_an_unloaded_model_is_really_gone() -> None:
    models = manager()
    with models.using(KEY, Weights) as model:
        watched = weakref.ref(model)
        del model
    models.unload(KEY)
    gc.collect()
    assert watched() is None
