"""What the documentation promises OpenAI's client, one probe a promise; a program for any version of
the client, to be started in the project's folder:

    python -m speech.tests.conformance.probes http://127.0.0.1:8001 sound.wav [key]

Prints one JSON object a probe: route, option, state (implemented, ignored or refused), the client's version, and what
went wrong, if anything. The sound must be some seconds of speech. Needs nothing but the `openai` package.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

import openai

from speech.tests.conformance import audio_probes, other_probes  # noqa: F401  # they fill PROBES, in this order
from speech.tests.conformance.harness import PROBES, Client

__all__ = ["PROBES"]


def main() -> None:
    root, sound = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    key = sys.argv[3] if len(sys.argv) > 3 else "not-needed"
    api = openai.OpenAI(base_url=f"{root}/v1", api_key=key, max_retries=0, timeout=120)
    for found in PROBES:
        row = {"route": found.route, "option": found.option, "state": found.state, "client": openai.__version__}
        try:
            found.run(Client(api, root, sound, key))
        except Exception:  # noqa: BLE001  # whatever the client raises is the finding
            row["wrong"] = traceback.format_exc(limit=-3)
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
