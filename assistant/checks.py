"""What a sentence of a model must withstand before anybody sees it.

Its quote stands in the recordings word for word (assistant/quotes.py). Its figures, dates and names stand in the quote,
which is shown in whole sentences and with the speaker's sentence before or after it where they stand in that one, or
are the speaker's or the meeting's. Enough of its other words do too; it does not deny what the quote says nor turn
votes over (assistant/polarity.py). It is Polish, and plain text: no address, no markup, nothing that a page or a
program might follow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assistant.matching import lexemes_of
from assistant.polarity import counts_otherwise, denies_otherwise
from assistant.prompts import Claim
from assistant.quotes import CORRECTS, MIN_QUOTE_CHARS, Place, Track, normalise
from assistant.retrieval import DOCUMENT, Piece
from speech.engine.reading.sentences import split_sentences
from transcripts.cards import SPEECH
from transcripts.facts.names import readings
from transcripts.facts.numbers import numbers_in, roman_value, word_list
from transcripts.lexemes import fold

MIN_SUPPORT: Final = 0.3
"""Least share of a sentence's words that its quote, the words around it or the speaker must hold. Rewording is wanted;
a sentence that shares nothing with its quote is not about it."""
MAX_CHARS: Final = 500
_MOST_RAW_CHARS: Final = 4 * MAX_CHARS
"""Before emphasis and blanks are taken out; the patterns need time that grows with the square of the length."""
MIN_POLISH: Final = 0.7
"""Least share of a sentence's lower-case words that a Polish dictionary knows."""
_FEWEST_WORDS: Final = 3
_SHORT_FORMS: Final = frozenset(word_list("zł gr tys mln mld proc nr ul godz ok pkt art"))
"""Abbreviations; the dictionary knows them among too many others to prove a language by."""

_UNITS: Final = frozenset(word_list("zł złotych złote złoty gr groszy tys tysiące tysięcy mln mld proc nr"))

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
_PERCENT: Final = re.compile(r"%|\bprocent\w*|\bproc\.", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"\b(?:zł|złot\w+|pln|grosz\w*|euro)\b", re.IGNORECASE)
_MONEY: Final = re.compile(
    r"\b(?:zł|złot\w+|pln|grosz\w*|euro|tys|tysi\w+|mln|milion\w*|mld|miliard\w*)\b", re.IGNORECASE
)
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
    """`reason`: "form", "language", "quote", "words", "figures", "names", "votes", "negation"; for logs and repair."""

    reason: str


def check(claim: Claim, tracks: Mapping[int, tuple[Piece, Track]]) -> Verified | Rejected:
    """Whether the claim may be shown. Its quote may stand in another piece than it names: models misnumber.

    A quote from the card of a fact, which is no speech, is replaced by the words that the card was read from.
    """
    text = plain_text(claim.text)
    if text is None or "?" in text:
        return Rejected("form")
    if not is_polish(text):
        return Rejected("language")
    named = [tracks[claim.evidence]] if claim.evidence in tracks else []
    for piece, track in [*named, *tracks.values()]:
        place = track.find(claim.quote) or _words_of_card(claim.quote, piece, track)
        if place is not None:
            reasons = []
            for whole in with_neighbours(track, track.widen(place)):
                reason = _unsupported(text, piece, whole)
                if not reason:
                    return Verified(text, piece, whole)
                reasons.append(reason)
            return Rejected(reasons[0])
    return Rejected("quote")


def _words_of_card(quote: str, piece: Piece, track: Track) -> Place | None:
    """What was said, first speaker's words, if `quote` stands on the card of a fact read from it."""
    wanted = normalise(quote)
    is_card = piece.kind not in (SPEECH, DOCUMENT)
    if not is_card or len(wanted) < MIN_QUOTE_CHARS or wanted not in normalise(piece.header) or not track.sentences:
        return None
    first = track.sentences[0]
    own = [sentence for sentence in track.sentences if sentence.speaker == first.speaker]
    return track.place(first.start, own[-1].end) if len(own) == len(track.sentences) else first


def plain_text(text: str) -> str | None:
    """`text` without emphasis and control signs; None when it carries an address or markup, or is no sentence."""
    if len(text) > _MOST_RAW_CHARS:
        return None
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    if _MARKUP.search(kept):
        return None
    kept = " ".join(_EMPHASIS.sub("", kept).split())
    return kept if 0 < len(kept) <= MAX_CHARS and any(c.isalpha() for c in kept) else None


def is_polish(text: str) -> bool:
    """Whether enough of the words are in the dictionary; names and figures are left out, a few words prove nothing."""
    words = [word for word in _WORD.findall(text) if word.isalpha() and word.islower() and word not in _SHORT_FORMS]
    if len(words) < _FEWEST_WORDS:
        return all(not char.isalpha() or "LATIN" in unicodedata.name(char, "") for char in text)
    return sum(map(_is_polish_word, words)) >= MIN_POLISH * len(words)


@lru_cache(maxsize=16_384)
def _is_polish_word(word: str) -> bool:
    return any(not tag.startswith(("xxx", "brev")) for _, tag, _ in readings(word))


def with_neighbours(track: Track, whole: Place) -> list[Place]:
    """The quote's sentences, and with the same speaker's next, the one before, and both.

    A speaker's correction of themselves is never left out: "sto tysięcy. Przepraszam, sto dwa tysiące".
    """
    sentences = track.sentences
    touched = [n for n, s in enumerate(sentences) if s.start < whole.end and whole.start < s.end]
    if not touched:
        return [whole]
    before, after = sentences[: touched[0]][-1:], sentences[touched[-1] + 1 :][:1]
    start = before[0].start if before and before[0].speaker == whole.speaker else whole.start
    end = after[0].end if after and after[0].speaker == whole.speaker else whole.end
    corrected = end > whole.end and CORRECTS.search(after[0].text) is not None
    ends = [end] if corrected else [whole.end, end]
    places = [(a, b) for a in (whole.start, start) for b in ends]
    return [track.place(a, b) for a, b in dict.fromkeys(places)]


def _unsupported(text: str, piece: Piece, whole: Place) -> str:
    """Why the quote does not carry the sentence, or ""."""
    about = f"{piece.header} {piece.recording_title} {piece.held_on.isoformat() if piece.held_on else ''}"
    speakers = " ".join({segment.speaker for segment in piece.segments})
    near = lexemes_of(f"{whole.text} {whole.speaker} {about}")
    words = _WORD.findall(text)
    said = [lexemes for lexemes in map(lexemes_of, words) if lexemes]
    shared = sum(1 for lexemes in said if not lexemes.isdisjoint(near))
    if not all(map(_is_figure, words)) and (not said or shared < MIN_SUPPORT * len(said)):
        return "words"
    shown = _figures(f"{whole.text} . {about}")
    if (
        not _figures(text) <= shown | {"1"}
        or _takes_what_was_corrected(text, whole)
        or not _same_units(text, whole.text)
    ):
        return "figures"
    if not _months(text) <= _months(f"{whole.text} {about}"):
        return "figures"
    known = f"{whole.text} {whole.speaker} {speakers} {about}"
    if not all(_is_named(name, known) for name in _names(text)):
        return "names"
    if counts_otherwise(text, whole.text):
        return "votes"
    return "negation" if denies_otherwise(text, whole.text) else ""


def _is_figure(word: str) -> bool:
    """Whether the word is of a figure or its unit: written otherwise than it was said, and compared as such."""
    return word.isdigit() or word.lower() in _UNITS or bool(_figures(word))


def _takes_what_was_corrected(text: str, whole: Place) -> bool:
    """Whether the sentence has figures and none of a correction that its quote ends with."""
    last = split_sentences(whole.text)[-1:]
    if not last or not CORRECTS.search(last[0]) or len(last[0]) == len(whole.text):
        return False
    told, mended = _figures(text), _figures(last[0])
    return bool(told and mended) and told.isdisjoint(mended)


def _same_units(text: str, quote: str) -> bool:
    """Percent of a sentence are percent in its quote, money is no percent."""
    if _PERCENT.search(text):
        return bool(_PERCENT.search(quote))
    return not (_CURRENCY.search(text) and _PERCENT.search(quote)) or bool(_MONEY.search(quote))


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
