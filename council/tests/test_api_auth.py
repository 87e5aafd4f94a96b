"""API keys: one council, as long as they are not revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conftest import World
from council.models import ApiKey

ADDRESS = "/api/v1/councils/lipowa/recordings/"


@pytest.fixture
def secret(world: World) -> str:
    secret = ApiKey.new_secret()
    ApiKey.objects.create(council=world.lipowa, prefix=secret[:8], digest=ApiKey.digest_of(secret))
    return secret


def ask(secret: str, address: str = ADDRESS) -> int:
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_key_opens_its_own_council_and_no_other(secret: str) -> None:
    assert ask(secret) == 200
    assert ask(secret, ADDRESS.replace("lipowa", "debowa")) == 404


def test_a_key_needs_no_csrf_token_and_a_session_does(secret: str, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    body = {"address": "not an address"}
    answer = client.post(ADDRESS, body, headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "link_invalid")
    client.force_login(world.clerk)
    assert client.post(ADDRESS, body).status_code == 403


@pytest.mark.parametrize("wrong", ["", "ar_wrong", "żółć"])
def test_a_wrong_key_is_refused_with_401(wrong: str, world: World) -> None:
    answer = Client().get(ADDRESS, headers={"Authorization": f"Bearer {wrong}"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_refused_with_401(secret: str) -> None:
    ApiKey.objects.update(revoked_at=timezone.now())
    assert ask(secret) == 401


def test_the_last_use_is_noted_once_a_minute(secret: str) -> None:
    ask(secret)
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    ask(secret)
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    ask(secret)
    second = ApiKey.objects.get().last_used_at
    assert second is not None
    assert second >= first
