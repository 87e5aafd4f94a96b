"""Windows of whoever asks at the same moment go through the model together.

Each chunk of a recording has its own thread, which reads the sound, computes the features and hands its windows in
here. There is no thread of the batcher's own: whoever waits and finds the model free takes the oldest windows that can
be decoded together, its own or others', and decodes them. So a card is full while several chunks wait, nobody waits
for a full batch, and what a process leaves undone when it dies is exactly what it had not handed in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from speech.engine.errors import EngineError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Item, Answer]):
    item: Item
    done: bool = False
    answer: Answer | None = None
    error: EngineError | None = None


class Batcher(Generic[Item, Answer]):
    """Safe to share between threads.

    Args:
        run: answers a batch, in its order; raises EngineError, which reaches everybody who has a part in the batch.
        key: items with equal keys may share a batch.
        size: items in a batch at most.
        slots: batches run at the same time at most.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Sequence[Answer]],
        key: Callable[[Item], Hashable],
        size: int,
        slots: int = 1,
    ) -> None:
        self._run = run
        self._key = key
        self._size = size
        self._slots = slots
        self._waiting: list[_Ticket[Item, Answer]] = []
        self._running = 0
        self._changed = threading.Condition()

    def answers(self, items: Sequence[Item], on_done: Callable[[list[Item]], None] | None = None) -> list[Answer]:
        """The answers to `items`, in their order. `on_done` gets those answered since its last call; what it raises
        withdraws the items that still wait and reaches the caller.

        Raises:
            EngineError: as the batch in which one of `items` was.
        """
        mine: list[_Ticket[Item, Answer]] = [_Ticket(item) for item in items]
        open_tickets = list(mine)
        with self._changed:
            self._waiting += mine
        try:
            while open_tickets:
                batch = self._next_batch(open_tickets)
                if batch:
                    self._answer(batch)
                finished = [ticket for ticket in open_tickets if ticket.done]
                open_tickets = [ticket for ticket in open_tickets if not ticket.done]
                failed = next((ticket.error for ticket in finished if ticket.error), None)
                if failed is not None:
                    # an error of one's own: a shared one would gather the tracebacks of all, and with them the model
                    raise EngineError(failed.code, failed.detail, retryable=failed.retryable)
                if finished and on_done:
                    on_done([ticket.item for ticket in finished])
        finally:
            self._withdraw(open_tickets)
        return [ticket.answer for ticket in mine]  # type: ignore[misc]  # all are done, none failed

    def _next_batch(self, mine: list[_Ticket[Item, Answer]]) -> list[_Ticket[Item, Answer]]:
        """What this thread is to answer now; empty when one of `mine` was answered by somebody else."""
        with self._changed:
            self._changed.wait_for(
                lambda: any(ticket.done for ticket in mine) or (self._waiting and self._running < self._slots)
            )
            if any(ticket.done for ticket in mine):
                return []
            key = self._key(self._waiting[0].item)
            batch = [ticket for ticket in self._waiting if self._key(ticket.item) == key][: self._size]
            taken = set(map(id, batch))
            self._waiting = [ticket for ticket in self._waiting if id(ticket) not in taken]
            self._running += 1
            return batch

    def _answer(self, batch: list[_Ticket[Item, Answer]]) -> None:
        error = EngineError("recognition_failed", "the batch was left", retryable=True)
        answers: Sequence[Answer] = ()
        try:
            answers = self._run([ticket.item for ticket in batch])
        except EngineError as failure:
            error = EngineError(failure.code, failure.detail, retryable=failure.retryable)
        finally:  # whatever happened, nobody is left waiting
            with self._changed:
                for index, ticket in enumerate(batch):
                    ticket.done = True
                    if index < len(answers):
                        ticket.answer = answers[index]
                    else:
                        ticket.error = error
                self._running -= 1
                self._changed.notify_all()

    def _withdraw(self, tickets: list[_Ticket[Item, Answer]]) -> None:
        gone = set(map(id, tickets))
        with self._changed:
            self._waiting = [ticket for ticket in self._waiting if id(ticket) not in gone]
            self._changed.notify_all()
