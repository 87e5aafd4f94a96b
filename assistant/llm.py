"""Language models behind one small protocol; the only file of this app that speaks to a model server."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import openai
from django.conf import settings

from council.access import Actor
from council.errors import CouncilError

logger = logging.getLogger(__name__)

TIMEOUT: Final = openai.Timeout(120.0, connect=5.0)
"""Seconds. A small model on two cores needs a minute for 3,000 tokens of evidence; connecting is quick or hopeless."""

_THINKING: Final = re.compile(r"<(think|thinking|reasoning)>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_THINKING_TAIL: Final = re.compile(r"^.*?</(?:think|thinking|reasoning)>\s*", re.DOTALL | re.IGNORECASE)
"""Some servers' templates open the block in the prompt, so that only its end is in the answer."""


class ChatModel(Protocol):
    """A model that answers one conversation. `name` is what people and logs call it."""

    name: str

    def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any]) -> str:
        """The model's text without its reasoning, as JSON of `schema` when the server can promise that.

        Raises:
            CouncilError: model_unavailable (retryable: no answer, overload, failure of the server),
                model_rejected (the server refuses the key, the model or the request).
        """
        ...


class OpenAICompatibleModel:
    """Any server of `/v1/chat/completions`.

    Args:
        base_url: up to and with `/v1`.
        stays_here: no proxy and no redirect may carry the text to another machine.
    """

    def __init__(self, base_url: str, api_key: str, model: str, *, max_tokens: int, stays_here: bool = False) -> None:
        self.name = model
        self._max_tokens = max_tokens
        self._offers_schema = True  # until the server says no
        http_client = openai.DefaultHttpx2Client(trust_env=False, follow_redirects=False) if stays_here else None
        self._client = openai.OpenAI(
            base_url=base_url,
            api_key=api_key or "none",  # local servers want some key, any key
            timeout=TIMEOUT,
            max_retries=1,
            http_client=http_client,
        )

    def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any]) -> str:
        """See ChatModel.complete."""
        try:
            if self._offers_schema:
                try:
                    return self._ask(messages, _schema_format(schema))
                except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                    logger.info("model server takes no json_schema (%s), asking for plain JSON", error.status_code)
                    self._offers_schema = False
            return self._ask(messages, openai.omit)
        except (openai.APIConnectionError, openai.InternalServerError, openai.RateLimitError) as error:
            raise CouncilError("model_unavailable", retryable=True, detail=str(error)) from error
        except openai.APIStatusError as error:
            raise CouncilError("model_rejected", detail=str(error)) from error
        except (openai.OpenAIError, ValueError) as error:  # ValueError: a body that is no JSON
            raise CouncilError("model_unavailable", retryable=True, detail=str(error)) from error

    def _ask(self, messages: Sequence[dict[str, str]], response_format: Any) -> str:
        completion = self._client.chat.completions.create(
            model=self.name,
            messages=list(messages),  # type: ignore[arg-type]  # plain dicts are what its TypedDicts describe
            max_tokens=self._max_tokens,
            temperature=0.0,
            response_format=response_format,
        )
        choices = getattr(completion, "choices", None)
        if not choices or choices[0].message is None:
            raise CouncilError("model_unavailable", retryable=True, detail="an answer without choices")
        return without_reasoning(choices[0].message.content or "")


def configured_model(actor: Actor) -> ChatModel | None:
    """The model that may be asked for this council; None when there is none (quote mode).

    With the council's egress off nothing leaves the machine: only a server on a loopback address may be asked.

    Raises:
        CouncilError: model_elsewhere when the model is on another machine and egress is off.
    """
    if not settings.LLM_BASE_URL:
        return None
    if not actor.egress_allowed and not is_loopback(settings.LLM_BASE_URL):
        raise CouncilError("model_elsewhere")
    return _model(
        settings.LLM_BASE_URL,
        settings.LLM_API_KEY,
        settings.LLM_MODEL,
        settings.CHAT_MAX_TOKENS,
        stays_here=not actor.egress_allowed,
    )


@lru_cache(maxsize=8)  # one connection pool per server, and its refusal of json_schema is remembered
def _model(base_url: str, api_key: str, model: str, max_tokens: int, *, stays_here: bool) -> OpenAICompatibleModel:
    return OpenAICompatibleModel(base_url, api_key, model, max_tokens=max_tokens, stays_here=stays_here)


def is_loopback(url: str) -> bool:
    """Whether `url` names this very machine: localhost or a loopback address (names are not resolved)."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_reasoning(text: str) -> str:
    """The answer of a thinking model without what it thought aloud."""
    return _THINKING_TAIL.sub("", _THINKING.sub("", text)).strip()


def _schema_format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
