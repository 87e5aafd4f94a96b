"""Language models behind one small protocol, and which one a council may ask."""

from __future__ import annotations

from functools import lru_cache

from assistant.llm.base import ChatModel, Usage, complete
from assistant.models import ProviderKind
from assistant.providers import Provider, active_provider, check_may_be_asked
from council.access import Actor

__all__ = ["ChatModel", "Usage", "complete", "configured_model", "model_of"]


def configured_model(actor: Actor) -> ChatModel | None:
    """The model that may be asked for this council: its own or the deployment's; None when there is none (quote mode).

    With the council's egress off nothing leaves the machine: only a server on a loopback address may be asked.

    Raises:
        CouncilError: model_elsewhere when the model is on another machine and egress is off, secret_unreadable when
            its key cannot be opened.
    """
    provider = active_provider(actor, ProviderKind.LANGUAGE_MODEL)
    return None if provider is None else model_of(actor, provider)


def model_of(actor: Actor, provider: Provider, *, max_tokens: int | None = None) -> ChatModel:
    """The model that `provider` names, for this council. Raises CouncilError: model_elsewhere."""
    check_may_be_asked(actor, provider)
    return _model(
        provider.base_url,
        provider.api_key,
        provider.model,
        max_tokens or provider.max_tokens,
        stays_here=not actor.egress_allowed,
        public_only=not provider.may_be_private,
    )


@lru_cache(maxsize=64)  # what a server does not understand is remembered
def _model(
    base_url: str, api_key: str, model: str, max_tokens: int, *, stays_here: bool, public_only: bool
) -> ChatModel:
    from assistant.llm.openai_model import (
        OpenAICompatibleModel,
    )  # half a second of imports that quote mode can do without

    return OpenAICompatibleModel(
        base_url, api_key, model, max_tokens=max_tokens, stays_here=stays_here, public_only=public_only
    )
