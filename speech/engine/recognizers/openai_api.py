"""Any server that speaks OpenAI's `/v1/audio/transcriptions`: OpenAI, Groq, Speaches, vLLM, this product's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import openai

from speech.engine.addresses import is_this_machine
from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.recognizers.remote import CONNECT_TIMEOUT_S, RemoteRecognizer, RemoteSettings, hint
from speech.engine.recognizers.remote_answers import Answer, read_answer
from speech.engine.recognizers.remote_calls import RemoteFault, read_object, status_fault
from speech.engine.recognizers.remote_upload import Upload

_WITH_WORDS: Final = {"response_format": "verbose_json", "timestamp_granularities": ["word", "segment"]}
_WITH_SEGMENTS: Final = {"response_format": "verbose_json"}
_TEXT_ALONE: Final = {"response_format": "json"}
_WITH_SPEAKERS: Final = {"response_format": "diarized_json", "chunking_strategy": "auto"}
_ANOTHER_FORM: Final = frozenset({400, 415, 422, 501})
"""Statuses after which a request for less is tried: the model or server may not know the form of answer asked for."""
_SURE_AFTER: Final = 3
_UPLOAD_TIMEOUT_S: Final = 120.0


class OpenAiApiRecognizer(RemoteRecognizer):
    """Speech to words by a server of OpenAI's kind.

    Args:
        base_url: up to and with `/v1`.
        api_key: "" for servers without one.
        model: the server's name of the model; one with "diarize" in it is asked for speakers.
    """

    name = "openai_api"

    def __init__(self, base_url: str, api_key: str, model: str, settings: RemoteSettings | None = None) -> None:
        settings = settings or RemoteSettings()
        super().__init__(_OpenAiServer(base_url, api_key, model, settings), model, settings)


class _OpenAiServer:
    """Remembers the richest form of answer that the server gives; until it knows, it starts with words' times."""

    def __init__(self, base_url: str, api_key: str, model: str, settings: RemoteSettings) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._model = model
        self._settings = settings
        diarizes = "diarize" in model.lower()
        self._forms: list[dict[str, Any]] = (
            [_WITH_SPEAKERS, _TEXT_ALONE] if diarizes else [_WITH_WORDS, _WITH_SEGMENTS, _TEXT_ALONE]
        )
        self._known: int | None = None
        self._failed_before = 0

    @cached_property
    def _client(self) -> openai.OpenAI:
        """Made at first use: forked children must not share its connections. Proxies are for other machines."""
        http_client = openai.DefaultHttpx2Client(follow_redirects=False, trust_env=not is_this_machine(self._base_url))
        return openai.OpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",  # local servers want some key, any key
            max_retries=0,
            http_client=http_client,
        )

    def ask(self, upload: Upload, options: RecognitionOptions) -> Answer:
        """See `Server.ask`."""
        first = self._known or 0
        if options.task == "translate":
            first = max(first, 1)  # translations have no times of words
        sure = True
        for index in range(first, len(self._forms)):
            try:
                answer = self._ask(upload, options, self._forms[index])
            except RemoteFault as fault:
                if index + 1 == len(self._forms) or not self._may_be_the_form(fault):
                    raise
                sure = sure and fault.status != 500
                continue
            if options.task == "transcribe":
                self._remember(index, sure=sure)
            return answer
        raise AssertionError("there is always a last form")

    def _remember(self, form: int, *, sure: bool) -> None:
        """A failure (500) before a simpler form may have been chance: only the third in a row settles the matter."""
        self._failed_before = 0 if sure else self._failed_before + 1
        if sure or self._failed_before >= _SURE_AFTER:
            self._known = form

    def _may_be_the_form(self, fault: RemoteFault) -> bool:
        """Also 500, as long as nothing was ever answered: Speaches fails so for models without times."""
        if fault.status == 500:
            return self._known is None
        return fault.code == "remote_rejected" and fault.status in _ANOTHER_FORM

    def _ask(self, upload: Upload, options: RecognitionOptions, form: dict[str, Any]) -> Answer:
        timeout = openai.Timeout(
            self._settings.timeout_s(upload),
            connect=CONNECT_TIMEOUT_S,
            write=_UPLOAD_TIMEOUT_S,
            pool=CONNECT_TIMEOUT_S,
        )
        wishes: dict[str, Any] = {
            "model": self._model,
            "file": (upload.name, upload.data, upload.media_type),
            "timeout": timeout,
            **form,
        }
        if form is not _WITH_SPEAKERS:  # that model takes neither
            wishes["temperature"] = 0.0
            wishes["prompt"] = hint(options) or openai.omit
        create: Callable[..., Any] = self._client.audio.translations.with_raw_response.create
        if options.task == "transcribe":
            create = self._client.audio.transcriptions.with_raw_response.create
            wishes["language"] = options.language or openai.omit
        try:
            body = create(**wishes).content
        except openai.APIStatusError as error:
            headers = {name.lower(): value for name, value in error.response.headers.items()}
            raise status_fault(error.status_code, error.response.text, headers) from error
        except openai.APIConnectionError as error:  # timeouts too
            detail = f"{type(error).__name__}: {error.__cause__ or error}"
            raise RemoteFault("remote_unavailable", detail, retryable=True) from error
        return read_answer(read_object(body), upload.duration_ms)
