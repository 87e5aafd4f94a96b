"""Bytes to Polish text, and text that went through the wrong code page back to Polish.

Old offices wrote Windows-1250 and ISO 8859-2, and programs (and the text layers of PDF files) read them as Western or
Turkish: "uchwa³a w sprawie op³aty" is "uchwała w sprawie opłaty". Whatever gives most Polish letters and fewest odd
signs is taken; a text that is right already scores best as it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_POLISH: Final = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_COMMON: Final = frozenset("„”“’‘–—…§°•€½¼«»×·²³©®\u00a0\u00ad")  # not Polish letters, yet usual in Polish documents
_RIGHT: Final = ("cp1250", "iso-8859-2")
_WRONG: Final = ("cp1252", "cp1254", "latin-1", "iso-8859-2", "cp1250")
_LEAST_GAIN: Final = 3  # a repair must be worth it: a foreign name or two are no reason
_TWICE: Final = re.compile(r"\u00e2[^\x00-\x7f]{2}|[\u00c2-\u00c5\u0102\u0139\u0104][^\x00-\x7f]")


def decoded(content: bytes) -> str:
    """Text out of bytes of unknown code page, repaired where it had been through a wrong one before."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return repaired(content.decode(encoding, errors="replace"))
    try:
        return repaired(content.decode("utf-8"))
    except UnicodeDecodeError:
        return max((content.decode(encoding, errors="replace") for encoding in _RIGHT), key=_score)


def repaired(text: str) -> str:
    """`text` with Polish letters where a wrong code page had put others; unchanged when that gains too little."""
    candidates = [text, *(text.translate(table) for table in _TABLES), *(_undone(text, wrong) for wrong in _WRONG)]
    best = max(candidates, key=_score)
    return best if _score(best) >= _score(text) + _LEAST_GAIN else text


def _table(wrong: str, right: str) -> dict[int, str]:
    """What each character stands for that `wrong` made of a byte that `right` means."""
    pairs = {}
    for byte in range(0x80, 0x100):
        raw = bytes([byte])
        seen, meant = raw.decode(wrong, errors="ignore"), raw.decode(right, errors="ignore")
        if seen and meant and seen != meant:
            pairs[ord(seen)] = meant
    return pairs


_TABLES: Final = [_table(wrong, right) for right in _RIGHT for wrong in _WRONG if wrong != right]


def _undone(text: str, wrong: str) -> str:
    """UTF-8 that was read as the one-byte code page `wrong`, piece by piece, because the rest may be right."""

    def back(match: re.Match[str]) -> str:
        try:
            return match[0].encode(wrong).decode("utf-8")
        except UnicodeError:
            return match[0]

    return _TWICE.sub(back, text)


def _score(text: str) -> int:
    """Polish letters, less what Polish documents do not hold."""
    good = sum(1 for char in text if char in _POLISH)
    odd = sum(1 for char in text if char > "\x7f" and char not in _POLISH and char not in _COMMON)
    controls = sum(1 for char in text if "\x80" <= char <= "\x9f" or char == "\ufffd")
    superscripts = len(re.findall(r"[³¹](?=[^\W\d_])|(?<=[^\W\d_]{3})[³¹]", text))  # a raised figure inside a word
    return good - odd - 3 * controls - 2 * superscripts


def clean(text: str) -> str:
    """NFC, plain line ends, no control characters and no halves of characters: what a database can hold."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").replace("\u00a0", " ")
    kept = (char for char in flat if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    lines = unicodedata.normalize("NFC", "".join(kept)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
