"""Who stands at the door: how often a password may be guessed, and whose key a program shows."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from council.errors import CouncilError
from council.models import ApiKey, SignInFailure

GUESSES_PER_PERSON = 10
GUESSES_PER_ADDRESS = 100
FORGOTTEN_AFTER = timedelta(minutes=15)
_USE_NOTED_EVERY = timedelta(minutes=1)


def check_may_guess(email: str, address: str) -> None:
    """Raises CouncilError("sign_in_blocked") when this caller was wrong too often in the last quarter of an hour."""
    since = timezone.now() - FORGOTTEN_AFTER
    for key, most in _keys(email, address):
        if SignInFailure.objects.filter(key=key, count__gte=most, last_at__gt=since).exists():
            raise CouncilError("sign_in_blocked")


def note_wrong_guess(email: str, address: str) -> None:
    now = timezone.now()
    SignInFailure.objects.filter(last_at__lte=now - FORGOTTEN_AFTER).delete()
    for key, _ in _keys(email, address):
        SignInFailure.objects.get_or_create(key=key, defaults={"last_at": now})
        SignInFailure.objects.filter(key=key).update(count=F("count") + 1, last_at=now)


def note_right_guess(email: str, address: str) -> None:
    """The person is in: forget their slips. What the address guessed at others stays."""
    SignInFailure.objects.filter(key=_keys(email, address)[0][0]).delete()


def key_of_secret(secret: str) -> ApiKey | None:
    """The API key that has this secret and was not revoked; notes its use at most once a minute."""
    key = ApiKey.objects.select_related("council").filter(digest=ApiKey.digest_of(secret), revoked_at=None).first()
    now = timezone.now()
    if key is not None and (key.last_used_at is None or key.last_used_at < now - _USE_NOTED_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


_COUNT_CALL = """
    INSERT INTO council_callcount AS known (caller, started_at, count) VALUES (%s, clock_timestamp(), 1)
    ON CONFLICT (caller) DO UPDATE SET
        count = CASE WHEN known.started_at > excluded.started_at - interval '1 minute'
            THEN least(known.count + 1, 1000000000) ELSE 1 END,
        started_at = CASE WHEN known.started_at > excluded.started_at - interval '1 minute'
            THEN known.started_at ELSE excluded.started_at END
    RETURNING count, extract(epoch FROM started_at + interval '1 minute' - clock_timestamp())::float
"""


def count_call(caller: str) -> tuple[int, float]:
    """Count one request of a caller, in all processes together.

    Returns how many there are in the caller's current minute, this one among them, and the seconds till it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_CALL, [caller[:64]])
        used, reset_s = cursor.fetchone()
    return int(used), max(0.0, float(reset_s))


def _keys(email: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    person = hashlib.sha256(f"person {address} {email.strip().lower()}".encode()).hexdigest()
    caller = hashlib.sha256(f"address {address}".encode()).hexdigest()
    return (person, GUESSES_PER_PERSON), (caller, GUESSES_PER_ADDRESS)
