"""Secrets at rest open here and nowhere else."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from council.errors import CouncilError
from council.sealing import seal, unseal


def test_a_sealed_secret_opens_again_and_does_not_show() -> None:
    sealed = seal("sk-zażółć")
    assert "sk-" not in sealed
    assert unseal(sealed) == "sk-zażółć"
    assert seal("sk-zażółć") != sealed
    assert (seal(""), unseal("")) == ("", "")


def test_another_secret_key_opens_it_only_as_a_fallback(settings: Settings) -> None:
    settings.SECRET_KEY = "old"
    sealed = seal("sk-1")
    settings.SECRET_KEY = "new"
    with pytest.raises(CouncilError, match="secret_unreadable"):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = ["old"]
    assert unseal(sealed) == "sk-1"


def test_a_damaged_secret_is_refused() -> None:
    sealed = seal("sk-1")
    with pytest.raises(CouncilError, match="secret_unreadable"):
        unseal(sealed[:-4] + "AAAA")
