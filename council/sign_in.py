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


_TAKE_GUESS = """
    INSERT INTO council_signinfailure AS known (key, count, last_at) VALUES (%(key)s, 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.last_at <= %(since)s THEN 1 ELSE least(known.count, %(most)s) + 1 END,
        last_at = CASE WHEN known.last_at > %(since)s AND known.count >= %(most)s
            THEN known.last_at ELSE excluded.last_at END
    RETURNING count
"""


def take_guess(email: str, address: str) -> None:
    """Count a guess before its password is looked at, so that guesses at the same moment are no way round the limit.

    Raises CouncilError("sign_in_blocked") when this caller was wrong too often in the last quarter of an hour; such a
    try does not make the wait longer.
    """
    now = timezone.now()
    SignInFailure.objects.filter(last_at__lte=now - FORGOTTEN_AFTER).delete()
    for key, most in _keys(email, address):
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_GUESS, {"key": key, "now": now, "since": now - FORGOTTEN_AFTER, "most": most})
            if cursor.fetchone()[0] > most:
                raise CouncilError("sign_in_blocked")


def note_right_guess(email: str, address: str) -> None:
    """The person is in: forget their slips, and this guess of the address. What it guessed at others stays."""
    (person, _), (caller, _) = _keys(email, address)
    SignInFailure.objects.filter(key=person).delete()
    SignInFailure.objects.filter(key=caller, count__gt=0).update(count=F("count") - 1)


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


def check_calls(caller: str, most: int) -> None:
    """Count a request of a caller. Raises CouncilError("too_many_calls") above `most` in a minute; 0: no limit."""
    if most:
        used, reset_s = count_call(caller)
        if used > most:
            raise CouncilError("too_many_calls", seconds=max(1, round(reset_s)))


def _keys(email: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    person = hashlib.sha256(f"person {address} {email.strip().lower()}".encode()).hexdigest()
    caller = hashlib.sha256(f"address {address}".encode()).hexdigest()
    return (person, GUESSES_PER_PERSON), (caller, GUESSES_PER_ADDRESS)
