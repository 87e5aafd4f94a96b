"""The only door from a person (or a key) to a council's things. A closed door answers 404, never 403: it does not tell
whether there is something behind it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from council.errors import CouncilError
from council.models import ApiKey, Council, KeyScope, Membership, Role, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Can(enum.Flag):
    """What an actor may do inside one council."""

    READ_PUBLISHED = enum.auto()
    READ_ALL = enum.auto()
    EDIT = enum.auto()  # bring recordings in, correct, publish, delete
    MANAGE = enum.auto()  # people and keys of the council


_OF_ROLE = {
    Role.RESIDENT.value: Can.READ_PUBLISHED,
    Role.COUNCILLOR.value: Can.READ_PUBLISHED | Can.READ_ALL,
    Role.CLERK.value: Can.READ_PUBLISHED | Can.READ_ALL | Can.EDIT | Can.MANAGE,
}
_EVERYTHING = Can.READ_PUBLISHED | Can.READ_ALL | Can.EDIT | Can.MANAGE


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody inside one council: what every query and action takes as its first argument."""

    council_id: int
    council_slug: str
    council_name: str
    can: Can
    user_id: int | None  # None for an API key or the command line
    egress_allowed: bool
    runs_platform: bool = False  # the operator, or whoever owns the machine's command line

    def require(self, wanted: Can) -> None:
        """Raises CouncilError("not_found") when the actor may not."""
        if wanted not in self.can:
            raise CouncilError("not_found")


def access_council(user: User | AnonymousUser, slug: str) -> Actor:
    """The door for people.

    Raises:
        CouncilError: "not_found" when there is no such council or the person has no role, "password_must_change".
    """
    if not user.is_authenticated or not user.is_active:
        raise CouncilError("not_found")
    if user.must_change_password:
        raise CouncilError("password_must_change")
    council = Council.objects.filter(slug=slug).first()
    if council is None:
        raise CouncilError("not_found")
    if user.is_superuser:
        return _actor(council, _EVERYTHING, user.pk, runs_platform=True)
    membership = Membership.objects.filter(user_id=user.pk, council=council).first()
    if membership is None:
        raise CouncilError("not_found")
    return _actor(council, _OF_ROLE[membership.role], user.pk)


def access_council_by_key(key: ApiKey, slug: str) -> Actor:
    """The door for programs: a key opens its own council, as a clerk without the right to manage people."""
    if key.council.slug != slug or key.revoked_at is not None or key.scope != KeyScope.ALL:
        raise CouncilError("not_found")
    return _actor(key.council, _OF_ROLE[Role.CLERK.value] & ~Can.MANAGE, None)


@dataclass(frozen=True, slots=True)
class SpeechUser:
    """Somebody who may use the machine's recogniser and voices. `caller` is their name where requests are counted.

    `requests_per_minute` is the limit of their key, None when it has none of its own. `runs_platform`: whether they
    may load and remove models, which all councils share.
    """

    caller: str
    may_leave: bool  # whether their words may be sent to other machines
    requests_per_minute: int | None = None
    runs_platform: bool = False


def access_speech(user: User | AnonymousUser) -> SpeechUser:
    """The speech server's door for people: whoever works for a council, not its residents.

    Their words may leave the machine only if every council they work for allows it: which one they work for just now
    cannot be known. Raises CouncilError("not_found").
    """
    if not user.is_authenticated or not user.is_active:
        raise CouncilError("not_found")
    if user.must_change_password:
        raise CouncilError("password_must_change")
    councils = Council.objects.filter(memberships__user_id=user.pk, memberships__role__in=(Role.CLERK, Role.COUNCILLOR))
    egress = list(councils.values_list("egress_allowed", flat=True))
    if not egress and not user.is_superuser:
        raise CouncilError("not_found")
    return SpeechUser(f"user:{user.pk}", all(egress), runs_platform=user.is_superuser)


def access_speech_by_key(key: ApiKey) -> SpeechUser:
    """The speech server's door for programs."""
    return SpeechUser(f"key:{key.pk}", key.council.egress_allowed, key.requests_per_minute)


def access_council_from_shell(slug: str) -> Actor:
    """The door for the command line: whoever runs it owns the machine. Raises CouncilError("council_unknown")."""
    council = Council.objects.filter(slug=slug).first()
    if council is None:
        raise CouncilError("council_unknown", slug=slug)
    return _actor(council, _EVERYTHING, None, runs_platform=True)


def _actor(council: Council, can: Can, user_id: int | None, *, runs_platform: bool = False) -> Actor:
    return Actor(council.pk, council.slug, council.name, can, user_id, council.egress_allowed, runs_platform)
