"""The base fixture: two councils and four people, on a real PostgreSQL with row security, as the role `app`."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from council.access import Actor, access_council
from council.models import Council, Membership, Role, User


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The run's own server needs no test_ database: migrate as `owner`, then let `app` empty tables between tests."""
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO app")
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(autouse=True)
def _fast_passwords(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Pages link to static files by their own names: no `collectstatic` before the tests."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@dataclass(frozen=True)
class World:
    """Two councils; clerk, councillor and resident of the first, and a stranger: the clerk of the second."""

    lipowa: Council
    debowa: Council
    clerk: User
    councillor: User
    resident: User
    stranger: User

    def actor(self, person: User, council: Council | None = None) -> Actor:
        return access_council(person, (council or self.lipowa).slug)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same, really committed: for isolation tests and for tests with other processes or threads."""
    return make_world()


def make_world() -> World:
    lipowa = Council.objects.create(slug="lipowa", name="Rada Gminy Lipowa")
    debowa = Council.objects.create(slug="debowa", name="Rada Miejska w Dębowej")
    people = {
        name: User.objects.create_user(f"{name}@example.pl", "haslo-do-testow")
        for name in ("clerk", "councillor", "resident", "stranger")
    }
    for name, council, role in (
        ("clerk", lipowa, Role.CLERK),
        ("councillor", lipowa, Role.COUNCILLOR),
        ("resident", lipowa, Role.RESIDENT),
        ("stranger", debowa, Role.CLERK),
    ):
        Membership.objects.create(user=people[name], council=council, role=role)
    return World(lipowa, debowa, **people)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Halves of characters, which tests of hostile input print, cannot travel between the processes of pytest-xdist."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report
