"""Figures that count nothing: telephones, accounts, NIP, postal codes."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.numbers import cardinal, digits

_PHONE: Final = re.compile(
    r"(?P<lead>\b(?:[Tt]el\.?|[Tt]elefon\w*|[Ff]ax|[Ff]aks\w*|[Kk]om\.?|[Kk]omórk\w+)(?:\s*(?:kontaktow\w+|nr|numer))?(?:\s*:)?\s*"
    r"|\b(?:pod|nr|numer\w*)\s+(?=\d{3}[ -]\d{3}[ -]\d{3}\b)"
    r"|(?<!\S)(?=\+\d|\(?\d\d\)? \d{3}-\d\d-\d\d\b|\d{3}-\d{3}-\d{3}\b))(?P<num>\(?\+?\d[\d ()-]{5,}\d)"
)
_IDENTITY: Final = re.compile(
    r"\b(?P<lead>(?:NIP|REGON|KRS|PESEL|[Kk]onto|[Rr]achun\w+)(?:\s+(?:bankow\w+|nr|numer))*:?\s+)"
    r"(?P<num>\d[\d -]{7,}\d)"
)
_ACCOUNT: Final = re.compile(r"(?<!\d )(?<![\w,.])(?P<num>\d{2}(?: \d{4}){6})(?!\d)")
_POSTCODE: Final = re.compile(r"(?<![\w-])(?P<a>\d\d)-(?P<b>\d{3})(?=\s+[A-ZĄĆĘŁŃÓŚŹŻ])")


def read_codes(text: str) -> str:
    """tel. 22 123 45 67 -> telefon dwadzieścia dwa sto dwadzieścia trzy...; NIP, accounts figure by figure."""
    text = _IDENTITY.sub(lambda m: m["lead"] + _groups(m["num"]), text)
    text = _ACCOUNT.sub(lambda m: _groups(m["num"]), text)
    text = _PHONE.sub(_phone, text)
    return _POSTCODE.sub(lambda m: f"{figures_group(m['a'])} {figures_group(m['b'])}", text)


def figures_group(figures: str) -> str:
    """007 -> zero zero siedem; 123 -> sto dwadzieścia trzy."""
    zeros = len(figures) - len(figures.lstrip("0"))
    rest = figures[zeros:]
    return " ".join(["zero"] * zeros + ([cardinal(int(rest))] if rest else []))


def _groups(written: str) -> str:
    """Figure by figure, with a breath between groups: one mistaken figure is another account."""
    return ", ".join(digits(group) for group in re.findall(r"\d+", written))


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match["num"])
    spoken = " ".join(map(_spoken_group, groups))
    plus = "plus " if match["num"].lstrip("(").startswith("+") else ""
    lead = re.sub(r"^([Kk])om\.?(?!\w)", lambda m: f"{m[1]}omórka", match["lead"])
    return f"{lead}{plus}{spoken}"


def _spoken_group(figures: str) -> str:
    return figures_group(figures) if len(figures) <= 3 else digits(figures)
