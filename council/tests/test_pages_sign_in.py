"""Signing in, choosing a council, and pages that say what went wrong."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conftest import World
from council import sign_in
from council.errors import CouncilError
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


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_no_way_round_the_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every guess is held at the password until all have been counted or refused: the worst that timing can do."""
    evaluated, started = [], threading.Barrier(sign_in.GUESSES_PER_PERSON)

    def wait_for_others(*args: object, **credentials: object) -> None:
        evaluated.append(credentials["username"])
        started.wait(timeout=120)

    monkeypatch.setattr("django.contrib.auth.forms.authenticate", wait_for_others)

    def guess(_: int) -> int:
        try:
            return try_password(Client(), "clerk@example.pl", "nie-to-haslo")[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(guess, range(40)))
    assert len(evaluated) == sign_in.GUESSES_PER_PERSON
    assert answers.count(429) == 40 - sign_in.GUESSES_PER_PERSON


def test_a_blocked_try_does_not_make_the_wait_longer(world: World) -> None:
    for _ in range(sign_in.GUESSES_PER_PERSON):
        try_password(Client(), "clerk@example.pl", "nie-to-haslo")
    last = list(SignInFailure.objects.order_by("key").values_list("last_at", flat=True))
    assert try_password(Client(), "clerk@example.pl", "haslo-do-testow")[0] == 429
    assert list(SignInFailure.objects.order_by("key").values_list("last_at", flat=True)) == last


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobodys_password_is_changed_by_who_did_not_sign_in(method: str, world: World) -> None:
    answer = getattr(Client(), method)("/haslo/", {"new_password1": "moje wlasne 2026"})
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, SIGN_IN)


def test_a_password_that_somebody_else_knows_is_changed_first(world: World) -> None:
    User.objects.filter(pk=world.councillor.pk).update(must_change_password=True)
    client = Client()
    answer = client.post(SIGN_IN, {"username": "councillor@example.pl", "password": "haslo-do-testow"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/haslo/"
    assert "Ustaw własne" in answer.content.decode()
    assert client.get("/lipowa/").headers["Location"] == "/haslo/"
    refused = client.get("/api/v1/councils/lipowa/recordings/")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "password_must_change")
    with pytest.raises(CouncilError) as closed:
        world.actor(User.objects.get(pk=world.councillor.pk))
    assert closed.value.code == "password_must_change", "websockets, too"
    new = {"old_password": "haslo-do-testow", "new_password1": "moje wlasne 2026", "new_password2": "moje wlasne 2026"}
    weak = new | {"new_password1": "1234567890", "new_password2": "1234567890"}
    assert "Hasła nie zmieniono" in client.post("/haslo/", weak).content.decode()
    same = new | {"new_password1": "haslo-do-testow", "new_password2": "haslo-do-testow"}
    assert "inne niż dotychczasowe" in client.post("/haslo/", same).content.decode()
    page = client.post("/haslo/", new, follow=True).content.decode()
    assert "Hasło zmieniono" in page
    assert client.get("/lipowa/").status_code == 200


@pytest.mark.parametrize(
    ("limit", "address"),
    [
        ("SEARCHES_PER_MINUTE", "/lipowa/szukaj/?q=droga"),
        ("SEARCHES_PER_MINUTE", "/lipowa/dokumenty/?q=droga"),
        ("SEARCHES_PER_MINUTE", "/api/v1/councils/lipowa/search/?q=droga"),
        ("QUESTIONS_PER_MINUTE", "/lipowa/pytaj/"),
        ("QUESTIONS_PER_MINUTE", "/lipowa/pytaj/strumien/"),
        ("QUESTIONS_PER_MINUTE", "/api/v1/councils/lipowa/ask/"),
    ],
)
def test_searches_and_questions_of_one_person_are_limited(
    world: World, settings: Settings, limit: str, address: str
) -> None:
    setattr(settings, limit, 2)

    def statuses(client: Client) -> list[int]:
        if limit == "SEARCHES_PER_MINUTE":
            return [client.get(address).status_code for _ in range(3)]
        return [client.post(address, {"question": ""}).status_code for _ in range(3)]

    clerk, other = Client(), Client()
    clerk.force_login(world.clerk)
    other.force_login(world.councillor)
    assert [status == 429 for status in statuses(clerk)] == [False, False, True]
    assert 429 not in statuses(other)[:2], "others are not held up"
    assert statuses(Client())[2] == 429, "nor may strangers knock without end"
    assert clerk.get("/lipowa/").status_code == 200
    answer = clerk.get(address) if limit == "SEARCHES_PER_MINUTE" else clerk.post(address, {"question": ""})
    assert 1 <= int(answer["Retry-After"]) <= 60


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
