"""What a chat model is, whoever serves it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

_THINKING: Final = re.compile(r"<(think|thinking|reasoning)>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_THINKING_TAIL: Final = re.compile(r"^.*?</(?:think|thinking|reasoning)>\s*", re.DOTALL | re.IGNORECASE)
"""Some servers' templates open the block in the prompt, so that only its end is in the answer."""


class ChatModel(Protocol):
    """A model that answers one conversation. `name` is what people and logs call it."""

    name: str

    def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any]) -> str:
        """The model's text without its reasoning, as JSON of `schema` when the server can promise that.

        Raises:
            CouncilError: model_unavailable (retryable: no answer, overload, failure of the server),
                model_rejected (the server refuses the key, the model or the request).
        """
        ...


def without_reasoning(text: str) -> str:
    """The answer of a thinking model without what it thought aloud."""
    return _THINKING_TAIL.sub("", _THINKING.sub("", text)).strip()
