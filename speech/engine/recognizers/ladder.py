"""What to try when a model does not fit: fewer windows at once, coarser numbers, a smaller model, the processor."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from speech.engine import model_table

Reason = Literal["out_of_memory", "model_unavailable", "precision_unsupported", "device_unavailable"]

_COARSER: Final = {
    "float32": ("float16", "int8_float16", "int8"),
    "float16": ("int8_float16", "int8"),
    "bfloat16": ("int8_bfloat16", "int8"),
    "int8_float32": ("int8_float16", "int8"),
    "int8_float16": ("int8",),
    "int8_bfloat16": ("int8",),
    "int16": ("int8",),
}
"""CTranslate2's precisions, by how much memory they take on a card. On a CPU all give way to int8 at once."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to run: `batch` windows at a time."""

    model: str
    device: str
    precision: str
    batch: int

    def same_model_as(self, other: Rung) -> bool:
        return (self.model, self.device, self.precision) == (other.model, other.device, other.precision)


@dataclass(frozen=True, slots=True)
class Step:
    """A step down: why, and what was used from then on."""

    reason: Reason
    model: str
    precision: str
    device: str
    batch: int


def rungs(first: Rung, *, cpu_batch: int, ram_bytes: int) -> list[Rung]:
    """`first` and everything below it, in the order in which it is tried.

    On the processor the first model to be tried is the largest that takes at most half of `ram_bytes`.
    """
    ways: list[Rung] = []
    down = [first.model, *model_table.smaller(first.model)]
    if first.device == "cuda":
        for precision in (first.precision, *_COARSER.get(first.precision, ())):
            ways += _batches(first.model, "cuda", precision, first.batch)
        for model in down[1:]:
            ways += _batches(model, "cuda", "int8", first.batch)
        down = [model for model in down if 2 * model_table.expected_bytes(model, "int8") <= ram_bytes] or down[-1:]
        cpu_first = cpu_batch
    else:
        ways += _batches(first.model, "cpu", first.precision, first.batch)
        down = down if first.precision != "int8" else down[1:]
        cpu_first = first.batch
    for model in down:
        ways += _batches(model, "cpu", "int8", cpu_first)
    return ways


def _batches(model: str, device: str, precision: str, most: int) -> list[Rung]:
    return [Rung(model, device, precision, batch) for batch in dict.fromkeys((most, max(1, most // 4), 1))]


class Ladder:
    """The rung this process stands on; going down is remembered, and nobody goes up again. Safe to share."""

    def __init__(self, ways: list[Rung]) -> None:
        self._ways = ways
        self._at = 0
        self._steps: tuple[Step, ...] = ()
        self._lock = threading.Lock()

    @property
    def rung(self) -> Rung:
        return self.standing[0]

    @property
    def standing(self) -> tuple[Rung, tuple[Step, ...]]:
        """The rung and the steps that led to it."""
        with self._lock:
            return self._ways[self._at], self._steps

    def step_down(self, failed: Rung, reason: Reason, *, same_model: bool) -> bool:
        """Leave `failed`; True when there is another way to try, also when somebody else has left it already.

        `same_model` allows a rung with the same model in memory, that is one with a smaller batch.
        """
        useful = _useful(failed, reason, same_model)
        with self._lock:
            if self._ways[self._at] != failed:
                return True
            for at in range(self._at + 1, len(self._ways)):
                if useful(self._ways[at]):
                    self._at = at
                    rung = self._ways[at]
                    self._steps = (*self._steps, Step(reason, rung.model, rung.precision, rung.device, rung.batch))
                    return True
        return False


def _useful(failed: Rung, reason: Reason, same_model: bool) -> Callable[[Rung], bool]:
    if reason == "model_unavailable":
        return lambda rung: rung.model != failed.model
    if reason == "device_unavailable":
        return lambda rung: rung.device != failed.device
    return lambda rung: same_model or not rung.same_model_as(failed)
