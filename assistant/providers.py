"""Whom a council asks: its own servers of models and voices, or else the deployment's. Reads only."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from assistant.models import Dialect, ProviderConfig, ProviderKind, ProviderUsage
from council.access import Actor, Can
from council.errors import CouncilError
from council.sealing import unseal
from council.tenancy import tenant_scope
from speech.engine.addresses import host_of, is_public, is_this_machine
from transcripts.chosen_servers import ChosenServer, Use

_MOST_URL_CHARS: Final = 500
_KIND_OF_USE: Final[dict[Use, ProviderKind]] = {
    "recognition": ProviderKind.RECOGNITION, "embeddings": ProviderKind.EMBEDDINGS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provider:
    """A server of models, ready to be asked. `may_be_private`: the operator chose it, so it may be any machine."""

    kind: ProviderKind
    base_url: str
    api_key: str = field(repr=False)
    model: str
    voice: str
    max_tokens: int
    summary_max_tokens: int
    may_be_private: bool
    dialect: str = Dialect.OPENAI.value


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One choice as people see it. Of the key only its end is ever shown; `id` None is the deployment's default."""

    id: int | None
    kind: str
    base_url: str
    key_ending: str
    model: str
    voice: str
    max_tokens: int
    summary_max_tokens: int
    active: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class UsageRow:
    month: date
    kind_label: str
    model: str
    requests: int
    unmeasured: int
    tokens_in: int
    tokens_out: int


def active_provider(actor: Actor, kind: ProviderKind) -> Provider | None:
    """The council's own choice, else the deployment's language model; None when there is neither.

    Raises:
        CouncilError: secret_unreadable.
    """
    with tenant_scope(actor.council_id):
        chosen = ProviderConfig.objects.filter(council_id=actor.council_id, kind=kind, active=True).first()
    if chosen is not None:
        return provider_of(chosen)
    return _deployment_model() if kind == ProviderKind.LANGUAGE_MODEL else None


def provider_of(config: ProviderConfig) -> Provider:
    """Raises CouncilError: secret_unreadable."""
    return Provider(
        kind=ProviderKind(config.kind),
        base_url=config.base_url,
        api_key=unseal(config.sealed_key),
        model=config.model,
        voice=config.voice,
        max_tokens=config.max_tokens,
        summary_max_tokens=config.summary_max_tokens,
        may_be_private=config.may_be_private or _is_listed(config.base_url),
        dialect=config.dialect,
    )


def server_of(provider: Provider) -> ChosenServer:
    """The same as recognition and search know it."""
    return ChosenServer(provider.base_url, provider.model, provider.api_key, provider.dialect)


def council_server(council_id: int, use: Use) -> ChosenServer | None:
    """What `transcripts.chosen_servers` asks. Raises CouncilError: secret_unreadable."""
    with tenant_scope(council_id):
        chosen = ProviderConfig.objects.filter(council_id=council_id, kind=_KIND_OF_USE[use], active=True).first()
    return server_of(provider_of(chosen)) if chosen else None


def earlier_council_server(council_id: int, use: Use, model: str) -> ChosenServer | None:
    """As council_server, of any choice that has `model`, the latest first; for vectors that were made in it."""
    with tenant_scope(council_id):
        rows = ProviderConfig.objects.filter(council_id=council_id, kind=_KIND_OF_USE[use], model=model)
        found = rows.order_by("-activated_at").first()
    return server_of(provider_of(found)) if found else None


def list_providers(actor: Actor) -> list[ProviderRow]:
    """What the council uses and could go back to; the deployment's language model comes last."""
    actor.require(Can.MANAGE)
    with tenant_scope(actor.council_id):
        configs = list(ProviderConfig.objects.filter(council_id=actor.council_id))
    rows = [
        ProviderRow(
            c.pk, c.kind, c.base_url, c.key_ending, c.model, c.voice, c.max_tokens, c.summary_max_tokens, c.active,
            c.activated_at,
        )
        for c in configs
    ]  # fmt: skip
    default = _deployment_model()
    if default is not None:
        used = not any(row.active and row.kind == ProviderKind.LANGUAGE_MODEL for row in rows)
        rows.append(
            ProviderRow(None, default.kind, default.base_url, "", default.model, "", default.max_tokens,
                        default.summary_max_tokens, used, None)
        )  # fmt: skip
    return rows


def list_usage(actor: Actor, *, months: int = 12) -> list[UsageRow]:
    """What was spent, newest month first."""
    actor.require(Can.MANAGE)
    with tenant_scope(actor.council_id):
        usages = ProviderUsage.objects.filter(council_id=actor.council_id)[: months * 8]
        return [
            UsageRow(u.month, u.get_kind_display(), u.model, u.requests, u.unmeasured, u.tokens_in, u.tokens_out)
            for u in usages
        ]


def check_may_be_asked(actor: Actor, provider: Provider) -> None:
    """Raises CouncilError("model_elsewhere") when the council's words must not leave this machine and would."""
    if not actor.egress_allowed and not is_this_machine(provider.base_url):
        raise CouncilError("model_elsewhere")


def checked_base_url(actor: Actor, text: str) -> str:
    """`text` as the address of a server that this person may choose.

    Only http(s), no user name in it. This very machine and those of private networks are the operator's to choose, or
    stand on the operator's list (PROVIDER_ALLOWED_HOSTS). A name is looked up when it is asked, and judged again then.

    Raises:
        CouncilError: provider_address_invalid, provider_address_private, model_elsewhere (egress is off).
    """
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CouncilError("provider_address_invalid") from error
    odd = not url.isascii() or any(ord(char) <= 0x20 or char in '\\"<>' for char in url)
    wrong = parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or port == 0
    if odd or wrong or parts.query or parts.fragment or len(url) > _MOST_URL_CHARS:
        raise CouncilError("provider_address_invalid")
    if not actor.runs_platform and not _is_listed(url) and _is_private(host_of(url)):
        raise CouncilError("provider_address_private")
    if not actor.egress_allowed and not is_this_machine(url):
        raise CouncilError("model_elsewhere")
    return url


def _is_private(host: str) -> bool:
    """What can be seen without a lookup; numbers in odd notations (0x7f.1) are no names of machines either."""
    bare = host.rstrip(".")
    try:
        return not is_public(str(ipaddress.ip_address(bare)))
    except ValueError:
        last = bare.rsplit(".", 1)[-1]
        return "." not in bare or not last[:1].isalpha() or last in ("localhost", "local", "internal", "lan", "home")


def _is_listed(url: str) -> bool:
    host = host_of(url)
    port = urlsplit(url).port or (443 if url.startswith("https:") else 80)
    return not settings.PROVIDER_ALLOWED_HOSTS.isdisjoint({host, f"{host}:{port}"})


def _deployment_model() -> Provider | None:
    if not settings.LLM_BASE_URL:
        return None
    return Provider(
        kind=ProviderKind.LANGUAGE_MODEL,
        base_url=settings.LLM_BASE_URL,
        api_key=settings.LLM_API_KEY,
        model=settings.LLM_MODEL,
        voice="",
        max_tokens=settings.CHAT_MAX_TOKENS,
        summary_max_tokens=settings.SUMMARY_MAX_TOKENS,
        may_be_private=True,
    )
