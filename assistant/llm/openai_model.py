"""A chat model on any OpenAI-compatible server, through the `openai` package; loaded only when one is configured."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

import openai

from assistant.llm.base import without_reasoning
from council.errors import CouncilError

logger = logging.getLogger(__name__)

TIMEOUT: Final = openai.Timeout(120.0, connect=5.0)
"""Seconds. A small model on two cores needs a minute for 3,000 tokens of evidence; connecting is quick or hopeless."""


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


def _schema_format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
