"""Every error code that the product can raise says in Polish what happened and what to do."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from council.error_texts import ERROR_TEXTS
from council.error_texts_speech import SPEECH_ERROR_TEXTS
from council.errors import MESSAGES, message_for

_RAISED = re.compile(r"(?:CouncilError|EngineError)\(\s*\"([a-z_]+)\"")
ROOMS = ("assistant", "config", "council", "speech", "transcripts")


def sources() -> dict[str, str]:
    """Path -> text of every module that can fail: not the catalogue, not the tests."""
    return {
        str(path): path.read_text()
        for room in ROOMS
        for path in Path(settings.BASE_DIR, room).rglob("*.py")
        if "tests" not in path.parts and not path.name.startswith("error_texts")
    }


def raised_codes() -> dict[str, str]:
    return {code: path for path, text in sources().items() for code in _RAISED.findall(text)}


def test_every_code_has_a_sentence() -> None:
    codes = raised_codes()
    assert len(codes) > 15
    missing = {code: path for code, path in codes.items() if code not in MESSAGES}
    assert missing == {}


def test_every_sentence_has_a_code_that_something_names() -> None:
    text = "\n".join(sources().values())
    assert [code for code in MESSAGES if f'"{code}"' not in text] == []
    assert ERROR_TEXTS.keys() & SPEECH_ERROR_TEXTS.keys() == set()


def test_sentences_say_what_happened_and_what_to_do() -> None:
    for code, (what, todo) in MESSAGES.items():
        assert what.endswith((".", "!")), code
        assert todo.endswith("."), code
        assert what.lstrip("„")[0].isupper() or what.startswith("„{"), code


def test_unknown_codes_and_missing_values_never_break_the_page() -> None:
    assert message_for("no_such_code") == message_for("internal_error")
    assert "…" in message_for("council_unknown")
