"""Polish text into sentences short enough to be spoken one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from speech.engine.reading.numbers import word_list

MAX_SENTENCE_CHARS: Final = 400
"""About 25 s of speech; also far below the 4096 bytes one request of edge-tts may carry."""

_NEVER_LAST: Final = frozenset(
    word_list(
        """art ust pkt poz lit zd nr ul al pl os im św dr prof mgr inż hab ks płk ppłk kpt mjr gen por doc red np tzw
    tzn
    tj m.in min.in wg ws dot ds zob por dz dz.u u sp tel woj pow gm dn k p pp s str tab rys zał rozdz jw ww ok ca
    kl poł ewid mec asp kom obr wew lok sierż bryg mł st chor sygn med hum publ fin urz maz bp abp dh hm śp kard
    marsz rtm sen pok ryc pyt szer dł wys gł ob właśc nd rozp
    wz z przew wiceprzew dyr kier sekr zam nt cd cyt ur zm par b pn wt śr czw pt sob niedz t.j późn m.st j.w ad
    vol"""
    )
)
"""Abbreviations that something always follows."""

_MAYBE_LAST: Final = frozenset(
    word_list("r w tys mln mld godz min sek os szt br ub.r bm o.o s.a mies lat pkt zm n.e p.n.e kw m proc gr kan")
)
"""Abbreviations that may also end a sentence: they do before one of SENTENCE_STARTERS."""

_ALWAYS_LAST: Final = frozenset(word_list("itd itp zł etc"))

_FIGURES_FOLLOW: Final = frozenset(word_list("godz pkt kw m gr"))
"""Of those, the ones that a figure goes on: o godz. 10.00, do pkt. 8, 5 m. 12."""

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

_END: Final = re.compile(r"""(?<![.!?…])[.!?…]+["”»’)\]]*(?=\s|$)|\n""")  # a row of marks is looked at once
_BLANKS: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r"\w*")
_INITIAL: Final = re.compile(r"[A-ZĄĆĘŁŃÓŚŹŻ]\.")
_CENTURY: Final = re.compile(r"[IVX]+ w(?:\.|ieku)")
_NOT_IN_TOKEN: Final = re.compile(r"[\s(„\"]")
_SOFT_CUTS: Final = (re.compile(r"[;:](?=\s)"), re.compile(r"[,–—](?=\s)"), re.compile(r"(?=\s)"))


def split_sentences(text: str, *, max_chars: int = MAX_SENTENCE_CHARS) -> list[str]:
    """Cut `text` at the ends of its sentences, in time that grows with its length and no faster.

    Nothing is lost: joined by blanks, the sentences are the text with its white space made single. Sentences above
    `max_chars` are cut again at a semicolon, a comma or a blank, never inside a word (a longer "word" stays whole).
    Pieces without a letter or figure are joined to the sentence before them. An empty text gives an empty list.
    """
    collected = _Collected(max_chars)
    start = 0
    for end in sentence_ends(text):
        collected.add(text[start:end])
        start = end
    collected.add(text[start:])
    return collected.sentences()


def sentence_ends(text: str) -> Iterator[int]:
    """Where sentences of `text` end, in order; the last one need not."""
    reader = _Reader(text)
    for match in _END.finditer(text):
        if reader.ends_sentence(match):
            yield match.end()
            reader.begin(match.end())


class _Collected:
    """Sentences as they come; what has no letter or figure waits to be joined to its neighbour."""

    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars
        self._done: list[str] = []
        self._last = ""
        self._marks: list[str] = []

    def add(self, piece: str) -> None:
        words = " ".join(piece.split())
        if not words:
            return
        if self._last and not _speaks(words):
            self._marks.append(words)
            return
        if self._last:
            self._close()
            if not _speaks(self._done[-1]):
                words = f"{self._done.pop()} {words}"
        self._last = words

    def sentences(self) -> list[str]:
        if self._last:
            self._close()
        return self._done

    def _close(self) -> None:
        *pieces, last = _short(self._last, self._max_chars)
        self._done += [*pieces, " ".join([last, *self._marks])]
        self._marks = []


class _Reader:
    """Goes through a text once, from mark to mark; nothing that was seen is looked at again for the next mark."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blank_until = 0
        self.begin(0)

    def begin(self, start: int) -> None:
        """A new sentence."""
        self.start = start
        self._verbs_until, self._has_verb = start, False

    def ends_sentence(self, match: re.Match[str]) -> bool:
        following = self._following(match.end())
        if following == len(self._text):
            return True
        goes_on = self._text[following].islower()
        if match[0] == "\n":
            # A wrapped line goes on in lower case; a list item, a heading or a paragraph does not.
            return not goes_on
        if goes_on:
            return False
        if not match[0].startswith(".") or match[0].startswith(".."):
            return True
        return self._dot_ends(match.start(), following)

    def _following(self, end: int) -> int:
        """Where the next sign stands that is no blank."""
        if end >= self._blank_until:
            blanks = _BLANKS.match(self._text, end)
            self._blank_until = blanks.end() if blanks is not None else end
        return self._blank_until

    def _dot_ends(self, dot: int, following: int) -> bool:
        token_start = dot
        while token_start > self.start and not _NOT_IN_TOKEN.match(self._text, token_start - 1):
            token_start -= 1
        token = self._text[token_start:dot]
        word = re.split(r"[–—-]", token)[-1].lower()  # pon.–pt.
        next_word = _WORD.match(self._text, following)
        starts_clearly = next_word is not None and next_word[0] in SENTENCE_STARTERS
        if word in _ALWAYS_LAST:
            return True
        if word in _FIGURES_FOLLOW and self._text[following].isdigit():
            return False
        if word == "m" and not self._text[token_start - 2 : token_start].strip().isdigit():
            return False  # w m. Borki
        if word in _MAYBE_LAST:
            return starts_clearly or self._has_verb_before(dot)
        if word in _NEVER_LAST:
            return False
        if re.fullmatch(r"(?:\w\.)*[A-ZĄĆĘŁŃÓŚŹŻ]", token):  # an initial: J. Kowalski, A. W.
            return starts_clearly and _INITIAL.match(self._text, following) is None
        if word.isdigit() or re.fullmatch(r"[ivx]+", word):
            # "1. Otwarcie sesji" numbers what follows; "głosowało 15. Rada..." ends.
            century = _CENTURY.match(self._text, following)  # w latach 90. XX w.
            return century is None and bool(self._text[self.start : token_start].strip())
        return True

    def _has_verb_before(self, dot: int) -> bool:
        """Whether the clause is complete: "W dniu 26 marca 2026 r. Rada..." has yet to say what happened."""
        if not self._has_verb:
            verbs = _VERB.findall(self._text[self._verbs_until : dot])
            self._has_verb = any(word.lower() not in _NO_VERBS for word in verbs)
            self._verbs_until = dot
        return self._has_verb


def _speaks(words: str) -> bool:
    return any(char.isalnum() for char in words)


def _short(sentence: str, max_chars: int) -> list[str]:
    pieces: list[str] = []
    start = 0
    while len(sentence) - start > max_chars:
        cut = _cut_at(sentence, start, max_chars)
        if cut is None:
            break
        pieces.append(sentence[start:cut].strip())
        start = cut
        while start < len(sentence) and sentence[start].isspace():
            start += 1
    return [*pieces, sentence[start:]] if start < len(sentence) else pieces


def _cut_at(text: str, start: int, max_chars: int) -> int | None:
    for pattern in _SOFT_CUTS:
        found = pattern.finditer(text, start, start + max_chars + 1)
        cuts = [match.end() for match in found if match.end() <= start + max_chars]
        # A cut in the first third would leave crumbs; a worse mark nearer the limit reads better.
        good = [cut for cut in cuts if cut >= start + max_chars // 3]
        if good:
            return good[-1]
    blank = text.find(" ", start)
    return blank if start < blank < len(text) - 1 else None
