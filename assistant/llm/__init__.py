"""Language models behind one small protocol, and which one a council may ask."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.llm.base import ChatModel, StreamingModel
from assistant.models import ProviderKind
from assistant.providers import Provider, active_provider, check_may_be_asked
from council.access import Actor

if TYPE_CHECKING:
    from assistant.llm.openai_model import OpenAICompatibleModel

__all__ = ["ChatModel", "StreamingModel", "configured_model", "model_of", "summary_model"]


def configured_model(actor: Actor) -> StreamingModel | None:
    """The model that may be asked for this council: its own or the deployment's; None when there is none (quote mode).

    With the council's egress off nothing leaves the machine: only a server on a loopback address may be asked.

    Raises:
        CouncilError: model_elsewhere when the model is on another machine and egress is off, secret_unreadable when
            its key cannot be opened.
    """
    provider = active_provider(actor, ProviderKind.LANGUAGE_MODEL)
    return None if provider is None else model_of(actor, provider, max_tokens=provider.max_tokens)


def summary_model(actor: Actor) -> StreamingModel | None:
    """The same model with room for a summary. Raises what configured_model raises."""
    provider = active_provider(actor, ProviderKind.LANGUAGE_MODEL)
    return None if provider is None else model_of(actor, provider, max_tokens=provider.summary_max_tokens)


def model_of(actor: Actor, provider: Provider, *, max_tokens: int) -> StreamingModel:
    """The model that `provider` names, for this council. Raises CouncilError: model_elsewhere."""
    check_may_be_asked(actor, provider)
    from assistant.llm.metered import MeteredModel  # half a second of imports that quote mode can do without

    model = _model(
        provider.base_url,
        provider.api_key,
        provider.model,
        max_tokens,
        stays_here=not actor.egress_allowed,
        public_only=not provider.may_be_private,
    )
    return MeteredModel(actor.council_id, model)


@lru_cache(maxsize=64)  # what a server does not understand is remembered
def _model(
    base_url: str, api_key: str, model: str, max_tokens: int, *, stays_here: bool, public_only: bool
) -> OpenAICompatibleModel:
    from assistant.llm.openai_model import OpenAICompatibleModel

    return OpenAICompatibleModel(
        base_url, api_key, model, max_tokens=max_tokens, stays_here=stays_here, public_only=public_only
    )
