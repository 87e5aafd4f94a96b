"""Whatever a recognition server does wrong is told to people in a sentence."""

from council.errors import MESSAGES
from speech.engine.recognizers.remote_calls import FAULT_CODES


def test_every_fault_has_a_sentence() -> None:
    assert set(FAULT_CODES) <= set(MESSAGES)
