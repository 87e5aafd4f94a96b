"""Models in memory: loaded on first use, shared by all who ask, unloaded some time after their last use.

Nothing is loaded at import or before a fork, and no thread runs until a model waits to be unloaded.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from speech.engine.errors import EngineError
from speech.engine.memory_seen import card_used_bytes, give_back_free_memory, resident_bytes

Task = Literal["stt", "tts", "vad", "diarization"]
NEVER: Final = -1
_LONGEST_WAIT_S: Final = 3_600.0
DEFAULT_TTL_S: Final[Mapping[str, int]] = {"stt": 600, "tts": 600, "vad": NEVER, "diarization": 600}

_Model = TypeVar("_Model")


@dataclass(frozen=True, slots=True)
class ModelKey:
    """One copy of a model. `variant` names whatever else needs a copy of its own (threads, card).

    `expected_bytes` is what it should take, for when nothing can be measured; it is no part of the identity.
    """

    task: Task
    model_id: str
    device: str = "cpu"
    precision: str = ""
    variant: str = ""
    card: int = 0
    expected_bytes: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A row of `listing`. `memory_bytes` is what the process (cpu) or the card (cuda) gained while it was loaded.

    That is a measurement only when `memory_measured`; else it is the table's figure, 0 when there is none.
    `expires_in_s` is None while it is in use and for models that stay.
    """

    key: ModelKey
    memory_bytes: int
    memory_measured: bool
    users: int
    idle_s: float
    expires_in_s: float | None


@dataclass(slots=True, eq=False)
class _Entry:
    model: Any = None
    loaded: bool = False
    users: int = 0  # those who wait for the load count too
    last_used: float = 0.0
    memory_bytes: int = 0
    memory_measured: bool = False
    retired: bool = False  # no new users; freed by the last one
    loading: threading.Lock = field(default_factory=threading.Lock)


class ModelManager:
    """Models by key. Many threads may ask at once: one loads, the others wait for it.

    A failed load is not remembered; the next caller tries again. A child made by fork starts with an empty manager:
    what its parent had loaded is neither used there nor freed, for the threads inside those models did not come along.

    Args:
        ttl_s: seconds a model stays after its last use, by task: -1 for ever, 0 not at all.
        clock: seconds that only grow.
    """

    def __init__(
        self, ttl_s: Mapping[str, int] = DEFAULT_TTL_S, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ttl_s: dict[str, int] = dict(ttl_s)
        self._timer: threading.Thread | None = None
        self._clock = clock
        self._abandoned: list[Any] = []
        self._start_empty()
        after_fork = weakref.WeakMethod(self._after_fork)
        os.register_at_fork(after_in_child=lambda: _call(after_fork))

    def set_ttl(self, ttl_s: Mapping[str, int]) -> None:
        """Change how long models stay; counts for those in memory too."""
        with self._changed:
            self._ttl_s.update(ttl_s)
            self._changed.notify_all()
        self._ensure_timer()

    @contextmanager
    def using(self, key: ModelKey, load: Callable[[], _Model]) -> Iterator[_Model]:
        """The model for `key`, made by `load` when it is not in memory; it stays there until the block ends.

        Raises:
            Whatever `load` raises.
        """
        entry = self._enter(key)
        try:
            self._load_once(key, entry, load)
            yield entry.model
        finally:
            self._leave(key, entry)

    def load(self, key: ModelKey, load: Callable[[], Any]) -> bool:
        """Have a model ready; False when it already was (or somebody else just loaded it)."""
        entry = self._enter(key)
        try:
            return self._load_once(key, entry, load)
        finally:
            self._leave(key, entry)

    def unload(self, key: ModelKey) -> None:
        """Free a model.

        Raises:
            EngineError: `model_in_use`, `model_not_loaded`.
        """
        with self._changed:
            entry = self._entries.get(key)
            if entry is None or (not entry.loaded and not entry.users):
                raise EngineError("model_not_loaded", key.model_id)
            if entry.users:
                raise EngineError("model_in_use", key.model_id)
            del self._entries[key]
            entry.model = None
        give_back_free_memory()

    def retire(self, key: ModelKey) -> None:
        """Let nobody new use a model, wait for those who do, and free it. Not for a thread that uses it itself."""
        with self._changed:
            entry = self._entries.get(key)
            if entry is None:
                return
            entry.retired = True
            self._changed.wait_for(lambda: self._entries.get(key) is not entry or entry.users == 0)
            if self._entries.get(key) is entry:
                del self._entries[key]
                entry.model = None
        give_back_free_memory()  # an error's traceback may hold the model in a circle of references

    def listing(self) -> list[LoadedModel]:
        """The models in memory, the one used last first."""
        with self._changed:
            rows = [self._row(key, entry) for key, entry in self._entries.items() if entry.loaded]
        return sorted(rows, key=lambda row: row.idle_s)

    def sweep(self) -> None:
        """Free what has outlived its time."""
        with self._changed:
            now = self._clock()
            spent = [key for key, entry in self._entries.items() if self._is_spent(key, entry, now)]
            gone = [self._entries.pop(key) for key in spent]
        if gone:
            gone.clear()  # outside the lock: freeing gigabytes takes a while
            give_back_free_memory()

    def _enter(self, key: ModelKey) -> _Entry:
        with self._changed:
            self._changed.wait_for(lambda: key not in self._entries or not self._entries[key].retired)
            entry = self._entries.setdefault(key, _Entry())
            entry.users += 1
            return entry

    def _load_once(self, key: ModelKey, entry: _Entry, load: Callable[[], Any]) -> bool:
        with entry.loading:
            if entry.loaded:
                return False
            give_back_free_memory()  # or the model would be put where something was, and seem to take nothing
            before = _memory(key)
            model = load()
            gained = _memory(key) - before
            with self._changed:
                entry.model, entry.loaded = model, True
                entry.memory_measured = gained > 0
                entry.memory_bytes = gained if gained > 0 else key.expected_bytes
            return True

    def _leave(self, key: ModelKey, entry: _Entry) -> None:
        with self._changed:
            entry.users -= 1
            entry.last_used = self._clock()
            spent = not entry.loaded or entry.retired or self._ttl_s[key.task] == 0
            if entry.users == 0 and spent and self._entries.get(key) is entry:
                del self._entries[key]
                entry.model = None
            self._changed.notify_all()
        self._ensure_timer()

    def _row(self, key: ModelKey, entry: _Entry) -> LoadedModel:
        now = self._clock()
        idle_s = 0.0 if entry.users else max(0.0, now - entry.last_used)
        left_s = self._left_s(key, entry, now)
        return LoadedModel(
            key,
            entry.memory_bytes,
            entry.memory_measured,
            entry.users,
            idle_s,
            None if left_s is None else max(0.0, left_s),
        )

    def _left_s(self, key: ModelKey, entry: _Entry, now: float) -> float | None:
        ttl_s = self._ttl_s[key.task]
        return None if entry.users or ttl_s == NEVER else entry.last_used + ttl_s - now

    def _is_spent(self, key: ModelKey, entry: _Entry, now: float) -> bool:
        left_s = self._left_s(key, entry, now)
        return left_s is not None and left_s <= 0

    def _next_due_s(self) -> float | None:
        """Seconds until a model's time is up, None when none is waiting for that."""
        now = self._clock()
        left = [self._left_s(key, entry, now) for key, entry in self._entries.items()]
        return min((left_s for left_s in left if left_s is not None), default=None)

    def _ensure_timer(self) -> None:
        with self._changed:
            if self._timer is None and self._next_due_s() is not None:
                self._timer = threading.Thread(target=self._run_timer, name="models-timer", daemon=True)
                self._timer.start()

    def _run_timer(self) -> None:
        """Sweep when something is due; end when nothing waits (the next idle model starts a new thread)."""
        while True:
            self.sweep()
            with self._changed:
                left_s = self._next_due_s()
                if left_s is None:
                    self._timer = None
                    return
                self._changed.wait(timeout=min(max(left_s, 0.0), _LONGEST_WAIT_S))

    def _start_empty(self) -> None:
        self._entries: dict[ModelKey, _Entry] = {}
        self._changed = threading.Condition()
        self._timer = None

    def _after_fork(self) -> None:
        self._abandoned.append(self._entries)  # freeing them would wait for threads that are not in this process
        self._start_empty()


def _memory(key: ModelKey) -> int:
    """Bytes in use where the model goes, 0 when that cannot be read."""
    return (card_used_bytes(key.card) or 0) if key.device == "cuda" else resident_bytes()


def _call(method: weakref.WeakMethod[Callable[[], None]]) -> None:
    function = method()
    if function is not None:
        function()


MODELS: Final = ModelManager()
"""The process's own; settings give it its times to live when the product starts."""
