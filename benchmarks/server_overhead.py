"""What the speech server costs beside the engine it stands on, and what happens when many ask at once.

    python -m benchmarks.server_overhead AUDIO [--engines fake,faster_whisper] [--short] [--json FILE]

For each engine, with a server in a process of its own (`manage.py speechserver`) and AUDIO tiled to a minute:

overhead    seconds of POST /v1/audio/transcriptions against the same engine called in this process, for one client and
            for eight at once (against eight calls one after another, which is what one engine can do)
memory      MiB of the server's own memory that each further waiting request takes
starvation  seconds of a ten-second file by itself, and while long ones are being worked on

The fake engine sleeps FAKE_S a chunk and so shows the server alone; faster_whisper is the real base model.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import openai
import psutil

from speech.engine.audio import extract_speech_audio, find_ffmpeg, quietest_ms, read_audio, stream_audio
from speech.engine.chunking import plan_chunks
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.types import Span
from speech.engine.vad import find_speech

ROOT = Path(__file__).resolve().parent.parent
MINUTE_S, SHORT_S = 60, 10
CLIENTS = 8
FAKE_S = 3.0
LIMIT_S = 1_800.0


@contextmanager
def server(engine: str, folder: Path) -> Iterator[tuple[openai.OpenAI, psutil.Process]]:
    """The server as people start it, and a client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATA_DIR": str(folder / f"data-{engine}"),
        "RECOGNIZER": engine,
        "FAKE_RECOGNIZER": f"delay_ms={round(FAKE_S * 1_000)}" if engine == "fake" else "",
        "WHISPER__MODEL": "base",
        "API_KEY": "",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "speechserver", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT, stdout=subprocess.DEVNULL)
    client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0, timeout=LIMIT_S)
    try:
        _wait_for(client)
        yield client, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(client: openai.OpenAI) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            client.models.list()
            return
        except openai.APIConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def ask(client: openai.OpenAI, sound: Path) -> float:
    """Seconds until the transcript is there."""
    started = time.perf_counter()
    client.audio.transcriptions.create(model="whisper-1", file=sound, response_format="verbose_json")
    return time.perf_counter() - started


def call(recognizer: Recognizer, sound: Path, folder: Path) -> float:
    """Seconds of the same work by the engine alone."""
    started = time.perf_counter()
    flac = folder / f"{threading.get_ident()}.flac"
    duration_ms = extract_speech_audio(sound, flac)
    speech = find_speech(stream_audio(flac))
    for chunk in plan_chunks(speech, duration_ms, quietest=partial(quietest_ms, flac)):
        samples = read_audio(flac, Span(chunk.start_ms, chunk.end_ms))
        recognizer.recognize(samples, chunk.speech, RecognitionOptions())
    return time.perf_counter() - started


def overhead(
    client: openai.OpenAI, recognizer: Recognizer, minute: Path, folder: Path, rounds: int
) -> dict[str, float]:
    ask(client, minute)  # both have their model in memory from here on
    call(recognizer, minute, folder)
    alone = statistics.median(call(recognizer, minute, folder) for _ in range(rounds))
    served = statistics.median(ask(client, minute) for _ in range(rounds))
    started = time.perf_counter()
    for _ in range(CLIENTS):
        call(recognizer, minute, folder)
    alone_all = time.perf_counter() - started
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        waits = sorted(pool.map(partial(ask, client), [minute] * CLIENTS))
    served_all = time.perf_counter() - started
    return {
        "engine_s": alone,
        "server_s": served,
        "overhead_s": served - alone,
        "engine_8_one_after_another_s": alone_all,
        "server_8_at_once_s": served_all,
        "server_8_first_answer_s": waits[0],
        "server_8_last_answer_s": waits[-1],
    }


def memory(client: openai.OpenAI, process: psutil.Process, long: Path, few: int, many: int) -> dict[str, float]:
    """Peaks with `few` and with `many` requests of the same length: what is between them, a waiting request takes."""
    peaks = {count: _peak_mib(client, process, long, count) for count in (few, many)}
    return {
        "idle_mib": _own_mib(process),
        f"peak_{few}_mib": peaks[few],
        f"peak_{many}_mib": peaks[many],
        "per_waiting_request_mib": (peaks[many] - peaks[few]) / (many - few),
    }


def _peak_mib(client: openai.OpenAI, process: psutil.Process, long: Path, count: int) -> float:
    peak = 0.0
    with ThreadPoolExecutor(count) as pool:
        waiting = [pool.submit(ask, client, long) for _ in range(count)]
        while not all(request.done() for request in waiting):
            peak = max(peak, _own_mib(process))
            time.sleep(0.05)
        for request in waiting:
            request.result()
    return peak


def _own_mib(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def starvation(client: openai.OpenAI, short: Path, long: Path, others: int) -> dict[str, float]:
    alone = ask(client, short)
    with ThreadPoolExecutor(others) as pool:
        waiting = [pool.submit(ask, client, long) for _ in range(others)]
        time.sleep(2)  # let them be prepared and queue
        beside = ask(client, short)
        still = sum(not request.done() for request in waiting)
        longest = max(request.result() for request in waiting)
    return {"short_alone_s": alone, "short_beside_s": beside, "long_still_waiting": still, "long_last_s": longest}


def measure(engine: str, minute: Path, short: Path, long: Path, folder: Path, *, quick: bool) -> dict[str, object]:
    with server(engine, folder) as (client, process):
        fake = f"delay_ms={round(FAKE_S * 1_000)}" if engine == "fake" else ""
        config = RecognizerConfig(models_dir=folder, kind=engine, model="base", fake=fake)
        return {
            "engine": engine,
            "overhead": overhead(client, build_recognizer(config), minute, folder, 1 if quick else 5),
            "memory": memory(client, process, minute if quick else long, 2, 6 if quick else 18),
            "starvation": starvation(client, short, long, 2 if quick else 4),
        }


def tile(source: Path, target: Path, seconds: int) -> None:
    """`source` over and over until it lasts so long."""
    command = [str(find_ffmpeg()), "-v", "error", "-y", "-stream_loop", "-1", "-i", str(source), "-map", "0:a:0"]
    subprocess.run([*command, "-t", str(seconds), "-ac", "1", "-ar", "16000", str(target)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("audio", type=Path)
    parser.add_argument("--engines", default="fake,faster_whisper")
    parser.add_argument("--short", action="store_true", help="one round, few requests")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="server-overhead-"))
    try:
        minute, short, long = (folder / name for name in ("minute.flac", "short.flac", "long.flac"))
        tile(options.audio, minute, MINUTE_S)
        tile(options.audio, short, SHORT_S)
        tile(options.audio, long, MINUTE_S * (5 if options.short else 20))
        results = [
            measure(engine, minute, short, long, folder, quick=options.short) for engine in options.engines.split(",")
        ]
    finally:
        shutil.rmtree(folder)
    print(json.dumps(results, indent=2))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
