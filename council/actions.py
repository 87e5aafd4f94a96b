"""Writes about councils, people and keys: verbs, keyword-only. Each is one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils import timezone

from council.access import Actor, Can
from council.errors import CouncilError
from council.models import ApiKey, Council, KeyScope, Membership, Role, User

_MOST_NAME_CHARS, _MOST_SLUG_CHARS = 200, 60  # the columns' sizes
_RESERVED_SLUGS = frozenset(  # config/urls.py, config/speech_urls.py
    {
        *("admin", "api", "haslo", "health", "media", "static", "wyloguj", "ws", "zaloguj"),
        *("asr", "detect-language", "docs", "mcp", "playground", "speech", "v1"),
    }
)
_PASSWORD_CHARS = 16  # 90 random bits: nothing to guess, still short enough to copy by hand
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # of passwords; none that look like another


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account and its password. `password` is None when the account was there before: passwords are not kept."""

    user_id: int
    email: str
    password: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its secret, which is readable here and never again."""

    id: int
    secret: str


def create_council(*, slug: str, name: str) -> bool:
    """Make a council; False when the same one was there already.

    Raises:
        CouncilError: "council_slug_invalid", "council_name_invalid", "council_exists" (the slug has another name).
    """
    slug, name = slug.strip(), name.strip()
    check_slug(slug)
    if not 0 < len(name) <= _MOST_NAME_CHARS:
        raise CouncilError("council_name_invalid")
    council, created = Council.objects.get_or_create(slug=slug, defaults={"name": name})
    if council.name != name:
        raise CouncilError("council_exists", slug=slug, name=council.name)
    return created


def check_slug(slug: str) -> None:
    """Raises CouncilError("council_slug_invalid") for what cannot be the first part of a council's addresses."""
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise CouncilError("council_slug_invalid") from error
    if slug != slug.lower() or len(slug) > _MOST_SLUG_CHARS or slug in _RESERVED_SLUGS:
        raise CouncilError("council_slug_invalid")


def create_operator(*, email: str, password: str | None = None, name: str = "") -> NewAccount:
    """An account that runs the platform. An existing account is left as it is."""
    return _account(email, password=password, name=name, operator=True)


def add_member(
    actor: Actor, *, email: str, role: Role, name: str = "", password: str | None = None, staff: bool = False
) -> NewAccount:
    """Give a person a role in the council, making the account when there is none (with a random password by default).

    An existing account keeps its name and password: its owner may belong to other councils too. A council's own people
    may not bring such an account in: whoever made it may still know its password, and would come in with it. The
    operator and the command line may. What one person gets from another to sign in with must be changed at the first
    sign-in. `staff` opens the administration pages to a new account.

    Raises:
        CouncilError: "person_email_invalid", "person_elsewhere".
    """
    actor.require(Can.MANAGE)
    with transaction.atomic():
        known = User.objects.filter(email__iexact=email.strip()).first()
        is_member = known is not None and Membership.objects.filter(user=known, council_id=actor.council_id).exists()
        if known is not None and not is_member and not actor.runs_platform:
            raise CouncilError("person_elsewhere")
        account = _account(email, password=password, name=name, staff=staff, by_person=actor.user_id is not None)
        Membership.objects.update_or_create(
            user_id=account.user_id, council_id=actor.council_id, defaults={"role": role.value}
        )
    return account


def create_key(
    actor: Actor, *, name: str = "", scope: KeyScope = KeyScope.ALL, requests_per_minute: int | None = None
) -> NewKey:
    """Make an API key. Only its digest is kept, so the returned secret is the last chance to read it."""
    actor.require(Can.MANAGE)
    secret = ApiKey.new_secret()
    key = ApiKey.objects.create(
        council_id=actor.council_id,
        name=name[:100],
        scope=scope,
        requests_per_minute=requests_per_minute,
        prefix=secret[:8],
        digest=ApiKey.digest_of(secret),
    )
    return NewKey(key.pk, secret)


def revoke_key(actor: Actor, *, key_id: int) -> None:
    """Make a key open nothing any more. Raises CouncilError("not_found") for another council's key."""
    actor.require(Can.MANAGE)
    keys = ApiKey.objects.filter(pk=key_id, council_id=actor.council_id)
    if not keys.exists():
        raise CouncilError("not_found")
    keys.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


def _account(
    email: str, *, password: str | None, name: str, operator: bool = False, staff: bool = False, by_person: bool = False
) -> NewAccount:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise CouncilError("person_email_invalid", email=email) from error
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        return NewAccount(known.pk, known.email, None)
    first_name, _, last_name = name.partition(" ")
    password = password or "".join(secrets.choice(_ALPHABET) for _ in range(_PASSWORD_CHARS))
    user = User.objects.create_user(
        email, password, first_name=first_name, last_name=last_name, is_staff=operator or staff, is_superuser=operator,
        must_change_password=by_person,
    )  # fmt: skip
    return NewAccount(user.pk, user.email, password)
