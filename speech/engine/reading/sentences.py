"""Polish text into sentences short enough to be spoken one by one."""

from __future__ import annotations

import re
from typing import Final

from speech.engine.reading.numbers import word_list

MAX_SENTENCE_CHARS: Final = 400
"""About 25 s of speech; also far below the 4096 bytes one request of edge-tts may carry."""

_NEVER_LAST: Final = frozenset(
    word_list(
        """art ust pkt poz lit zd nr ul al pl os im św dr prof mgr inż hab ks płk ppłk kpt mjr gen por doc red np tzw
    tzn
    tj m.in min.in wg ws dot ds zob por dz dz.u u sp tel woj pow gm dn k p pp s str tab rys zał rozdz jw ww ok ca
    wz z przew wiceprzew dyr kier sekr zam nt cd cyt ur zm par b pn wt śr czw pt sob niedz t.j późn m.st j.w ad
    vol"""
    )
)
"""Abbreviations that something always follows."""

_MAYBE_LAST: Final = frozenset(
    word_list("r w tys mln mld godz min sek os szt br ub.r bm o.o s.a mies lat pkt zm n.e p.n.e")
)
"""Abbreviations that may also end a sentence: they do before one of SENTENCE_STARTERS."""

_ALWAYS_LAST: Final = frozenset(word_list("itd itp zł etc"))

SENTENCE_STARTERS: Final = frozenset(
    word_list(
        """A Ad Ale Aby Będzie Był Była Było Byli Chcę Chodzi Co Czy Dalej Dlaczego Dlatego Do Dla Drugi Druga Dziękuję
    Dzisiaj Gdy Gdyby I Ile Inne Ja Jak Jaki Jakie Jednak Jednocześnie Jest Jestem Jeśli Jeżeli Już Każdy Kolejna
    Kolejny Koszt Kto Kiedy Który Która Które Ma Mam Mamy Może Można My Na Następna Następnie Następny Natomiast
    Nie Nikt O Obecnie Od Ona One Oni On Oraz Pan Pani Państwo Po Poddaję Ponadto Potem Poza Prace Projekt Proszę
    Przechodzimy Przed Przez Przy Są Tak Także Tam Te Ten Ta Termin To Tu Tutaj Tylko Tym W We Wniosek Wszyscy
    Więc Z Za Zatem Ze Został Została Że Żeby"""
    )
)

_VERB: Final = re.compile(
    r"\b(?:jest|są|był|będzie|będą|ma|mają|może|wynosi|wynoszą|trwa|trwają|zostanie|zostaną"
    r"|\w{2,}(?:ł|ła|ło|li|ły|ano|ono|ęto|uje|ują|ujemy|imy|ymy))\b"
)
_NO_VERBS: Final = frozenset(
    word_list(
        """artykuł dział udział podział rozdział materiał kapitał wydział przydział kwartał szkoła szkoły stały mały
        cały
        były źródło hasło szkoło wójtowie kościoły zespół zespoły stół chwili"""
    )
)

_END: Final = re.compile(r"""[.!?…]+["”»’)\]]*(?=\s|$)|\n""")
_SOFT_CUTS: Final = (re.compile(r"[;:](?=\s)"), re.compile(r"[,–—](?=\s)"), re.compile(r"(?=\s)"))


def split_sentences(text: str, *, max_chars: int = MAX_SENTENCE_CHARS) -> list[str]:
    """Cut `text` at the ends of its sentences.

    Nothing is lost: joined by blanks, the sentences are the text with its white space made single. Sentences above
    `max_chars` are cut again at a semicolon, a comma or a blank, never inside a word (a longer "word" stays whole).
    Pieces without a letter or figure are joined to the sentence before them. An empty text gives an empty list.
    """
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, start, match):
            _add(sentences, text[start : match.end()], max_chars)
            start = match.end()
    _add(sentences, text[start:], max_chars)
    return sentences


def _add(sentences: list[str], piece: str, max_chars: int) -> None:
    words = " ".join(piece.split())
    if not words:
        return
    if not any(char.isalnum() for char in words) and sentences:
        sentences[-1] += f" {words}"
        return
    if sentences and not any(char.isalnum() for char in sentences[-1]):
        words = f"{sentences.pop()} {words}"
    sentences.extend(_short(words, max_chars))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() :].lstrip()
    if not following:
        return True
    if match[0] == "\n":
        # A wrapped line goes on in lower case; a list item, a heading or a paragraph does not.
        return not following[0].islower()
    if not match[0].startswith(".") or match[0].startswith(".."):
        return not following[0].islower()
    if following[0].islower():
        return False
    before = text[start : match.start()]
    token = re.search(r"[^\s(„\"]*$", before)
    return _dot_ends(token[0] if token is not None else "", before, following)


def _dot_ends(token: str, before: str, following: str) -> bool:
    word = token.lower()
    next_word = re.match(r"\w*", following)
    starts_clearly = next_word is not None and next_word[0] in SENTENCE_STARTERS
    if word in _ALWAYS_LAST:
        return True
    if word in _MAYBE_LAST:
        return starts_clearly or _has_verb(before)
    if word in _NEVER_LAST:
        return False
    if re.fullmatch(r"(?:\w\.)*[A-ZĄĆĘŁŃÓŚŹŻ]", token):  # an initial: J. Kowalski
        return starts_clearly
    if word.isdigit() or re.fullmatch(r"[ivx]+", word):
        # "1. Otwarcie sesji" numbers what follows; "głosowało 15. Rada..." ends.
        return before.strip() != token
    return True


def _has_verb(clause: str) -> bool:
    """Whether the clause is complete: "W dniu 26 marca 2026 r. Rada..." has yet to say what happened."""
    return any(word.lower() not in _NO_VERBS for word in _VERB.findall(clause))


def _short(sentence: str, max_chars: int) -> list[str]:
    pieces: list[str] = []
    rest = sentence
    while len(rest) > max_chars:
        cut = _cut_at(rest, max_chars)
        if cut is None:
            break
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest else pieces


def _cut_at(text: str, max_chars: int) -> int | None:
    for pattern in _SOFT_CUTS:
        cuts = [match.end() for match in pattern.finditer(text, 0, max_chars + 1) if match.end() <= max_chars]
        # A cut in the first third would leave crumbs; a worse mark nearer the limit reads better.
        good = [cut for cut in cuts if cut >= max_chars // 3]
        if good:
            return good[-1]
    blank = text.find(" ")
    return blank if 0 < blank < len(text) - 1 else None
