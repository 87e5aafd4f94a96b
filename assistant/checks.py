"""What a sentence of a model must withstand before anybody sees it.

Its quote stands in the recordings word for word (assistant/quotes.py). Its figures, dates and names stand in the quote
or around it: the whole sentences the quote lies in, those before and after it, the speaker, the meeting. Enough of its
other words do too. It is Polish, and plain text: no address, no markup, nothing that a page or a program might follow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assistant.matching import lexemes_of
from assistant.prompts import Claim
from assistant.quotes import Place, Track
from assistant.retrieval import Piece
from transcripts.facts.names import readings
from transcripts.facts.numbers import numbers_in, roman_value, word_list
from transcripts.lexemes import fold

MIN_SUPPORT: Final = 0.3
"""Least share of a sentence's words that its quote, the words around it or the speaker must hold. Rewording is wanted;
a sentence that shares nothing with its quote is not about it."""
MAX_CHARS: Final = 500
MIN_POLISH: Final = 0.7
"""Least share of a sentence's lower-case words that a Polish dictionary knows."""
_FEWEST_WORDS: Final = 3

_MARKUP: Final = re.compile(
    r"https?:|www\.|\bdata:|javascript:|\]\s*\(|!\[|</?[a-z][^>]*>|&#?\w+;|\b[\w-]+\.(?:com|net|org|io|ru|eu|pl)(?:/|\b)",
    re.IGNORECASE,
)
_EMPHASIS: Final = re.compile(r"[*_`#]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_WORD: Final = re.compile(r"[^\W_]+")
_MONTHS: Final = tuple(
    word_list("styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień")
)
_DATE: Final = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b")
_ISO_DATE: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_GROUPED: Final = re.compile(r"(?<!\d)\d{1,3}(?:[  ]\d{3})+(?!\d)")
_DECIMAL: Final = re.compile(r"(?<![\d.,])(\d+)[.,](\d+)(?![\d.,])")
_OFFICES: Final = frozenset(
    word_list("""
    rada rady radzie radę radą radny radna radnego radnej radnemu radnym radną radni radnych gmina gminy gminie gminę
    gminą miasto miasta powiat powiatu sejmik sejmiku urząd urzędu urzędzie wójt wójta wójtowi wójtem burmistrz
    burmistrza burmistrzowi burmistrzem prezydent prezydenta starosta starosty marszałek marszałka przewodniczący
    przewodnicząca przewodniczącego przewodniczącej przewodniczącemu przewodniczącym przewodniczącą
    wiceprzewodniczący wiceprzewodnicząca skarbnik skarbnika skarbniczka sekretarz sekretarza sołtys sołtysa zastępca
    komisja komisji komisję komisją pan pana panu panem pani panią państwo sesja sesji sesję uchwała uchwały uchwałę bip
    zł pln polska polski""")
)
"""Words that are written large without being the name of anybody; they count as ordinary words."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that may be shown, and where its quote stands (in whole sentences)."""

    text: str
    piece: Piece
    place: Place


@dataclass(frozen=True, slots=True)
class Rejected:
    """`reason`: "form", "language", "quote", "words", "figures", "names"; for logs, notes and the one repair."""

    reason: str


def check(claim: Claim, tracks: Mapping[int, tuple[Piece, Track]]) -> Verified | Rejected:
    """Whether the claim may be shown. Its quote may stand in another piece than it names: models misnumber."""
    text = plain_text(claim.text)
    if text is None:
        return Rejected("form")
    if not is_polish(text):
        return Rejected("language")
    named = [tracks[claim.evidence]] if claim.evidence in tracks else []
    for piece, track in [*named, *tracks.values()]:
        place = track.find(claim.quote)
        if place is not None:
            whole = track.widen(place)
            reason = _unsupported(text, piece, whole, _around(track, whole))
            return Rejected(reason) if reason else Verified(text, piece, whole)
    return Rejected("quote")


def plain_text(text: str) -> str | None:
    """`text` without emphasis and control signs; None when it carries an address or markup, or is no sentence."""
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    if _MARKUP.search(kept):
        return None
    kept = " ".join(_EMPHASIS.sub("", kept).split())
    return kept if 0 < len(kept) <= MAX_CHARS and any(c.isalpha() for c in kept) else None


def is_polish(text: str) -> bool:
    """Whether enough of the words are in the dictionary; names and figures are left out, a few words prove nothing."""
    words = [word for word in _WORD.findall(text) if word.isalpha() and word.islower()]
    if len(words) < _FEWEST_WORDS:
        return all(not char.isalpha() or "LATIN" in unicodedata.name(char, "") for char in text)
    return sum(map(_is_polish_word, words)) >= MIN_POLISH * len(words)


@lru_cache(maxsize=16_384)
def _is_polish_word(word: str) -> bool:
    return any(not tag.startswith(("xxx", "brev")) for _, tag, _ in readings(word))


def _around(track: Track, whole: Place) -> str:
    """The quote's sentences with one more on either side, whoever says it."""
    sentences = track.sentences
    touched = [n for n, s in enumerate(sentences) if s.start < whole.end and whole.start < s.end]
    if not touched:
        return whole.text
    return " ".join(s.text for s in sentences[max(0, touched[0] - 1) : touched[-1] + 2])


def _unsupported(text: str, piece: Piece, whole: Place, around: str) -> str:
    """Why the quote does not carry the sentence, or ""."""
    about = f"{piece.header} {piece.recording_title} {piece.held_on.isoformat() if piece.held_on else ''}"
    speakers = " ".join({segment.speaker for segment in piece.segments})
    near = lexemes_of(f"{whole.text} {whole.speaker} {about}")
    said = [lexemes for lexemes in map(lexemes_of, _WORD.findall(text)) if lexemes]
    shared = sum(1 for lexemes in said if not lexemes.isdisjoint(near))
    if not said or shared < MIN_SUPPORT * len(said):
        return "words"
    if not _figures(text) <= _figures(f"{around} . {about}") | {"1"}:
        return "figures"
    if not _months(text) <= _months(f"{around} {about}"):
        return "figures"
    known = f"{around} {whole.speaker} {speakers} {about}"
    return "" if all(_is_named(name, known) for name in _names(text)) else "names"


@lru_cache(maxsize=4_096)
def _figures(text: str) -> frozenset[str]:
    """Numbers as digits, however they are written: "200 tys.", "dwieście tysięcy", "XXIII", "12%", "3,5"."""
    text = _GROUPED.sub(lambda match: re.sub(r"\s", "", match[0]), text)
    text = _DATE.sub(r" \1 . \2 . \3 ", _ISO_DATE.sub(r" \3 . \2 . \1 ", text))
    decimals = {f"{whole}.{part.rstrip('0')}" for whole, part in _DECIMAL.findall(text) if part.strip("0")}
    spaced = re.sub(r"[%/:;§–—()\[\]-]", " . ", text)
    found = {str(number) for number in numbers_in(spaced)}
    found |= {str(value) for token in _WORD.findall(text) if (value := roman_value(token)) is not None}
    digits = {token.lstrip("0") or "0" for token in re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d)", spaced)}
    grouped = {token for token in digits if _stands_alone(token, spaced)}
    return frozenset(found | decimals | grouped)


def _stands_alone(token: str, text: str) -> bool:
    """Whether the digits are a number of their own: not a part of "200 000", not before "tys."."""
    pattern = rf"(?<!\d )(?<!\d)0*{token}(?! ?\d)(?!\s*(?:tys|mln|mld|tysi|milion|miliard))"
    return re.search(pattern, text) is not None


def _months(text: str) -> frozenset[str]:
    lexemes = lexemes_of(text)
    found = {month for month in _MONTHS if month in lexemes}
    for number in [m[2] for m in _DATE.finditer(text)] + [m[2] for m in _ISO_DATE.finditer(text)]:
        found |= {_MONTHS[int(number) - 1]} if 1 <= int(number) <= 12 else set()
    return frozenset(found)


def _names(text: str) -> list[str]:
    """Words written large that name somebody or some place. The first word only when a name goes on after it."""
    words = _WORD.findall(text)
    names = []
    for index, word in enumerate(words):
        large = word[0].isupper() and word.lower() not in _OFFICES and roman_value(word) is None
        followed = index + 1 < len(words) and words[index + 1][0].isupper() and words[index + 1].lower() not in _OFFICES
        if large and len(word) > 1 and (index or (followed and not _is_polish_word(word.lower()))):
            names.append(word)
    return names


def _is_named(name: str, text: str) -> bool:
    """Whether a form of the name stands in the text: by its lemma, or by its beginning where no dictionary knows it."""
    lexemes = lexemes_of(name)
    if lexemes and not lexemes.isdisjoint(lexemes_of(text)):
        return True
    wanted = fold(name)
    return any(_same_beginning(wanted, fold(word)) for word in _WORD.findall(text))


def _same_beginning(name: str, word: str) -> bool:
    needed = max(3, min(len(name), len(word)) - 2)
    return len(word) >= needed and abs(len(name) - len(word)) <= 4 and name[:needed] == word[:needed]
