"""Signing in, choosing a council, and pages that say what went wrong."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from conftest import World
from council import sign_in
from council.models import Membership, Role, SignInFailure, User

SIGN_IN = "/zaloguj/"
WRONG = "Adres e-mail lub hasło się nie zgadza"
BLOCKED = "Zbyt wiele nieudanych prób"


def try_password(client: Client, email: str, password: str, address: str = "192.0.2.1") -> tuple[int, str]:
    answer = client.post(SIGN_IN, {"username": email, "password": password}, REMOTE_ADDR=address)
    return answer.status_code, answer.content.decode()


def test_a_person_signs_in_and_lands_in_their_only_council(world: World) -> None:
    client = Client()
    answer = client.post(SIGN_IN, {"username": "CLERK@example.pl", "password": "haslo-do-testow"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/lipowa/"
    assert "Rada Gminy Lipowa" in answer.content.decode()


def test_a_wrong_password_says_so_and_not_whether_the_account_exists(world: World) -> None:
    known = try_password(Client(), "clerk@example.pl", "nie-to-haslo")
    unknown = try_password(Client(), "nobody@example.pl", "nie-to-haslo")
    assert known[0] == unknown[0] == 200
    assert WRONG in known[1]
    assert WRONG in unknown[1]


def test_guessing_passwords_is_stopped_even_when_the_last_guess_is_right(world: World) -> None:
    for _ in range(sign_in.GUESSES_PER_PERSON):
        assert WRONG in try_password(Client(), "clerk@example.pl", "nie-to-haslo")[1]
    status, page = try_password(Client(), "Clerk@Example.pl", "haslo-do-testow")
    assert status == 429
    assert BLOCKED in page
    # others, and the same person from elsewhere, are not locked out by it
    assert try_password(Client(), "councillor@example.pl", "haslo-do-testow")[0] == 302
    assert try_password(Client(), "clerk@example.pl", "haslo-do-testow", "192.0.2.2")[0] == 302


def test_one_password_tried_on_many_accounts_is_stopped_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "GUESSES_PER_ADDRESS", 5)
    for number in range(5):
        try_password(Client(), f"person{number}@example.pl", "haslo-do-testow")
    assert BLOCKED in try_password(Client(), "clerk@example.pl", "haslo-do-testow")[1]


def test_the_lock_opens_after_a_quarter_of_an_hour(world: World) -> None:
    for _ in range(sign_in.GUESSES_PER_PERSON):
        try_password(Client(), "clerk@example.pl", "nie-to-haslo")
    SignInFailure.objects.update(last_at=timezone.now() - sign_in.FORGOTTEN_AFTER)
    assert try_password(Client(), "clerk@example.pl", "haslo-do-testow")[0] == 302


def test_slips_before_the_right_password_are_forgotten(world: World) -> None:
    for _ in range(3):
        for _ in range(sign_in.GUESSES_PER_PERSON - 1):
            try_password(Client(), "clerk@example.pl", "nie-to-haslo")
        assert try_password(Client(), "clerk@example.pl", "haslo-do-testow")[0] == 302


def test_the_admin_has_no_second_door(world: World) -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/zaloguj/?next=")
    assert "Zaloguj się" in answer.content.decode()


def test_who_has_two_councils_chooses(world: World) -> None:
    Membership.objects.create(user=world.clerk, council=world.debowa, role=Role.RESIDENT)
    client = Client()
    client.force_login(world.clerk)
    page = client.get("/").content.decode()
    assert "Rada Gminy Lipowa" in page
    assert "Rada Miejska w Dębowej" in page
    assert "mieszkaniec" in page


def test_who_has_no_council_is_told_what_to_do(world: World) -> None:
    client = Client()
    client.force_login(User.objects.create_user("new@example.pl", "haslo-do-testow"))
    assert "Poproś o to pracownika biura rady" in client.get("/").content.decode()


def test_signing_out_closes_the_door(world: World) -> None:
    client = Client()
    client.force_login(world.clerk)
    client.post("/wyloguj/")
    assert client.get("/lipowa/").status_code == 302


def test_a_missing_page_speaks_polish_and_the_api_answers_json(world: World) -> None:
    client = Client()
    client.force_login(world.clerk)
    assert "Nie znaleziono" in client.get("/nie/ma/takiej/strony").content.decode()
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")


def test_health_says_ok_without_an_account_and_fails_without_a_database(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()["message"]) == (200, "OK")

    class Away:
        def cursor(self) -> None:
            raise DatabaseError

    monkeypatch.setattr("council.views.connection", Away())
    assert Client().get("/health").status_code == 503


def test_an_unexpected_failure_gets_a_polish_page_and_no_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(person: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("council.views.councils_of", break_down)
    client = Client(raise_request_exception=False)
    client.force_login(world.clerk)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Coś się nie udało po naszej stronie" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_every_page_forbids_foreign_and_inline_scripts(db: None) -> None:
    policy = Client().get(SIGN_IN)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
