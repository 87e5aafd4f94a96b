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

_URL = re.compile(r"(?:https?://|\bwww\.)(?:www\.)?([\w.-]*\w)(?:[/?#:][^\s,;)]*[\w/])?/?")
_MAIL = re.compile(r"\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")

_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[ ]*[→⇒][ ]*"), ", "),
    (re.compile(r"[ ]*&[ ]*"), " i "),
    (re.compile(r"[ ]*×[ ]*"), " razy "),
    (re.compile(r"[ ]+\+[ ]+|(?<=\d)\+(?=\d)"), " plus "),
    (re.compile(r"(?<=[\d])[ ]+\*[ ]+(?=\d)"), " razy "),
    (re.compile(r"[ ]+=[ ]+"), " równa się "),
    (re.compile(r"(?:^|(?<=[ (]))±[ ]*(?=\d)"), "plus minus "),
    (re.compile(r"(?:^|(?<=[ (]))≥[ ]*(?=\d)"), "co najmniej "),
    (re.compile(r"(?:^|(?<=[ (]))≤[ ]*(?=\d)"), "co najwyżej "),
    (re.compile(r"(?:^|(?<=[ (]))>[ ]*(?=\d)"), "więcej niż "),
    (re.compile(r"(?:^|(?<=[ (]))<[ ]*(?=\d)"), "mniej niż "),
    (re.compile(r"(?:^|(?<=[ (]))~[ ]*(?=\d)"), "około "),
    (re.compile(r"\bi/lub\b"), "i lub"),
    (re.compile(r"(?<=[a-ząćęłńóśźż])[ ]?/[ ]?(?=[a-ząćęłńóśźż])"), " lub "),
)


def without_markup(text: str) -> str:
    """Plain running text in composed Unicode; a line's end that ends no sentence becomes a full stop."""
    plain = unicodedata.normalize("NFC", text)
    for pattern, replacement in _STEPS:
        plain = pattern.sub(replacement, plain)
    plain = _MAIL.sub(lambda match: f"{_dots(match[1])} małpa {_dots(match[2])}", plain)
    plain = _URL.sub(lambda match: _dots(match[1]), plain)
    lines = [line.strip() for line in plain.split("\n")]
    return " ".join(" ".join(_closed(lines)).split())


def name_signs(text: str) -> str:
    """Signs between words and numbers as words; run after the rules that need the signs."""
    for pattern, replacement in _SIGNS:
        text = pattern.sub(replacement, text)
    return text


def _dots(address: str) -> str:
    return address.replace(".", " kropka ")


def _closed(lines: list[str]) -> list[str]:
    closed = list(lines)
    for number, line in enumerate(lines[:-1]):
        following = lines[number + 1]
        more = any(lines[number + 1 :])
        if line and more and line[-1].isalnum() and not (following and following[0].islower()):
            closed[number] = f"{line}."
    return closed
