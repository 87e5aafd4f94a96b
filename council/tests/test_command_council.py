"""manage.py create_council and create_key: what they make, and what a second run leaves alone."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from conftest import World
from council.access import Can, access_council, access_council_by_key
from council.models import ApiKey, Council, Membership, Role, User

pytestmark = pytest.mark.django_db


def test_a_council_with_its_clerk_whose_password_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_council", "nowa", "--name", "Rada Gminy Nowa", "--clerk", "biuro@nowa.pl")
    slug, account = capsys.readouterr().out.splitlines()
    email, password = account.split()
    clerk = User.objects.get(email="biuro@nowa.pl")
    assert (slug, email) == ("nowa", clerk.email)
    assert clerk.check_password(password)
    assert Can.MANAGE in access_council(clerk, "nowa").can
    assert (clerk.is_staff, clerk.is_superuser) == (True, False)

    call_command("create_council", "nowa", "--name", "Rada Gminy Nowa", "--clerk", "BIURO@nowa.pl")
    out, err = capsys.readouterr()
    assert out == "nowa\n"
    assert "już jest" in err
    clerk.refresh_from_db()
    assert clerk.check_password(password)
    assert Council.objects.filter(slug="nowa").count() == Membership.objects.filter(user=clerk).count() == 1


def test_an_existing_person_becomes_clerk_and_keeps_other_councils(world: World) -> None:
    call_command("create_council", "lipowa", "--name", world.lipowa.name, "--clerk", "stranger@example.pl")
    roles = dict(Membership.objects.filter(user=world.stranger).values_list("council__slug", "role"))
    assert roles == {"debowa": Role.CLERK, "lipowa": Role.CLERK}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["lipowa", "--name", "Rada Zupełnie Inna"], "council_exists"),
        (["Lipówa!", "--name", "Rada"], "council_slug_invalid"),
        (["admin", "--name", "Rada"], "council_slug_invalid"),
        (["dobra", "--name", "  "], "council_name_invalid"),
        (["dobra", "--name", "Rada Dobra", "--clerk", "nie-adres"], "person_email_invalid"),
    ],
)
def test_refusals_are_one_polish_sentence(
    world: World, arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("create_council", *arguments)
    assert ended.value.code == 1
    assert f"[{code}]" in capsys.readouterr().err


def test_a_key_is_shown_once_and_opens_its_council_only(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_key", "--council", "lipowa", "--name", "skrypt")
    secret = capsys.readouterr().out.strip()
    key = ApiKey.objects.get(digest=ApiKey.digest_of(secret))
    assert secret not in (key.digest, key.prefix, key.name)
    actor = access_council_by_key(key, "lipowa")
    assert Can.EDIT in actor.can
    assert Can.MANAGE not in actor.can
