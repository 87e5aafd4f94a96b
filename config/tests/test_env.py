"""A wrong setting is one sentence that names it."""

from __future__ import annotations

import pytest

from config import env


def test_values_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_FLAG", "Tak")
    monkeypatch.setenv("A_NUMBER", " 12 ")
    monkeypatch.setenv("SOME_WORDS", "a.pl, b.pl  c.pl")
    monkeypatch.setenv("EMPTY", "  ")
    assert env.flag("A_FLAG") is True
    assert env.number("A_NUMBER", 1) == 12
    assert env.words("SOME_WORDS") == ["a.pl", "b.pl", "c.pl"]
    assert env.text("EMPTY", "default") == "default"
    assert env.flag("NOT_SET", default=True) is True


@pytest.mark.parametrize(("value", "limits"), [("x", {}), ("-1", {}), ("70000", {"maximum": 65535})])
def test_a_wrong_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str, limits: dict[str, int]) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(env.ConfigError, match=r"PORT='.*': expected"):
        env.number("PORT", 8000, **limits)


def test_a_wrong_flag_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "może")
    with pytest.raises(env.ConfigError, match="DEBUG='może'"):
        env.flag("DEBUG")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", []), ("a b, c", ["a", "b", "c"]), ('["a", " b "]', ["a", "b"]), ("[]", []), ("*", ["*"])],
)
def test_a_list_is_json_or_words(monkeypatch: pytest.MonkeyPatch, value: str, expected: list[str]) -> None:
    monkeypatch.setenv("A_LIST", value)
    assert env.json_words("A_LIST") == expected


@pytest.mark.parametrize("value", ['["a"', "[1]", "[[]]"])
def test_a_wrong_list_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("A_LIST", value)
    with pytest.raises(env.ConfigError, match="A_LIST="):
        env.json_words("A_LIST")
