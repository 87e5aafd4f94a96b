"""Questions and answers in the administration pages: to read, in one's own council, never to change."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from assistant.models import Citation, Turn
from conftest import World
from council.models import Council, User
from council.tenancy import tenant_scope

pytestmark = pytest.mark.django_db


def _turn(council: Council) -> UUID:
    with tenant_scope(council.pk):
        turn = Turn.objects.create(
            council=council, question="Kiedy remont?", answer="W maju.", refused=False, mode="quotes"
        )
        Citation.objects.create(
            council=council, turn=turn, position=0, recording_id=turn.pk, start_ms=0, end_ms=1, quote="Remont w maju."
        )
    return turn.pk


def test_a_clerk_reads_the_own_councils_questions_and_changes_none(world: World, client: Client) -> None:
    own, foreign = _turn(world.lipowa), _turn(world.debowa)
    User.objects.filter(pk=world.clerk.pk).update(is_staff=True)
    client.force_login(world.clerk)
    page = client.get(reverse("admin:assistant_turn_change", args=[own]))
    assert "Remont w maju." in page.content.decode()
    assert client.post(reverse("admin:assistant_turn_change", args=[own]), {"answer": "Nigdy."}).status_code == 403
    assert client.post(reverse("admin:assistant_turn_delete", args=[own]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:assistant_turn_change", args=[foreign])).status_code == 302
    assert client.get(reverse("admin:assistant_turn_add")).status_code == 403
