"""openai-whisper-asr-webservice and servers like it (the WhisperX fork, this product's own): `POST /asr`."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import httpx2

from speech.engine.addresses import is_this_machine
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.remote import CONNECT_TIMEOUT_S, MAX_HINT_CHARS, RemoteRecognizer, RemoteSettings, hint
from speech.engine.recognizers.remote_answers import Answer, clean, read_answer
from speech.engine.recognizers.remote_calls import RemoteFault, read_object, status_fault
from speech.engine.recognizers.remote_upload import Upload

_UPLOAD_TIMEOUT_S: Final = 120.0


class AsrWebserviceRecognizer(RemoteRecognizer):
    """Speech to words by `POST {base_url}/asr`.

    Args:
        base_url: the server's address, without `/asr`.
        diarize: ask who speaks. Sent either way: the fork takes silence for yes.
        min_speakers, max_speakers: sent only when given. The original server takes the first for the exact number.
        vad_filter: let the server look for speech once more; what is sent is speech already.
    """

    name = "asr_webservice"

    def __init__(
        self,
        base_url: str,
        settings: RemoteSettings | None = None,
        *,
        diarize: bool = False,
        min_speakers: int | None = None,
        max_speakers: int | None = None,
        vad_filter: bool = False,
    ) -> None:
        settings = settings or RemoteSettings()
        query = {"vad_filter": _flag(vad_filter), "diarize": _flag(diarize), "enable_diarization": _flag(diarize)}
        if diarize and min_speakers is not None:
            query["min_speakers"] = str(min_speakers)
        if diarize and max_speakers is not None:
            query["max_speakers"] = str(max_speakers)
        super().__init__(_AsrServer(base_url, query, settings), "asr_webservice", settings)


class _AsrServer:
    def __init__(self, base_url: str, query: dict[str, str], settings: RemoteSettings) -> None:
        self._url = f"{base_url.rstrip('/')}/asr"
        self._query = query
        self._settings = settings

    @cached_property
    def _client(self) -> httpx2.Client:
        """Made at first use: forked children must not share its connections. Proxies are for other machines."""
        return httpx2.Client(follow_redirects=False, trust_env=not is_this_machine(self._url))

    def ask(self, upload: Upload, options: RecognitionOptions) -> Answer:
        """See `Server.ask`. The answer is JSON although its content type says plain text."""
        query = {
            "encode": "true", "task": options.task, "output": "json", "word_timestamps": "true", **self._query,
        }  # fmt: skip
        if options.language:
            query["language"] = options.language
        if hint(options):
            query["initial_prompt"] = hint(options)
        if options.hotwords:
            query["hotwords"] = clean(options.hotwords)[:MAX_HINT_CHARS]
        timeout = httpx2.Timeout(
            self._settings.timeout_s(upload), connect=CONNECT_TIMEOUT_S, write=_UPLOAD_TIMEOUT_S, pool=CONNECT_TIMEOUT_S
        )
        file = (upload.name, upload.data, upload.media_type)
        try:
            answer = self._client.post(self._url, params=query, files={"audio_file": file}, timeout=timeout)
        except httpx2.HTTPError as error:
            raise RemoteFault("remote_unavailable", f"{type(error).__name__}: {error}", retryable=True) from error
        if answer.status_code != 200:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            raise status_fault(answer.status_code, answer.text, headers)
        return read_answer(read_object(answer.content), upload.duration_ms)


def _flag(value: bool) -> str:
    return "true" if value else "false"
