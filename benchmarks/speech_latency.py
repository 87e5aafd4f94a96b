"""Time to the first sound of `/v1/audio/speech`, through a really running server and the offline voice.

Run: python -m benchmarks.speech_latency [--runs 5] [--format mp3]. A server of its own is started on a free port, with
a data folder of its own (nothing is cached between texts). Prints, for each text, the time to the first byte of sound,
to the last, how much sound that is, and the most memory the server used.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil

PROJECT = Path(__file__).resolve().parent.parent
SENTENCE = "Przechodzimy do punktu {number} porządku obrad: projekt uchwały w sprawie zmiany budżetu na 2026 r. "
LONG_CHARS = 20_000
CLIENT = httpx2.Client()  # making one takes as long as a sentence
BYTES_PER_S = 6_000  # of the voices' MP3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--format", default="mp3")
    arguments = parser.parse_args()
    long = "".join(SENTENCE.format(number=number) for number in range(1, 1 + LONG_CHARS // 80))[:LONG_CHARS]
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (url, process):
        measure(url, "warm-up", ["Otwieram obrady."], arguments.format)
        short = [f"Próba {run}. Otwieram obrady rady gminy. Kto jest za?" for run in range(arguments.runs)]
        measure(url, "3 sentences", short, arguments.format)
        measure(url, "3 sentences again (kept)", short, arguments.format)
        texts = [f"Przebieg {run}. {long}" for run in range(max(1, arguments.runs // 3))]
        measure(url, f"{LONG_CHARS} characters", texts, arguments.format, process)


def measure(
    url: str, title: str, texts: list[str], response_format: str, process: psutil.Process | None = None
) -> None:
    first_s, whole_s, sizes, memory = [], [], [], 0
    for text in texts:
        body = {"model": "tts-1", "voice": "pl", "input": text, "response_format": response_format}
        started, heard = time.perf_counter(), 0
        with CLIENT.stream("POST", f"{url}/v1/audio/speech", json=body, timeout=600) as answer:
            assert answer.status_code == 200
            for block in answer.iter_raw():
                if not heard:
                    first_s.append(time.perf_counter() - started)
                heard += len(block)
                memory = max(memory, process.memory_info().rss if process is not None else 0)
        whole_s.append(time.perf_counter() - started)
        sizes.append(heard)
    sound = f", {statistics.median(sizes) / BYTES_PER_S:.0f} s of sound" if response_format == "mp3" else ""
    used = f", at most {memory / 1e6:.0f} MB in the server" if memory else ""
    print(
        f"{title}: first byte {statistics.median(first_s) * 1000:.0f} ms (at most {max(first_s) * 1000:.0f}), "
        f"whole {statistics.median(whole_s):.2f} s{sound}{used}, {len(texts)} runs"
    )


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATA_DIR": str(folder), "READ_ALOUD_ONLINE": "false", "API_KEY": ""}
    command = [sys.executable, "manage.py", "speechserver", "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        assert process.poll() is None
        try:
            if httpx2.get(f"{url}/health").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


if __name__ == "__main__":
    main()
