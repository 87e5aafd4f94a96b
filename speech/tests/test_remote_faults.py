"""Servers that refuse, fail, hang or write nonsense: what helps is repeated, what does not is a clear error."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from werkzeug import Response

from speech.engine.addresses import is_this_machine
from speech.engine.chunk_limits import ChunkLimits
from speech.engine.errors import EngineError
from speech.engine.recognizers.asr_webservice import AsrWebserviceRecognizer
from speech.engine.recognizers.base import Recognition, RecognitionOptions, Recognizer
from speech.engine.recognizers.openai_api import OpenAiApiRecognizer
from speech.engine.recognizers.remote import RemoteSettings
from speech.engine.recognizers.remote_calls import Patience, RemoteFault, retry_after
from speech.tests.remote_server import (
    RemoteServer,
    asr_faster_whisper,
    openai_whisper,
    refusal,
    remote_server,
    spoken,
    words_of,
)

NUMBERS = [1, 2, 3, 4, 5, 6]


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, []  # type: ignore[var-annotated]

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["openai_api", "asr_webservice"])
def server(request: pytest.FixtureRequest) -> Iterator[RemoteServer]:
    with remote_server(openai_whisper if request.param == "openai_api" else asr_faster_whisper) as made:
        yield made


def recognizer(
    server: RemoteServer, clock: Clock, *, read_timeout_s: float = 600, max_ms: int = 1_200_000
) -> Recognizer:
    settings = RemoteSettings(
        limits=ChunkLimits(max_ms=max_ms),
        patience=Patience(sleep=clock.sleep, clock=lambda: clock.now),
        read_timeout_s=read_timeout_s,
    )
    if server.dialect is openai_whisper:
        return OpenAiApiRecognizer(f"{server.url}/v1", "tajne", "whisper-1", settings)
    return AsrWebserviceRecognizer(server.url, settings)


def hear(recognizer: Recognizer, numbers: list[int] = NUMBERS, **options: Any) -> Recognition:
    audio, speech = spoken(numbers)
    return recognizer.recognize(audio, speech, RecognitionOptions(**options))


def said(result: Recognition) -> list[str]:
    return [word.text.rstrip("?") for segment in result.segments for word in segment.words]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(server: RemoteServer, clock: Clock, status: int) -> None:
    used = recognizer(server, clock)
    hear(used)  # the form of answer is known from here on
    server.faults = [refusal(status, "busy"), refusal(status, "busy")]
    assert said(hear(used)) == words_of(NUMBERS)
    assert len(server.asked) == 4
    assert 2 <= sum(clock.slept) <= 4


def test_the_server_says_how_long_to_wait(server: RemoteServer, clock: Clock) -> None:
    busy = refusal(429, "busy")
    busy.headers["Retry-After"] = "17"
    server.faults = [busy]
    hear(recognizer(server, clock))
    assert sum(clock.slept) == pytest.approx(17)


def test_a_wish_to_wait_for_a_day_is_not_obeyed(server: RemoteServer, clock: Clock) -> None:
    busy = refusal(503, "busy")
    busy.headers["Retry-After"] = "86400"
    server.faults = [busy]
    hear(recognizer(server, clock))
    assert sum(clock.slept) == pytest.approx(120)


def test_patience_has_an_end(server: RemoteServer, clock: Clock) -> None:
    server.faults = [refusal(503, "busy") for _ in range(50)]
    with pytest.raises(EngineError) as caught:
        hear(recognizer(server, clock))
    assert (caught.value.code, caught.value.retryable) == ("remote_unavailable", True)
    assert len(server.asked) == 6
    assert clock.now <= 300


def test_a_server_that_says_not_to_repeat_is_not_asked_again(server: RemoteServer, clock: Clock) -> None:
    final = refusal(503, "tried everything")
    final.headers["x-should-retry"] = "false"
    server.faults = [final]
    with pytest.raises(EngineError):
        hear(recognizer(server, clock))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "remote_key_refused"), (403, "remote_key_refused"), (404, "remote_model_missing"), (302, "remote_rejected")],
)
def test_what_will_not_pass_is_an_error_at_once(server: RemoteServer, clock: Clock, status: int, code: str) -> None:
    fault = refusal(status, "no")
    fault.headers["location"] = "http://192.0.2.1/asr"
    server.faults = [fault]
    with pytest.raises(EngineError) as caught:
        hear(recognizer(server, clock))
    assert (caught.value.code, caught.value.retryable) == (code, False)
    assert len(server.asked) == 1
    assert clock.slept == []


def test_an_account_without_money_is_not_waited_for(server: RemoteServer, clock: Clock) -> None:
    server.faults = [refusal(429, "You exceeded your current quota", code="insufficient_quota")]
    with pytest.raises(EngineError) as caught:
        hear(recognizer(server, clock))
    assert (caught.value.code, caught.value.retryable) == ("remote_quota_used_up", False)


def test_a_refused_recording_is_an_error_that_waiting_does_not_help(server: RemoteServer, clock: Clock) -> None:
    server.faults = [refusal(422, "no such language") for _ in range(9)]
    with pytest.raises(EngineError) as caught:
        hear(recognizer(server, clock))
    assert (caught.value.code, caught.value.retryable) == ("remote_rejected", False)
    assert clock.slept == []


@pytest.mark.parametrize(
    "body", [b"<html>Bad Gateway</html>", b'{"text": "ta', b"\xff\xfe", b"", b"[]", b'{"detail": "queued"}']
)
def test_nonsense_is_asked_again_and_never_text(server: RemoteServer, clock: Clock, body: bytes) -> None:
    server.faults = [Response(body, content_type="application/json")]
    assert said(hear(recognizer(server, clock))) == words_of(NUMBERS)
    server.faults = [Response(body, content_type="application/json") for _ in range(9)]
    with pytest.raises(EngineError) as caught:
        hear(recognizer(server, clock))
    assert (caught.value.code, caught.value.retryable) == ("remote_answer_invalid", True)


def test_an_answer_cut_off_on_the_way_is_asked_for_again(server: RemoteServer, clock: Clock) -> None:
    def cut(asked: Any) -> Response:
        whole = server.dialect(asked)
        whole.headers["content-length"] = str(len(whole.get_data()) + 100)
        return whole

    server.faults = [cut]
    assert said(hear(recognizer(server, clock))) == words_of(NUMBERS)
    assert len(server.asked) == 2


def test_nobody_listening_is_an_error_that_may_pass(clock: Clock) -> None:
    settings = RemoteSettings(patience=Patience(sleep=clock.sleep, clock=lambda: clock.now))
    with socket.socket() as deaf:  # it holds its port, so that nobody else listens there
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        for used in (
            OpenAiApiRecognizer(f"http://127.0.0.1:{port}/v1", "", "whisper-1", settings),
            AsrWebserviceRecognizer(f"http://127.0.0.1:{port}", settings),
        ):
            with pytest.raises(EngineError) as caught:
                hear(used)
            assert (caught.value.code, caught.value.retryable) == ("remote_unavailable", True)


def test_a_server_that_never_answers_is_left(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = RemoteSettings(patience=Patience(attempts=2, sleep=clock.sleep), read_timeout_s=-4.6)
        # 2.4 s of sound add 4.8 s to it: what is left is 0.2 s
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        for used in (OpenAiApiRecognizer(f"{url}/v1", "", "m", settings), AsrWebserviceRecognizer(url, settings)):
            with pytest.raises(EngineError) as caught:
                hear(used)
            assert (caught.value.code, caught.value.retryable) == ("remote_unavailable", True)


def test_one_failed_piece_fails_the_whole(server: RemoteServer, clock: Clock) -> None:
    used = recognizer(server, clock, max_ms=10_000)
    server.faults = [server.dialect, refusal(403, "no")]
    with pytest.raises(EngineError) as caught:
        hear(used, [1, 2, 3, 4] * 20)
    assert caught.value.code == "remote_key_refused"
    assert len(server.asked) == 2


def test_a_recognition_given_up_stops_between_pieces_and_while_waiting(server: RemoteServer, clock: Clock) -> None:
    class GivenUpError(Exception):
        pass

    def after(calls: int) -> Any:
        counted = iter(range(calls))

        def on_progress(done: int, total: int) -> None:
            if next(counted, None) is None:
                raise GivenUpError

        return on_progress

    audio, speech = spoken([1, 2, 3, 4] * 30)
    used = recognizer(server, clock, max_ms=10_000)
    with pytest.raises(GivenUpError):
        used.recognize(audio, speech, RecognitionOptions(), after(1))
    assert len(server.asked) == 2
    busy = refusal(503, "busy")
    busy.headers["retry-after"] = "100"
    server.faults = [busy]
    with pytest.raises(GivenUpError):
        used.recognize(audio, speech, RecognitionOptions(), after(5))
    assert sum(clock.slept) <= 6


def test_a_detail_is_one_short_line() -> None:
    fault = RemoteFault("remote_rejected", "a\nb\x1b[31m" + "c" * 9_999)
    assert "\n" not in fault.detail
    assert "\x1b" not in fault.detail
    assert len(fault.detail) <= 400


def test_retry_after_in_all_its_forms() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 <= (retry_after({"retry-after": soon}) or 0) <= 90
    assert retry_after({"retry-after": format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)}) == 0
    assert retry_after({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert retry_after({"retry-after": "-3"}) == 0
    for nonsense in ("", "nan", "inf", "soon", "Mon, 99 Nov 2026 99:99:99 GMT", "1 s"):
        assert retry_after({"retry-after": nonsense}) is None
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://127.0.0.1:8000/v1", True), ("http://localhost/v1", True), ("http://[::1]:9000", True),
     ("http://10.0.0.5/v1", False),
     ("https://api.openai.com/v1", False), ("", False), ("http://localhost.evil.example", False)],
)  # fmt: skip
def test_only_this_machine_is_this_machine(url: str, here: bool) -> None:
    assert is_this_machine(url) is here
