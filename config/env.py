"""Typed readers of the environment: the only file that touches os.environ.

Every setting a deployment can make is a function call in settings.py that goes through here, so a wrong value is one
clear sentence at start and never a surprise later.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path


class ConfigError(Exception):
    """A setting that cannot be used; the message names it and says what is allowed."""


def text(name: str, default: str = "") -> str:
    """The value of NAME without surrounding blanks; an empty value counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on", "tak"}:
        return True
    if value in {"0", "false", "no", "off", "nie"}:
        return False
    raise ConfigError(f"{name}={value!r}: expected true or false")


def number(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    value = text(name)
    if not value:
        return default
    try:
        parsed = int(value)
    except ValueError:
        raise ConfigError(f"{name}={value!r}: expected a whole number") from None
    if parsed < minimum or (maximum is not None and parsed > maximum):
        raise ConfigError(f"{name}={value!r}: expected {minimum} to {maximum if maximum is not None else '...'}")
    return parsed


def choice(name: str, default: str, allowed: Iterable[str]) -> str:
    """One of a few words, in any case of letters."""
    value = text(name, default).lower()
    if value not in allowed:
        raise ConfigError(f"{name}={value!r}: expected one of {', '.join(allowed)}")
    return value


def words(name: str) -> list[str]:
    """Comma- or blank-separated list."""
    return text(name).replace(",", " ").split()


def json_words(name: str) -> list[str]:
    """A list as JSON (`["a", "b"]`, as Speaches wants it) or as words."""
    value = text(name)
    if not value.startswith("["):
        return words(name)
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = None
    if not isinstance(parsed, list) or not all(isinstance(item, str) for item in parsed):
        raise ConfigError(f'{name}={value!r}: expected a JSON list of strings such as ["a", "b"], or words')
    return [item.strip() for item in parsed if item.strip()]


def pairs(name: str, allowed: Iterable[str]) -> dict[str, str]:
    """A list of `key=value`, keys in lower case, values among a few words."""
    found: dict[str, str] = {}
    for pair in words(name):
        key, equals, value = pair.lower().partition("=")
        if not key or not equals or value not in allowed:
            raise ConfigError(f"{name}: {pair!r}: expected NAME=VALUE with a value of {', '.join(allowed)}")
        found[key] = value
    return found


def folder(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()


def set_default(name: str, value: str) -> None:
    """Give a variable that libraries and child processes read a value, unless the deployment chose one."""
    os.environ.setdefault(name, value)


def use_for_tests(**values: str) -> None:
    """Replace variables for this process and its children; variables of the developer's shell must not leak in."""
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "PORT", "PUBLIC_URL", "LLM_BASE_URL"):
        os.environ.pop(name, None)
    os.environ.update(values)
