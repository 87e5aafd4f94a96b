"""Which addresses name this very machine."""

from __future__ import annotations

import pytest

from speech.engine.addresses import is_this_machine


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost:11434/v1", True),
        ("http://192.168.1.5/v1", False),  # another machine, even if of the same office
        ("https://api.openai.com/v1", False),
        ("http://localhost.example.com/v1", False),
        ("http://127.0.0.1@example.com/v1", False),
        ("", False),
        ("http://[::1", False),
    ],
)
def test_what_is_this_machine(url: str, here: bool) -> None:
    assert is_this_machine(url) is here
