"""A chat model on any OpenAI-compatible server, through the `openai` package; loaded only when one is configured."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx2
import openai

from assistant.llm.base import ReasoningFilter, Usage
from assistant.llm.guarded import PublicOnlyTransport
from council.errors import CouncilError
from speech.engine.addresses import is_this_machine

logger = logging.getLogger(__name__)

TIMEOUT: Final = openai.Timeout(120.0, connect=5.0)
"""Seconds between two pieces; connecting is quick or hopeless."""
TIMEOUT_HERE: Final = openai.Timeout(900.0, connect=5.0)
"""The same of a server on this machine, which is silent while it reads the evidence: 3,000 tokens take a model of 1.5
billion weights a minute on two idle cores (assistant/retrieval.py: EVIDENCE_TOKENS), five on busy ones, and one of 7
billion five times as long. Whoever waits may stop it."""
MOST_CHARS: Final = 200_000
"""A server that never stops writing is left."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What the server understands, until it says no."""

    schema: bool = True
    usage: bool = True
    temperature: bool = True
    limit: str = "max_tokens"  # newer models of OpenAI want max_completion_tokens

    def lesser(self, refusal: str, *, asks_schema: bool) -> _Dialect | None:
        """What to try after a refusal in these words; None when there is nothing left to leave out."""
        if "max_completion_tokens" in refusal and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in refusal and self.temperature:
            return replace(self, temperature=False)
        if "stream_options" in refusal and self.usage:
            return replace(self, usage=False)
        if self.schema and asks_schema:
            return replace(self, schema=False)
        return replace(self, usage=False) if self.usage else None


class OpenAICompatibleModel:
    """Any server of `/v1/chat/completions`.

    Args:
        base_url: up to and with `/v1`.
        stays_here: no proxy and no redirect may carry the text to another machine.
        public_only: the address is a council's wish, not the operator's: machines of no public address are not asked.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        model: str,
        *,
        max_tokens: int,
        stays_here: bool = False,
        public_only: bool = False,
    ) -> None:
        self.name = model
        self._base_url = base_url
        self._api_key = api_key or "none"  # local servers want some key, any key
        self._max_tokens = max_tokens
        self._stays_here = stays_here
        self._public_only = public_only
        self._dialect = _Dialect()

    async def stream(
        self, messages: Sequence[dict[str, str]], *, usage: Usage, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[str, None]:
        """See StreamingModel.stream; what the request costs is added to `usage`, also when it fails midway."""
        thoughts, length = ReasoningFilter(), 0
        try:
            async with self._client() as client, aclosing(self._pieces(client, messages, schema, usage)) as pieces:
                async for piece in pieces:
                    length += len(piece)
                    shown = thoughts.feed(piece)
                    if shown:
                        yield shown
                    if length > MOST_CHARS:
                        raise CouncilError("model_unavailable", retryable=True, detail="the model does not stop")
            rest = thoughts.finish()
            if rest:
                yield rest
        except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError) as error:
            raise CouncilError("model_unavailable", retryable=True, detail=_why(error)) from error
        except openai.APIStatusError as error:
            raise CouncilError("model_rejected", detail=_why(error)) from error
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:  # ValueError: no JSON
            raise CouncilError("model_unavailable", retryable=True, detail=_why(error)) from error

    async def _pieces(
        self,
        client: openai.AsyncOpenAI,
        messages: Sequence[dict[str, str]],
        schema: dict[str, Any] | None,
        usage: Usage,
    ) -> AsyncGenerator[str, None]:
        stream = await self._opened(client, messages, schema)
        usage.requests += 1
        measured = answered = False
        try:
            async with stream:
                if stream.response.headers.get("content-type", "").startswith("application/json"):
                    chunks = _whole(await stream.response.aread())  # a server that does not stream
                else:
                    chunks = stream
                async for chunk in chunks:
                    measured |= _add(usage, getattr(chunk, "usage", None))
                    for choice in (getattr(chunk, "choices", None) or ())[:1]:
                        answered = True
                        said = getattr(choice, "delta", None) or getattr(choice, "message", None)
                        if said is not None and said.content:
                            yield said.content
        finally:
            usage.unmeasured += not measured
        if not answered:
            raise CouncilError("model_unavailable", retryable=True, detail="an answer without choices")

    async def _opened(
        self, client: openai.AsyncOpenAI, messages: Sequence[dict[str, str]], schema: dict[str, Any] | None
    ) -> Any:
        """The answer's beginning, asked for in the richest form that the server takes."""
        while True:
            dialect = self._dialect
            offers: dict[str, Any] = {dialect.limit: self._max_tokens}
            if dialect.schema and schema is not None:
                offers["response_format"] = _schema_format(schema)
            if dialect.usage:
                offers["stream_options"] = {"include_usage": True}
            if dialect.temperature:
                offers["temperature"] = 0.0
            try:
                return await client.chat.completions.create(
                    model=self.name,
                    messages=list(messages),  # type: ignore[arg-type]  # plain dicts are what its TypedDicts describe
                    stream=True,
                    **offers,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                lesser = dialect.lesser(str(error), asks_schema=schema is not None)
                if lesser is None:
                    self._dialect = _Dialect()  # it was the request itself
                    raise
                logger.info("model server refused (%s), asking for less: %s", error.status_code, lesser)
                self._dialect = lesser

    def _client(self) -> openai.AsyncOpenAI:
        """One for each request: connections belong to an event loop, and callers come from many."""
        http_client = None
        if self._public_only:
            http_client = openai.DefaultAsyncHttpx2Client(
                transport=PublicOnlyTransport(), trust_env=False, follow_redirects=False
            )
        elif self._stays_here:
            http_client = openai.DefaultAsyncHttpx2Client(trust_env=False, follow_redirects=False)
        here = is_this_machine(self._base_url)
        return openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key,
            timeout=TIMEOUT_HERE if here else TIMEOUT,
            max_retries=0 if here else 1,  # a model that reads slowly is not helped by reading all again
            http_client=http_client,
        )


async def _whole(body: bytes) -> AsyncGenerator[Any, None]:
    """An answer in one piece, read as one chunk."""
    data = json.loads(body)
    yield openai.types.chat.ChatCompletion.model_construct(
        choices=[_choice(choice) for choice in (data.get("choices") if isinstance(data, dict) else None) or ()],
        usage=data.get("usage") if isinstance(data, dict) else None,
    )


def _choice(data: Any) -> Any:
    message = data.get("message") if isinstance(data, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    said = openai.types.chat.ChatCompletionMessage.model_construct(content=content if isinstance(content, str) else "")
    return openai.types.chat.chat_completion.Choice.model_construct(message=said)


def _add(usage: Usage, told: Any) -> bool:
    """Whether the server told figures; those it told are added."""
    figures = told if isinstance(told, dict) else {} if told is None else told.model_dump()
    counts = [figures.get("prompt_tokens"), figures.get("completion_tokens")]
    if not any(isinstance(count, int) and count >= 0 for count in counts):
        return False
    tokens_in, tokens_out = (count if isinstance(count, int) and 0 <= count < 10**9 else 0 for count in counts)
    usage.tokens_in += tokens_in
    usage.tokens_out += tokens_out
    return True


def _why(error: Exception) -> str:
    cause = f": {error.__cause__}" if error.__cause__ is not None else ""
    return f"{error}{cause}"[:500]


def _schema_format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
