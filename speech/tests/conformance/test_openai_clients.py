"""Every route through OpenAI's own client, and the table of what is implemented, ignored and refused.

The client is the installed one; OPENAI_CLIENT_PYTHON names the Python of another environment, with another version.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from pytest_django import Settings

from speech.engine.recognizers.fake import FakeRecognizer
from speech.engine.voices.fake import FakeVoice
from speech.tests.conformance.probes import PROBES
from speech.tests.speech_server import running_server, wav

HEADER = "| route | option | |\n|---|---|---|\n"
CLIENT = os.environ.get("OPENAI_CLIENT_PYTHON", sys.executable)  # the tests' own option


@pytest.fixture(scope="module")
def server_with_embeddings() -> Iterator[str]:
    with running_server("config.speech_urls") as url:
        yield url


@pytest.mark.usefixtures("fake_diarizer")
def test_the_client_gets_what_the_table_promises(
    server_with_embeddings: str,
    fake_recognizer: FakeRecognizer,
    fake_voice: FakeVoice,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.SPEECH_API_KEY = "tajne"
    sound = tmp_path / "posiedzenie.wav"
    sound.write_bytes(wav(4))
    done = subprocess.run(
        [CLIENT, "-m", "speech.tests.conformance.probes", server_with_embeddings, str(sound), "tajne"],
        cwd=project_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=600,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(PROBES), done.stderr
    wrong = [
        f"{row['route']} {row['option']} (openai {row['client']}):\n{row['wrong']}" for row in rows if "wrong" in row
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_in_the_documentation_is_this_one() -> None:
    table = HEADER + "".join(f"| `{row.route}` | {row.option} | {row.state} |\n" for row in PROBES)
    assert table in (Path(project_settings.BASE_DIR) / "docs" / "speech-api.md").read_text(), table
