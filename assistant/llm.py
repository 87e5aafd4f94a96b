"""Language models behind one small protocol, and which one a council may ask."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from council.access import Actor
from council.errors import CouncilError

if TYPE_CHECKING:
    from assistant.openai_model import OpenAICompatibleModel

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
    from assistant.openai_model import OpenAICompatibleModel  # half a second of imports that quote mode can do without

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
