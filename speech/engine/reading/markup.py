"""Takes away what is seen but not said: emphasis marks, bullets, links, footnotes; names signs."""

from __future__ import annotations

import re
import unicodedata

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]"), ""),
    (re.compile(r"[\u00a0\u2007\u2009\u202f\t]"), " "),
    (re.compile(r"^```\w*$", re.MULTILINE), ""),
    (re.compile(r"<br\s*/?>"), "\n"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), ""),
    (re.compile(r"!?\[([^\]]+)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\](?:,?\s*\[\d+\])*"), ""),
    # A blank line before a list item tells it from a wrapped line.
    (re.compile(r"^[ ]*(?:#{1,6}|>|[-*•·–])[ ]+", re.MULTILINE), "\n"),
    (re.compile(r"^[ ]*\|?[ :|-]*-{3,}[ :|-]*$", re.MULTILINE), ""),
    # The marks must hug the text from outside and inside; so art_20_ust, 2*3 and 2 * 3 stay.
    (re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)"), r"\2"),
    (re.compile(r"~~(?=\S)(.+?)(?<=\S)~~"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ ]*\|[ ]*|[ ]*\|[ ]*$", re.MULTILINE), ""),
    (re.compile(r"[ ]+\|[ ]+"), ", "),
)

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED_MINUTES = re.compile(r"(?<=\d)[⁰¹²³⁴⁵][⁰¹²³⁴⁵⁶⁷⁸⁹](?![⁰¹²³⁴⁵⁶⁷⁸⁹\w])")
_LIST_LABEL = re.compile(r"(?<![\w(])(?P<label>\d{1,2}[a-z]?|[a-z])\)(?=\s)")

_URL = re.compile(r"(?:https?://|\bwww\.)(?:www\.)?([\w.-]*\w)(?:[/?#:][^\s,;)]*[\w/])?/?")
_BARE_URL = re.compile(
    r"(?<![\w@.-])((?:[a-z0-9-]+\.)+(?:pl|eu|com|org|net|tv|info))(?:/[^\s,;)]*[\w/])?(?![\w-]|\.\w)"
)
_MAIL = re.compile(r"\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")

_COMPARISONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bca\.?\s+(?=\d)"), "około "),
    (re.compile(r"(?:^|(?<=[ (]))±[ ]*(?=\d)"), "plus minus "),
    (re.compile(r"(?:^|(?<=[ (]))≥[ ]*(?=\d)"), "co najmniej "),
    (re.compile(r"(?:^|(?<=[ (]))≤[ ]*(?=\d)"), "co najwyżej "),
    (re.compile(r"(?:^|(?<=[ (]))>[ ]*(?=\d)"), "więcej niż "),
    (re.compile(r"(?:^|(?<=[ (]))<[ ]*(?=\d)"), "mniej niż "),
    (re.compile(r"(?:^|(?<=[ (]))~[ ]*(?=\d)"), "około "),
)
"""Named before the numbers are read: they decide the number's case."""
_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[ ]*[→⇒][ ]*"), ", "),
    (re.compile(r"[ ]*&[ ]*"), " i "),
    (re.compile(r"Ø[ ]*(?=\w)"), "fi "),
    (re.compile(r"[ ]*×[ ]*"), " razy "),
    (re.compile(r"[ ]+\+[ ]+|(?<=\d)\+(?=\d)"), " plus "),
    (re.compile(r"(?<=[\d])[ ]+\*[ ]+(?=\d)"), " razy "),
    (re.compile(r"[ ]+=[ ]+"), " równa się "),
    (re.compile(r"\bi/lub\b"), "i lub"),
    (re.compile(r"(?<=[a-ząćęłńóśźż])[ ]?/[ ]?(?=[a-ząćęłńóśźż])"), " lub "),
)


def without_markup(text: str) -> str:
    """Plain running text in composed Unicode; a line's end that ends no sentence becomes a full stop."""
    plain = _RAISED_MINUTES.sub(_minutes, unicodedata.normalize("NFC", text))
    for pattern, replacement in _STEPS:
        plain = pattern.sub(replacement, plain)
    plain = _LIST_LABEL.sub(r"\g<label>,", plain)
    plain = _MAIL.sub(lambda match: f"{_dots(match[1])} małpa {_dots(match[2])}", plain)
    for address in (_URL, _BARE_URL):
        plain = address.sub(lambda match: _dots(match[1]), plain)
    lines = [line.strip() for line in plain.split("\n")]
    return " ".join(" ".join(_closed(lines)).split())


def _minutes(match: re.Match[str]) -> str:
    """9³⁰, as notices print half past nine."""
    return f":{match[0].translate(_RAISED)}"


def name_comparisons(text: str) -> str:
    """>10% -> więcej niż 10%; ~5 km -> około 5 km."""
    for pattern, replacement in _COMPARISONS:
        text = pattern.sub(replacement, text)
    return text


def name_signs(text: str) -> str:
    """Signs between words and numbers as words; run after the rules that need the signs."""
    for pattern, replacement in _SIGNS:
        text = pattern.sub(replacement, text)
    return text


def _dots(address: str) -> str:
    return address.replace(".", " kropka ").replace("-", " myślnik ").replace("_", " podkreślnik ")


def _closed(lines: list[str]) -> list[str]:
    closed = list(lines)
    for number, line in enumerate(lines[:-1]):
        following = lines[number + 1]
        more = any(lines[number + 1 :])
        if line and more and line[-1].isalnum() and not (following and following[0].islower()):
            closed[number] = f"{line}."
    return closed
