"""What the speech server costs beside the engine it stands on, and what happens when many ask at once.

    python -m benchmarks.server_overhead AUDIO [--engines fake,faster_whisper] [--short] [--json FILE]

For each engine, with a server in a process of its own (`manage.py speechserver`) and AUDIO tiled to a minute:

overhead    seconds of POST /v1/audio/transcriptions against the same work done in this process by the engine alone: the
            same file, decoded, searched for speech, cleaned if noisy, planned and recognised alike. For one client, in
            turns with the engine, and for eight at once against eight calls by as many threads as the server
            recognises with: what the machine can do (the server, which decodes one beside recognising another, can
            need less)
memory      MiB of the server's own memory that each further waiting request takes (fake engine: a waiting request
            holds nothing of an engine)
starvation  seconds of a ten-second file by itself, and while long ones are being worked on

The fake engine sleeps FAKE_S a chunk and so shows the server alone; faster_whisper is the real base model. Four
minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import asyncio
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

import httpx2
import openai
import psutil

from speech.engine.audio import clean_audio, extract_speech_audio, find_ffmpeg, quietest_ms, read_audio, stream_audio
from speech.engine.chunking import plan_chunks
from speech.engine.merging import merge_chunks
from speech.engine.recognizers.base import RecognitionOptions, Recognizer
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.sound_quality import SoundMeter
from speech.engine.types import Span
from speech.engine.vad import find_speech

ROOT = Path(__file__).resolve().parent.parent
MINUTE_S, SHORT_S, LONG_S = 60, 10, 600
CLIENTS = 8
SERVER_THREADS = 2
"""speech/server/recognition.py recognises with so many."""
FAKE_S = 2.0
SETTLE_S = 3.0
"""Until long recordings are decoded and wait for the engine."""
LIMIT_S = 900.0


@contextmanager
def server(engine: str, folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The server as people start it: its address up to /v1, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATA_DIR": str(folder / f"data-{engine}"),
        "RECOGNIZER": engine,
        "FAKE_RECOGNIZER": fake_spec(engine),
        "WHISPER__MODEL": "base",
        "API_KEY": "",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "speechserver", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process)
        yield f"{url}/v1", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx2.get(f"{url}/health").raise_for_status()
            return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def fake_spec(engine: str) -> str:
    return f"delay_ms={round(FAKE_S * 1_000)}" if engine == "fake" else ""


def client(url: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0, timeout=LIMIT_S)


async def ask(api: openai.AsyncOpenAI, sound: Path) -> float:
    """Seconds until the transcript is there."""
    started = time.perf_counter()
    await api.audio.transcriptions.create(model="whisper-1", file=sound, response_format="verbose_json")
    return time.perf_counter() - started


def call(recognizer: Recognizer, folder: Path, sound: Path) -> float:
    """Seconds of the same work by the engine alone."""
    started = time.perf_counter()
    flac = folder / f"{threading.get_ident()}.flac"
    duration_ms = extract_speech_audio(sound, flac)
    meter = SoundMeter()
    speech = find_speech(meter.watch(stream_audio(flac)))
    if meter.quality(speech).noisy:
        clean = flac.with_suffix(".clean.flac")
        clean_audio(flac, clean)
        flac = clean
    plan = plan_chunks(speech, duration_ms, quietest=partial(quietest_ms, flac))
    heard = [
        recognizer.recognize(read_audio(flac, Span(chunk.start_ms, chunk.end_ms)), chunk.speech, RecognitionOptions())
        for chunk in plan
        if chunk.speech
    ]
    merge_chunks([list(recognition.segments) for recognition in heard])
    return time.perf_counter() - started


def percent_more(served_s: float, alone_s: float) -> float:
    return round((served_s / alone_s - 1) * 100, 2)


async def one_client(url: str, recognizer: Recognizer, minute: Path, folder: Path, rounds: int) -> dict[str, float]:
    """In turns, so that a machine that grows slower or faster does so for both."""
    alone, served = [], []
    async with client(url) as api:
        for _ in range(rounds + 1):
            alone.append(await asyncio.to_thread(call, recognizer, folder, minute))
            served.append(await ask(api, minute))
    alone_s, served_s = statistics.median(alone[1:]), statistics.median(served[1:])  # the first loads the model
    return {
        "engine_s": alone_s,
        "server_s": served_s,
        "overhead_s": served_s - alone_s,
        "overhead_percent": percent_more(served_s, alone_s),
    }


async def many_clients(url: str, recognizer: Recognizer, minute: Path, folder: Path) -> dict[str, float]:
    started = time.perf_counter()
    with ThreadPoolExecutor(SERVER_THREADS) as pool:
        list(pool.map(partial(call, recognizer, folder), [minute] * CLIENTS))
    alone_s = time.perf_counter() - started
    started = time.perf_counter()
    async with client(url) as api:
        waits = sorted(await asyncio.gather(*(ask(api, minute) for _ in range(CLIENTS))))
    served_s = time.perf_counter() - started
    return {
        "clients": CLIENTS,
        "engine_s": alone_s,
        "server_s": served_s,
        "overhead_percent": percent_more(served_s, alone_s),
        "first_answer_s": waits[0],
        "last_answer_s": waits[-1],
    }


async def memory(url: str, process: psutil.Process, long: Path, few: int, many: int) -> dict[str, float]:
    """Peaks with `few` and with `many` requests of the same length: what is between them, a waiting request takes."""
    idle = own_mib(process)
    peaks = {count: await peak_mib(url, process, long, count) for count in (few, many)}
    return {
        "idle_mib": idle,
        f"peak_{few}_mib": peaks[few],
        f"peak_{many}_mib": peaks[many],
        "per_waiting_request_mib": (peaks[many] - peaks[few]) / (many - few),
    }


async def peak_mib(url: str, process: psutil.Process, long: Path, count: int) -> float:
    peak = 0.0
    async with client(url) as api:
        waiting = asyncio.gather(*(ask(api, long) for _ in range(count)))
        while not waiting.done():
            peak = max(peak, own_mib(process))
            await asyncio.sleep(0.05)
        await waiting
    return peak


def own_mib(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


async def starvation(url: str, short: Path, long: Path, others: int) -> dict[str, float]:
    """The long ones are given up once the short one has its answer."""
    async with client(url) as api:
        alone_s = await ask(api, short)
        waiting = [asyncio.create_task(ask(api, long)) for _ in range(others)]
        await asyncio.sleep(SETTLE_S)
        beside_s = await ask(api, short)
        still = sum(not request.done() for request in waiting)
        for request in waiting:
            request.cancel()
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
    return {"short_alone_s": alone_s, "short_beside_s": beside_s, "long_ones": others, "long_still_waiting": still}


async def measure(engine: str, sounds: tuple[Path, Path, Path], folder: Path, *, quick: bool) -> dict[str, object]:
    minute, short, long = sounds
    config = RecognizerConfig(models_dir=folder, kind=engine, model="base", fake=fake_spec(engine))
    recognizer = build_recognizer(config)
    with server(engine, folder) as (url, process):
        found: dict[str, object] = {
            "engine": engine,
            "one_client": await one_client(url, recognizer, minute, folder, 1 if quick else 3),
            "many_clients": await many_clients(url, recognizer, minute, folder),
        }
        if engine == "fake":
            found["memory"] = await memory(url, process, minute if quick else long, 2, 6 if quick else 12)
        found["starvation"] = await starvation(url, short, long, 4 if engine == "fake" else 2)
        return found


def tile(source: Path, target: Path, seconds: int) -> Path:
    """`source` over and over until it lasts so long."""
    command = [str(find_ffmpeg()), "-v", "error", "-y", "-stream_loop", "-1", "-i", str(source), "-map", "0:a:0"]
    subprocess.run([*command, "-t", str(seconds), "-ac", "1", "-ar", "16000", str(target)], check=True)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("audio", type=Path)
    parser.add_argument("--engines", default="fake,faster_whisper")
    parser.add_argument("--short", action="store_true", help="one round, and few requests wait")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="server-overhead-"))
    try:
        lengths = {"minute": MINUTE_S, "short": SHORT_S, "long": LONG_S}
        minute, short, long = (tile(options.audio, folder / f"{name}.flac", s) for name, s in lengths.items())
        engines = options.engines.split(",")
        results = [
            asyncio.run(measure(engine, (minute, short, long), folder, quick=options.short)) for engine in engines
        ]
    finally:
        shutil.rmtree(folder)
    text = json.dumps({"results": results, "took_s": round(time.perf_counter() - started)}, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
