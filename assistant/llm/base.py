"""What a chat model is, whoever serves it."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

_THINKING: Final = re.compile(r"<(think|thinking|reasoning)>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_THINKING_TAIL: Final = re.compile(r"^.*?</(?:think|thinking|reasoning)>\s*", re.DOTALL | re.IGNORECASE)
"""Some servers' templates open the block in the prompt, so that only its end is in the answer."""
_UNENDED: Final = re.compile(r"<(?:think|thinking|reasoning)>.*\Z", re.DOTALL | re.IGNORECASE)
_ENDS_THINKING: Final = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_BEGINS_ANSWER: Final = ("{", "```")


@dataclass(slots=True)
class Usage:
    """What requests cost, added up. `unmeasured` are those whose server told no figures."""

    requests: int = 0
    unmeasured: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


class ChatModel(Protocol):
    """A model that answers one conversation. `name` is what people and logs call it."""

    name: str

    def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any] | None = None) -> str:
        """The model's text without its reasoning, as JSON of `schema` when the server can promise that. Blocks.

        Raises:
            CouncilError: model_unavailable (retryable: no answer, overload, failure of the server),
                model_rejected (the server refuses the key, the model or the request).
        """
        ...


class StreamingModel(ChatModel, Protocol):
    """A model that can be heard while it writes."""

    def stream(
        self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[str, None]:
        """The same text in pieces. Raises what ChatModel.complete raises."""
        ...


def without_reasoning(text: str) -> str:
    """The answer of a thinking model without what it thought aloud; "" when it never came to an answer."""
    return _UNENDED.sub("", _THINKING_TAIL.sub("", _THINKING.sub("", text))).strip()


class ReasoningFilter:
    """The same for text that comes in pieces: what may still turn out to be thought aloud is held back.

    An answer that begins as JSON goes through at once. Prose is held until a thought ends, or to the end: a thought
    whose beginning the server swallowed looks like prose.
    """

    def __init__(self) -> None:
        self._held = ""
        self._open = False

    def feed(self, piece: str) -> str:
        if self._open:
            return piece
        self._held += piece
        if _ENDS_THINKING.search(piece) or _ENDS_THINKING.search(self._held[-len(piece) - 16 :]):
            rest = without_reasoning(self._held)
            if rest.startswith(_BEGINS_ANSWER):
                self._open, self._held = True, ""
                return rest
            return ""
        if self._held.lstrip().startswith(_BEGINS_ANSWER):
            self._open, answer, self._held = True, self._held.lstrip(), ""
            return answer
        return ""

    def finish(self) -> str:
        """What was held back to the end and is no thought."""
        rest, self._held = without_reasoning(self._held), ""
        return rest
