"""Reads about councils, people and keys: frozen rows, no querysets."""

from __future__ import annotations

from dataclasses import dataclass

from council.models import Council, Membership, Role, User


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """One council that somebody may enter; `role` is a Role value, or "operator"."""

    slug: str
    name: str
    role: str
    role_label: str


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


def council_slugs() -> list[str]:
    """Every council's, for commands of the whole deployment."""
    return list(Council.objects.values_list("slug", flat=True))
