"""Language models behind one small protocol, and which one a council may ask."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from assistant.llm.base import ChatModel
from council.access import Actor
from council.errors import CouncilError

__all__ = ["ChatModel", "configured_model", "is_loopback"]


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
def _model(base_url: str, api_key: str, model: str, max_tokens: int, *, stays_here: bool) -> ChatModel:
    from assistant.llm.openai_model import (
        OpenAICompatibleModel,
    )  # half a second of imports that quote mode can do without

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
