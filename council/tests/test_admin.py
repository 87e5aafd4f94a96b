"""The administration pages: what the operator does there, and the doors that stay shut to a clerk."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from conftest import World
from council.models import ApiKey, Council, Meeting, Membership, Role, User
from council.tenancy import tenant_scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(world: World, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator@example.pl", "haslo-operatora"))
    return client


@pytest.fixture
def clerk(world: World) -> Client:
    """The clerk of Lipowa, as a member of staff."""
    User.objects.filter(pk=world.clerk.pk).update(is_staff=True)
    client = Client()
    client.force_login(world.clerk)
    return client


def _inline(council: Council, role: str = Role.RESIDENT, number: int = 0) -> dict[str, object]:
    prefix = f"memberships-{number}"
    return {
        "memberships-TOTAL_FORMS": number + 1,
        "memberships-INITIAL_FORMS": 0,
        f"{prefix}-council": council.pk,
        f"{prefix}-role": role,
    }


def _new_person(email: str) -> dict[str, object]:
    return {"email": email, "usable_password": "true", "password1": "dlugie haslo 7", "password2": "dlugie haslo 7"}


def test_every_list_and_form_opens_in_polish(operator: Client, world: World) -> None:
    operator.post(reverse("choose-admin-council"), {"council": "lipowa"})
    for name in ("council_council", "council_user", "council_membership", "council_apikey", "council_meeting"):
        assert operator.get(reverse(f"admin:{name}_changelist")).status_code == 200
        assert operator.get(reverse(f"admin:{name}_add")).status_code == 200
    page = operator.get(reverse("admin:index")).content.decode()
    assert all(word in page for word in ("Rady", "Osoby", "Klucze API", "Nagrania", "Posiedzenia", "Pytania"))


def test_the_operator_makes_a_council_and_switches_its_egress_off(operator: Client) -> None:
    address = reverse("admin:council_council_add")
    assert operator.post(address, {"slug": "api", "name": "Rada API"}).status_code == 200  # a reserved word
    operator.post(address, {"slug": "nowa", "name": "Rada Nowa", "egress_allowed": "on"})
    council = Council.objects.get(slug="nowa")
    assert council.egress_allowed
    operator.post(reverse("admin:council_council_change", args=[council.pk]), {"name": "Rada Nowa"})
    council.refresh_from_db()
    assert (council.slug, council.egress_allowed) == ("nowa", False)
    assert not Council.objects.filter(slug="api").exists()


def test_the_operator_adds_a_person_with_a_role(operator: Client, world: World) -> None:
    form = _new_person("nowy@example.pl") | _inline(world.debowa, Role.COUNCILLOR)
    assert operator.post(reverse("admin:council_user_add"), form).status_code == 302
    person = User.objects.get(email="nowy@example.pl")
    assert person.check_password("dlugie haslo 7")
    assert person.memberships.get().council == world.debowa


def test_a_key_is_shown_once_and_can_be_revoked(operator: Client, world: World) -> None:
    given = {"council": world.lipowa.pk, "name": "skrypt", "scope": "speech", "requests_per_minute": "30"}
    page = operator.post(reverse("admin:council_apikey_add"), given)
    (secret,) = re.findall(r"<code>(ar_[\w-]+)</code>", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    key = ApiKey.objects.get(digest=ApiKey.digest_of(secret))
    assert (key.scope, key.requests_per_minute) == ("speech", 30)
    listed = operator.get(reverse("admin:council_apikey_changelist"))
    assert secret not in listed.content.decode()
    operator.post(reverse("admin:council_apikey_changelist"), {"action": "revoke", "_selected_action": key.pk})
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_clerk_sees_only_their_own_council(clerk: Client, world: World) -> None:
    with tenant_scope(world.debowa.pk):
        foreign = Meeting.objects.create(council=world.debowa, title="Sesja w Dębowej")
    for name in ("council_council", "council_user", "council_membership", "council_apikey", "council_meeting"):
        page = clerk.get(reverse(f"admin:{name}_changelist"))
        assert page.status_code == 200
        body = page.content.decode()
        assert "Dębow" not in body
        assert "stranger@" not in body
    for name, pk in (
        ("council_council", world.debowa.pk),
        ("council_user", world.stranger.pk),
        ("council_membership", world.stranger.memberships.get().pk),
        ("council_meeting", foreign.pk),
    ):
        assert (
            clerk.get(reverse(f"admin:{name}_change", args=[pk])).status_code == 302
        )  # to the index: "does not exist"


def test_a_clerk_adds_people_to_their_own_council_only(clerk: Client, world: World) -> None:
    address = reverse("admin:council_user_add")
    escalation = {"is_superuser": "on", "is_staff": "on"}
    assert clerk.post(address, _new_person("a@example.pl") | _inline(world.debowa)).status_code == 200
    assert (
        clerk.post(
            address, _new_person("a@example.pl") | {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        ).status_code
        == 200
    )
    assert not User.objects.filter(email="a@example.pl").exists()
    assert clerk.post(address, _new_person("a@example.pl") | _inline(world.lipowa) | escalation).status_code == 302
    person = User.objects.get(email="a@example.pl")
    assert (person.is_staff, person.is_superuser) == (False, False)
    assert person.memberships.get().council == world.lipowa


def test_a_clerk_cannot_grant_roles_or_keys_elsewhere(clerk: Client, world: World) -> None:
    clerk.post(
        reverse("admin:council_membership_add"),
        {"email": world.clerk.email, "council": world.debowa.pk, "role": Role.CLERK},
    )
    clerk.post(reverse("admin:council_apikey_add"), {"council": world.debowa.pk, "name": "x"})
    assert not Membership.objects.filter(user=world.clerk, council=world.debowa).exists()
    assert not ApiKey.objects.exists()


def test_a_clerk_cannot_take_over_an_account_that_opens_other_doors(clerk: Client, world: World) -> None:
    Membership.objects.create(user=world.stranger, council=world.lipowa, role=Role.RESIDENT)
    boss = User.objects.create_superuser("operator@example.pl", "haslo-operatora")
    Membership.objects.create(user=boss, council=world.lipowa, role=Role.RESIDENT)
    colleague = User.objects.create_user("druga@example.pl", "haslo-kolezanki", is_staff=True)
    Membership.objects.create(user=colleague, council=world.lipowa, role=Role.CLERK)
    for person in (world.stranger, boss, colleague):
        before = (person.email, person.password)
        form = {"email": "moj@example.pl", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        assert clerk.post(reverse("admin:council_user_change", args=[person.pk]), form).status_code == 403
        password = {"password1": "przejete konto 1", "password2": "przejete konto 1"}
        assert clerk.post(f"/admin/council/user/{person.pk}/password/", password).status_code == 403
        person.refresh_from_db()
        assert (person.email, person.password) == before


def test_a_clerk_helps_a_councillor_who_forgot_the_password(clerk: Client, world: World) -> None:
    form = {"usable_password": "true", "password1": "nowe haslo 123", "password2": "nowe haslo 123"}
    assert clerk.post(f"/admin/council/user/{world.councillor.pk}/password/", form).status_code == 302
    world.councillor.refresh_from_db()
    assert world.councillor.check_password("nowe haslo 123")
    assert world.councillor.must_change_password, "the clerk knows it"


def test_a_role_for_a_new_address_makes_an_account_and_shows_its_password_once(clerk: Client, world: World) -> None:
    page = clerk.post(
        reverse("admin:council_membership_add"),
        {"email": "radny@example.pl", "council": world.lipowa.pk, "role": Role.COUNCILLOR},
    )
    (password,) = re.findall(r"<code>(\w+)</code>", page.content.decode())
    person = User.objects.get(email="radny@example.pl")
    assert person.check_password(password)
    assert person.must_change_password, "the clerk has read it"
    assert person.memberships.get().role == Role.COUNCILLOR


def test_staff_without_a_clerks_role_and_people_without_staff_find_nothing(world: World, client: Client) -> None:
    User.objects.filter(pk=world.councillor.pk).update(is_staff=True)
    client.force_login(world.councillor)
    for name in ("council_council", "council_user", "council_membership", "council_apikey", "council_meeting"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403
    client.force_login(world.resident)
    assert client.get(reverse("admin:council_user_changelist")).status_code == 302


def test_a_meeting_belongs_to_the_chosen_council(clerk: Client, world: World) -> None:
    clerk.post(reverse("admin:council_meeting_add"), {"title": "XXIV sesja", "held_on": "2026-04-30"})
    with tenant_scope(world.lipowa.pk):
        assert Meeting.objects.get().title == "XXIV sesja"
