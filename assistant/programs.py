"""Other programs at the door: which council's assistant a key opens."""

from __future__ import annotations

from council.access import Actor, access_council_by_key, access_speech_by_key
from council.errors import CouncilError
from council.sign_in import count_call, key_of_secret


def actor_of_key(secret: str) -> Actor:
    """The key's own council, as programs see it.

    Raises:
        CouncilError: not_found for a key that does not exist, was revoked, or opens only the speech server.
    """
    key = key_of_secret(secret) if secret else None
    if key is None:
        raise CouncilError("not_found")
    return access_council_by_key(key, key.council.slug)


def counted_actor_of_key(secret: str) -> tuple[Actor, float | None]:
    """The same, counted against the key's own limit; the seconds to wait when the limit is used up, else None."""
    actor = actor_of_key(secret)
    key = key_of_secret(secret)
    if key is None or key.requests_per_minute is None:
        return actor, None
    used, reset_s = count_call(access_speech_by_key(key).caller)
    return actor, reset_s if used > key.requests_per_minute else None
