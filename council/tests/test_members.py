"""Who may bring whom into a council: an account made elsewhere may still be somebody else's to open."""

from __future__ import annotations

import pytest

from conftest import World
from council import actions
from council.access import access_council_from_shell
from council.errors import CouncilError
from council.models import Membership, Role


def test_a_clerk_cannot_bring_in_an_account_that_another_council_made(world: World) -> None:
    stranger = world.actor(world.stranger, world.debowa)
    made = actions.add_member(stranger, email="nowa@example.pl", role=Role.COUNCILLOR)
    assert made.password, "the other council's clerk has seen this password"
    clerk = world.actor(world.clerk)
    with pytest.raises(CouncilError, match="person_elsewhere"):
        actions.add_member(clerk, email="Nowa@example.pl ", role=Role.CLERK)
    assert not Membership.objects.filter(user_id=made.user_id, council=world.lipowa).exists()


def test_the_operators_command_line_can(world: World) -> None:
    made = actions.add_member(access_council_from_shell("lipowa"), email=world.stranger.email, role=Role.RESIDENT)
    assert made.password is None, "the account keeps its password"
    assert Membership.objects.get(user=world.stranger, council=world.lipowa).role == Role.RESIDENT


def test_a_clerk_changes_the_role_of_a_member(world: World) -> None:
    actions.add_member(world.actor(world.clerk), email=world.resident.email, role=Role.COUNCILLOR)
    assert Membership.objects.get(user=world.resident, council=world.lipowa).role == Role.COUNCILLOR
