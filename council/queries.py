"""Reads about councils, people and keys: frozen rows, no querysets."""

from __future__ import annotations

from dataclasses import dataclass

from council.access import Actor, Can
from council.models import ApiKey, Council, Membership, Role, User


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """One council that somebody may enter; `role` is a Role value, or "operator"."""

    slug: str
    name: str
    role: str
    role_label: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    user_id: int
    email: str
    name: str
    role: str
    role_label: str
    active: bool


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key without its secret, which nobody keeps."""

    id: int
    name: str
    prefix: str
    revoked: bool


def councils_of(user: User) -> list[CouncilRow]:
    """The councils this person may enter, by name; an operator may enter all."""
    if user.is_superuser:
        return [CouncilRow(council.slug, council.name, "operator", "operator") for council in Council.objects.all()]
    memberships = Membership.objects.filter(user_id=user.pk).select_related("council").order_by("council__name")
    return [CouncilRow(m.council.slug, m.council.name, m.role, m.get_role_display()) for m in memberships]


def clerk_council_ids(user: User) -> frozenset[int]:
    """Ids of the councils whose clerk this person is."""
    ids = Membership.objects.filter(user_id=user.pk, role=Role.CLERK).values_list("council_id", flat=True)
    return frozenset(ids)


def list_members(actor: Actor) -> list[MemberRow]:
    """Everybody who has a role in the council."""
    actor.require(Can.MANAGE)
    memberships = Membership.objects.filter(council_id=actor.council_id).select_related("user").order_by("user__email")
    return [
        MemberRow(m.user_id, m.user.email, str(m.user), m.role, m.get_role_display(), m.user.is_active)
        for m in memberships
    ]


def list_keys(actor: Actor) -> list[KeyRow]:
    """Every key ever made for the council, oldest first."""
    actor.require(Can.MANAGE)
    keys = ApiKey.objects.filter(council_id=actor.council_id).order_by("pk")
    return [KeyRow(key.pk, key.name, key.prefix, key.revoked_at is not None) for key in keys]


def account_exists(email: str) -> bool:
    return User.objects.filter(email__iexact=email.strip()).exists()
