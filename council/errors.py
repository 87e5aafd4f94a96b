"""One error for the whole product; what it says to people is in error_texts.py and error_texts_speech.py.

A program sees `code` (stable, snake_case) and `retryable`; a person sees the Polish sentence: what happened and what
to do. A code without a sentence is a bug that `tests/test_errors.py` finds.
"""

from __future__ import annotations

from typing import Final

from council.error_texts import ERROR_TEXTS
from council.error_texts_speech import SPEECH_ERROR_TEXTS

MESSAGES: Final[dict[str, tuple[str, str]]] = ERROR_TEXTS | SPEECH_ERROR_TEXTS
"""code -> (what happened, what to do), in Polish."""


class CouncilError(Exception):
    """An expected failure. Raise it anywhere; the edges make it a page, an API answer, an exit code or a stage state.

    Args:
        code: a key of MESSAGES.
        retryable: True when the same call may succeed later without anybody changing anything.
        detail: for logs only; never shown to people, may hold addresses and paths.
        context: values for the placeholders of the message.
    """

    def __init__(self, code: str, *, retryable: bool = False, detail: str = "", **context: object) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.retryable = retryable
        self.detail = detail
        self.context = context


def message_for(code: str, **context: object) -> str:
    """The Polish text for people: what happened and what to do, in two sentences."""
    what, todo = MESSAGES.get(code, MESSAGES["internal_error"])
    return f"{what} {todo}".format_map(_Forgiving(context))


class _Forgiving(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
