"""Secrets at rest (keys of providers, cookies of accounts): sealed with a key that only this deployment has.

Fernet (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec) under a key derived from SECRET_KEY by HKDF
(RFC 5869). After SECRET_KEY changes, secrets sealed before open as long as the old one stands in SECRET_KEY_FALLBACKS.
A dump of the database without the settings opens nothing.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from council.errors import CouncilError


def seal(secret: str) -> str:
    """`secret` as text that may be stored; "" stays ""."""
    return _box().encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str) -> str:
    """What was sealed; "" for "".

    Raises:
        CouncilError: secret_unreadable when it was sealed under another SECRET_KEY, or is damaged.
    """
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CouncilError("secret_unreadable") from error


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"asystent-radnego secrets at rest")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))
