"""What people do about a council's providers: choose one, go back to the one before. And counting what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from django.db import connection
from django.utils import timezone

from assistant.models import Dialect, ProviderConfig, ProviderKind
from assistant.providers import checked_base_url, provider_of
from council.access import Actor, Can
from council.errors import CouncilError
from council.sealing import seal
from council.tenancy import tenant_scope

__all__ = [
    "Dialect",
    "ProviderKind",
    "ProviderWish",
    "note_usage",
    "roll_back_provider",
    "save_provider",
    "switch_off_provider",
    "wished",
]

_MOST_MODEL_CHARS: Final = 200
_MOST_VOICE_CHARS: Final = 100
_MOST_KEY_CHARS: Final = 1_000
_NAMELESS_MODEL: Final = "model serwera"
_FEWEST_TOKENS, _MOST_TOKENS = 100, 200_000
_FEWEST_CHARS_TO_SHOW_AN_ENDING: Final = 12


@dataclass(frozen=True, slots=True)
class ProviderWish:
    """What a person typed. `api_key` None keeps the key of the same server."""

    kind: ProviderKind
    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    voice: str = ""
    dialect: Dialect = Dialect.OPENAI
    max_tokens: int = 5_000
    summary_max_tokens: int = 8_000


class _Counts(Protocol):
    requests: int
    unmeasured: int
    tokens_in: int
    tokens_out: int


def save_provider(actor: Actor, *, wish: ProviderWish) -> None:
    """Use this provider from now on; the one used so far is kept to go back to, older ones are forgotten.

    Raises:
        CouncilError: not_found, provider_address_invalid, provider_address_private, model_elsewhere,
            provider_incomplete, provider_only_operator.
    """
    actor.require(Can.MANAGE)
    config = wished(actor, wish)
    with tenant_scope(actor.council_id):
        rows = ProviderConfig.objects.select_for_update().filter(council_id=actor.council_id, kind=wish.kind)
        rows.filter(active=False).delete()
        rows.update(active=False)
        config.active = True
        config.save()


def wished(actor: Actor, wish: ProviderWish) -> ProviderConfig:
    """The row that `wish` would become, checked and not saved. Raises what save_provider raises."""
    actor.require(Can.MANAGE)
    _check_whose(actor, wish.kind)
    base_url = checked_base_url(actor, wish.base_url)
    model, voice = wish.model.strip(), wish.voice.strip()
    dialect = wish.dialect if wish.kind == ProviderKind.RECOGNITION else Dialect.OPENAI
    if dialect == Dialect.ASR_WEBSERVICE:
        model = model or _NAMELESS_MODEL  # such a server has one model and does not ask which
    if not 0 < len(model) <= _MOST_MODEL_CHARS or len(voice) > _MOST_VOICE_CHARS:
        raise CouncilError("provider_incomplete")
    if (wish.kind == ProviderKind.VOICE and not voice) or "\0" in model + voice:
        raise CouncilError("provider_incomplete")
    limits = (wish.max_tokens, wish.summary_max_tokens)
    if not all(_FEWEST_TOKENS <= limit <= _MOST_TOKENS for limit in limits):
        raise CouncilError("provider_incomplete")
    key = _kept_key(actor, wish.kind, base_url) if wish.api_key is None else wish.api_key.strip()
    if len(key) > _MOST_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise CouncilError("provider_incomplete")
    return ProviderConfig(
        council_id=actor.council_id,
        kind=wish.kind,
        dialect=dialect,
        base_url=base_url,
        sealed_key=seal(key),
        key_ending=key[-4:] if len(key) >= _FEWEST_CHARS_TO_SHOW_AN_ENDING else "",
        model=model,
        voice=voice,
        max_tokens=wish.max_tokens,
        summary_max_tokens=wish.summary_max_tokens,
        may_be_private=actor.runs_platform,
        activated_at=timezone.now(),
    )


def _check_whose(actor: Actor, kind: ProviderKind) -> None:
    """Only the language model's client goes to no private machine whatever its name resolves to (llm/guarded.py)."""
    if kind != ProviderKind.LANGUAGE_MODEL and not actor.runs_platform:
        raise CouncilError("provider_only_operator")


def _kept_key(actor: Actor, kind: ProviderKind, base_url: str) -> str:
    """The key so far, for the very same address only: elsewhere it would be given away."""
    with tenant_scope(actor.council_id):
        kept = ProviderConfig.objects.filter(
            council_id=actor.council_id, kind=kind, active=True, base_url=base_url
        ).first()
    return provider_of(kept).api_key if kept else ""


def roll_back_provider(actor: Actor, *, kind: ProviderKind) -> None:
    """Use the provider before the present one again; the present one becomes the one to go back to.

    Raises:
        CouncilError: not_found, provider_nothing_before.
    """
    actor.require(Can.MANAGE)
    _check_whose(actor, kind)
    with tenant_scope(actor.council_id):
        rows = ProviderConfig.objects.select_for_update().filter(council_id=actor.council_id, kind=kind)
        before = rows.filter(active=False).order_by("-activated_at").first()
        if before is None:
            raise CouncilError("provider_nothing_before")
        rows.update(active=False)
        ProviderConfig.objects.filter(pk=before.pk).update(active=True, activated_at=timezone.now())


def switch_off_provider(actor: Actor, *, kind: ProviderKind) -> None:
    """Use the deployment's default again, if there is one; the council's own is kept to go back to."""
    actor.require(Can.MANAGE)
    _check_whose(actor, kind)
    with tenant_scope(actor.council_id):
        rows = ProviderConfig.objects.filter(council_id=actor.council_id, kind=kind)
        rows.filter(active=False).delete()
        rows.update(active=False)


_COUNT = """
    INSERT INTO assistant_providerusage AS known
        (council_id, month, kind, model, requests, unmeasured, tokens_in, tokens_out)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (council_id, month, kind, model) DO UPDATE SET
        requests = known.requests + excluded.requests, unmeasured = known.unmeasured + excluded.unmeasured,
        tokens_in = known.tokens_in + excluded.tokens_in, tokens_out = known.tokens_out + excluded.tokens_out
"""


def note_usage(council_id: int, kind: ProviderKind, model: str, counts: _Counts) -> None:
    """Add to what the council spent this month. Parallel requests add up."""
    month = timezone.localdate().replace(day=1)
    figures = [counts.requests, counts.unmeasured, counts.tokens_in, counts.tokens_out]
    with tenant_scope(council_id), connection.cursor() as cursor:
        cursor.execute(_COUNT, [council_id, month, kind.value, model[:_MOST_MODEL_CHARS], *figures])
