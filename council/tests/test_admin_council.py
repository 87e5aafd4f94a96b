"""The admin works inside one council: content of the others is not there."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import World
from council.models import Meeting, User
from council.tenancy import tenant_scope

MEETINGS = "/admin/council/meeting/"


@pytest.fixture(autouse=True)
def _meetings(world: World) -> None:
    for council in (world.lipowa, world.debowa):
        with tenant_scope(council.pk):
            Meeting.objects.create(council=council, title=f"Sesja w {council.slug}")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def operator(db: None) -> Client:
    return signed_in(User.objects.create_superuser("operator@example.pl", "haslo-do-testow"))


def test_the_operator_chooses_whose_content_to_see(operator: Client) -> None:
    assert "Wybierz radę, aby zobaczyć" in operator.get("/admin/").content.decode()
    assert "Sesja w" not in operator.get(MEETINGS).content.decode()
    for chosen, other in (("lipowa", "debowa"), ("debowa", "lipowa")):
        operator.post("/admin/council/", {"council": chosen})
        page = operator.get(MEETINGS).content.decode()
        assert f"Sesja w {chosen}" in page
        assert f"Sesja w {other}" not in page


def test_a_clerk_of_the_staff_stays_in_their_own_council(world: World) -> None:
    world.clerk.is_staff = True
    world.clerk.save()
    client = signed_in(world.clerk)
    assert client.post("/admin/council/", {"council": "debowa"}).status_code == 404
    page = client.get(MEETINGS).content.decode()
    assert "Sesja w debowa" not in page


def test_a_clerk_without_the_staff_flag_does_not_get_in(world: World) -> None:
    assert signed_in(world.clerk).get(MEETINGS).status_code == 302
    assert signed_in(world.clerk).post("/admin/council/", {"council": "lipowa"}).status_code == 404
