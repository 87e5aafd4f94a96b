"""compose.yaml, the Dockerfile and the roles' script are true to what `make run` does; seen without Docker."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from config import roles

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return found


def test_every_role_of_the_product_is_a_service(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "gpu", "speech"}
    assert services["postgres"]["ports"] == ["127.0.0.1:5433:5432"]
    assert services["redis"]["ports"] == ["127.0.0.1:6379:6379"]


def test_commands_are_roles_that_the_entrypoint_knows(services: dict[str, Any]) -> None:
    known = set(re.findall(r"^  (\w+)\)", (ROOT / "docker" / "entrypoint").read_text(), re.MULTILINE))
    commands = set(get_commands())
    for name in ("migrate", "web", "worker", "gpu", "speech"):
        assert services[name]["command"][0] in known | commands


def test_build_targets_are_in_the_dockerfile(services: dict[str, Any]) -> None:
    targets = set(re.findall(r"^FROM \S+ AS (\w+)", (ROOT / "docker" / "Dockerfile").read_text(), re.MULTILINE))
    for service in services.values():
        if "build" in service:
            assert service["build"]["target"] in targets
            assert (ROOT / service["build"]["dockerfile"]).is_file()


def test_only_the_migration_knows_the_owners_password(services: dict[str, Any]) -> None:
    for name, service in services.items():
        has_owner = "OWNER_PASSWORD" in str(service.get("environment", {}))
        assert has_owner == (name in {"postgres", "migrate"}), name
        if "DATABASE_URL" in service.get("environment", {}):
            assert service["environment"]["DATABASE_URL"].startswith("postgresql://app:")


def test_every_role_reads_the_other_settings_and_none_of_the_passwords_file(services: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "gpu", "speech"):
        assert services[name]["env_file"] == [{"path": "settings.env", "required": False}], name
    for kept_out in (".gitignore", ".dockerignore"):
        assert "settings.env" in [line.lstrip("/") for line in (ROOT / kept_out).read_text().splitlines()]


@pytest.mark.parametrize(
    ("demo", "ran"), [("", ["migrate", "demo"]), ("true", ["migrate", "demo"]), ("false", ["migrate"])]
)
def test_migrating_makes_a_demo_council_unless_told_not_to(demo: str, ran: list[str], tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$2"\n')
    python.chmod(0o755)
    called = subprocess.run(
        ["sh", str(ROOT / "docker" / "entrypoint"), "migrate"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "DEMO": demo},
        capture_output=True,
        text=True,
        check=True,
    )
    assert called.stdout.split() == ran


def test_settings_named_there_exist(services: dict[str, Any]) -> None:
    known = (ROOT / "config" / "settings.py").read_text()
    for name in ("migrate", "web", "worker", "gpu", "speech"):
        for variable in services[name].get("environment", {}):
            assert variable == "FORWARDED_ALLOW_IPS" or f'"{variable}"' in known, variable  # uvicorn reads that one


def test_the_roles_script_says_what_the_embedded_database_does() -> None:
    script = " ".join((ROOT / "docker" / "postgres" / "init.sh").read_text().split())
    for statement in roles.PREPARE:
        assert statement + ";" in script
    for name, createdb in (("owner", "CREATEDB"), ("app", "NOCREATEDB")):
        assert roles.ROLE.format(name=name, createdb=createdb) in script
