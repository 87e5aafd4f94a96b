"""Choosing a provider, and what follows from it: vectors of another model are made anew."""

from __future__ import annotations

from assistant.provider_actions import (
    ProviderKind,
    ProviderWish,
    roll_back_provider,
    save_provider,
    switch_off_provider,
    wished,
)
from assistant.providers import provider_of, server_of
from council.access import Actor
from transcripts.server_actions import make_vectors_again, try_embeddings


def choose_provider(actor: Actor, wish: ProviderWish) -> None:
    """Use this provider from now on. One for vectors is asked first: without any that fit, search would lose meaning.

    Raises:
        CouncilError: what save_provider and try_embeddings raise.
    """
    if wish.kind == ProviderKind.EMBEDDINGS:
        try_embeddings(actor, server_of(provider_of(wished(actor, wish))))
    save_provider(actor, wish=wish)
    _follow(actor, wish.kind)


def go_back(actor: Actor, kind: ProviderKind) -> None:
    """See roll_back_provider."""
    roll_back_provider(actor, kind=kind)
    _follow(actor, kind)


def switch_off(actor: Actor, kind: ProviderKind) -> None:
    """See switch_off_provider."""
    switch_off_provider(actor, kind=kind)
    _follow(actor, kind)


def _follow(actor: Actor, kind: ProviderKind) -> None:
    if kind == ProviderKind.EMBEDDINGS:
        make_vectors_again(actor)
