"""How well a sentence of the evidence answers a question, by words alone: what quote mode chooses and refuses by.

A question's words are weighed by their rarity in the evidence; a word that is nowhere in it weighs most. A sentence is
credited with the words it holds itself and, less, with those beside it: the neighbouring sentences, the speaker, the
passage's header. Whether there is an answer at all is decided by absolute signs (how much of the question is covered,
whether its names occur, whether a question about a number or a date has one to show), never by rank.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final
from uuid import UUID

from assistant.quotes import Place, Track
from assistant.retrieval import Piece
from transcripts.lexemes import QueryTerm, document_lexemes, fold, query_lexemes

# Credit for a word of the question by where it stands; 1 is "in the sentence itself". Chosen on PoQuAD (see
# docs/benchmarks.md), not on council sessions.
_RELATED: Final = 0.8  # another word of the family: koszt for kosztować
_BESIDE: Final = 0.55  # in the sentence before or after
_AROUND: Final = 0.5  # speaker, meeting, agenda point
_NEAR: Final = 0.25  # elsewhere in the same passage, or within half a minute
_NEAR_MS: Final = 30_000
_PAUSE_MS: Final = 10_000  # sentences further apart do not adjoin

MIN_SURENESS: Final = 0.6
"""Least coverage (the share of the question's weight that the chosen sentence and what is around it hold), moved by how
near the passage's meaning is to the question's. On PoQuAD, by which it was chosen, it let 3 % of questions without an
answer through and refused 43 % of those with one: in a council's records a wrong answer is worse than none."""
MIN_COVERAGE_BY_WORDS: Final = 0.7
"""The same where meanings were not compared."""
_SIMILARITY_USUAL: Final = 0.85  # cosine of a question and its passage in the built-in model
_SIMILARITY_SHARE: Final = 6.0
MIN_OWN: Final = 0.25
"""Least share that the chosen sentence itself must hold."""
_ALSO: Final = 0.8
"""Another sentence is shown too when it scores at least this share of the best."""
MAX_SENTENCES: Final = 3

# Weight of a word by its kind.
_NAME: Final = 1.4
_VERB: Final = 0.6
_ADJECTIVE: Final = 0.8
_EMPTY: Final = 0.2
_EMPTY_VERBS: Final = frozenset(
    [
        "mowa",
        "mówić",
        "powiedzieć",
        "wypowiadać",
        "wspominać",
        "wspomnieć",
        "wynosić",
        "wynieść",
        "dotyczyć",
        "odbyć",
        "odbywać",
    ]
)
"""Words that questions about meetings are built with, whatever they ask about."""

_FULFILS: Final = 0.15  # has the number or the date that the question asks for
_RANK: Final = 0.1  # what the search engine thought, vectors included
_QUESTION: Final = 0.7  # a sentence that itself asks seldom answers
_SHORT_WORDS: Final = 4
_SHORT: Final = 0.8

_LEXEME: Final = re.compile(r"'((?:[^'\\]|''|\\.)*)':")
_FORM: Final = "_"  # marks folded forms among lexemes (transcripts/lexemes.py)
_UNKNOWN: Final = "_~"  # first characters of what is no lemma: folded forms, stems of unknown words
_PREFIX_CHARS: Final = 3
_FAMILY_CHARS: Final = 5
_FAMILY_SHARE: Final = 0.55

_NUMBERS_WORDS: Final = """
    jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście
    piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści czterdzieści pięćdziesiąt
    sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto dwieście trzysta czterysta pięćset sześćset
    siedemset osiemset dziewięćset tysiąc milion miliard bilion połowa półtora zero nikt żaden jednogłośnie dwoje
    troje czworo pięcioro sześcioro siedmioro kilka kilkanaście kilkadziesiąt
"""
_NUMBERS: Final = frozenset(_NUMBERS_WORDS.split())
_MONEY: Final = frozenset(["złoty", "zł", "grosz", "euro", "dolar", "procent", "tysiąc", "milion", "miliard", "bilion"])
_CURRENCY: Final = frozenset(["złoty", "zł", "grosz", "euro", "dolar"])
_IMPLIED_BY_MONEY: Final = frozenset(["pieniądz", "kwota", "koszt", "kosztować", "cena"])
"""Words of a question about money that a sentence with a sum answers without saying them."""
_TIME_WORDS: Final = """
    styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień poniedziałek
    wtorek środa czwartek piątek sobota niedziela rok miesiąc tydzień dzień kwartał półrocze wiek godzina minuta
    wczoraj dziś dzisiaj jutro pojutrze niedługo wkrótce wiosna lato jesień zima wakacje kadencja
"""
_TIME: Final = frozenset(_TIME_WORDS.split())
_CORRECTS: Final = re.compile(
    r"^\W*(nie,\s+)?(przepraszam|poprawiam się|poprawka|sprostowanie|to znaczy)\b", re.IGNORECASE
)
"""Speakers correct themselves in the next sentence; showing only the wrong figure would mislead."""

_ASKS_NUMBER: Final = re.compile(r"\b(ile|ilu|iloma|jakim wynikiem|jaki numer|jak(a|ą|iej) kwot\w+)\b")
_ASKS_TIME: Final = re.compile(r"\b(kiedy|w którym roku|w jakim roku|którego dnia|o której|w jakim terminie)\b")
_ABOUT_MONEY: Final = ("koszt", "cena", "kwot", "pieniądz", "zapłac", "płac", "wyda", "opłat", "stawk", "dofinans")


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence chosen to answer, with the piece it comes from."""

    piece: Piece
    place: Place
    score: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The best sentences in the order to be shown, and whether they are enough to answer."""

    choices: tuple[Choice, ...]
    answers: bool
    coverage: float
    reason: str  # why not, for logs and tests: "", "nothing", "coverage", "own", "name", "number", "time"


@dataclass(frozen=True, slots=True)
class _Sentence:
    piece: Piece
    place: Place
    rank: int
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence with what stands beside it; `previous` and `following` are its neighbours in the recording."""

    piece: Piece
    place: Place
    rank: int
    own: frozenset[str]
    previous: _Sentence | None
    following: _Sentence | None
    around: frozenset[str]  # speaker, meeting, agenda point
    near: frozenset[str]  # the passage and what was said just before and after it

    @property
    def beside(self) -> frozenset[str]:
        return _own(self.previous) | _own(self.following)


def judge(question: str, pieces: Sequence[Piece]) -> Judgement:
    """Choose the sentences of `pieces` (best piece first) that answer `question`."""
    terms = query_lexemes(question)
    candidates = _candidates(pieces)
    if not terms or not candidates:
        return Judgement((), False, 0.0, "nothing")
    weights = _weights(terms, _names(question), candidates)
    scored = sorted(((_score(question, terms, weights, c), c) for c in candidates), key=lambda s: (-s[0], s[1].rank))
    best_score, best = scored[0]
    coverage = _coverage(terms, weights, best)
    reason = _why_not(question, terms, weights, best, coverage)
    chosen = [(score, c) for score, c in scored if score >= _ALSO * best_score][:MAX_SENTENCES]
    choices = [choice for score, c in chosen for choice in _with_neighbours(question, terms, c, score)]
    return Judgement(tuple(choices), not reason, coverage, reason)


def _with_neighbours(
    question: str, terms: Sequence[QueryTerm], candidate: _Candidate, score: float
) -> Iterator[Choice]:
    """The sentence, after it a correction of itself, beside it the neighbour that has the figure asked for."""
    yield Choice(candidate.piece, candidate.place, score)
    following = candidate.following
    if following and following.place.speaker == candidate.place.speaker and _CORRECTS.search(following.place.text):
        yield Choice(following.piece, following.place, score)
    if _wanted(question, candidate.own) not in (None, ""):
        for neighbour in _telling(terms, candidate):
            if _wanted(question, neighbour.own) == "":
                yield Choice(neighbour.piece, neighbour.place, score)


def _telling(terms: Sequence[QueryTerm], candidate: _Candidate) -> list[_Sentence]:
    """The neighbours that speak of the same thing: they hold a word of the question themselves."""
    neighbours = [sentence for sentence in (candidate.following, candidate.previous) if sentence]
    return [sentence for sentence in neighbours if any(_match(sentence.own, term) for term in terms)]


@lru_cache(maxsize=16_384)
def lexemes_of(text: str) -> frozenset[str]:
    """Lemmas and folded forms of the words of `text`, as search stores them."""
    return frozenset(match.replace("''", "'") for match in _LEXEME.findall(document_lexemes("", text).vector))


@lru_cache(maxsize=16_384)
def _heard_apart(text: str) -> frozenset[str]:
    """Lemmas of words that a recogniser may have written in two: "na Bożeństw" for "nabożeństw".

    A short word and its follower count as one when morfeusz2 knows them together.
    """
    words = re.findall(r"[^\W\d_]+", text)
    found: frozenset[str] = frozenset()
    for short, follower in pairwise(words):
        if len(short) <= _PREFIX_CHARS and len(follower) >= _FAMILY_CHARS:
            lexemes = lexemes_of(short + follower.lower())
            if any(lexeme[0] not in _UNKNOWN for lexeme in lexemes):
                found |= lexemes
    return found


def _candidates(pieces: Sequence[Piece]) -> list[_Candidate]:
    """Every sentence of the evidence, beside its neighbours in the recording (which another piece may hold)."""
    timelines: dict[UUID, list[_Sentence]] = {}
    for rank, piece in enumerate(pieces):
        timelines.setdefault(piece.recording_id, []).extend(
            _Sentence(piece, place, rank, lexemes_of(place.text) | _heard_apart(place.text))
            for place in Track(piece.segments).sentences
        )
    found = []
    for timeline in timelines.values():
        timeline.sort(key=lambda sentence: (sentence.place.start_ms, sentence.place.start))
        for index, sentence in enumerate(timeline):
            found.append(_candidate(sentence, timeline, index))
    return found


def _candidate(sentence: _Sentence, timeline: Sequence[_Sentence], index: int) -> _Candidate:
    piece, place = sentence.piece, sentence.place
    previous = timeline[index - 1] if index and _adjoin(timeline[index - 1], sentence) else None
    following = timeline[index + 1] if index + 1 < len(timeline) and _adjoin(sentence, timeline[index + 1]) else None
    around = lexemes_of(f"{piece.header} {piece.recording_title}") | lexemes_of(place.speaker)
    near = frozenset[str]().union(
        *(
            other.own
            for other in timeline
            if other.piece is piece
            or abs(other.place.start_ms - place.end_ms) < _NEAR_MS
            or abs(place.start_ms - other.place.end_ms) < _NEAR_MS
        )
    )
    own = sentence.own | _IMPLIED_BY_MONEY if not _CURRENCY.isdisjoint(sentence.own) else sentence.own
    return _Candidate(piece, place, sentence.rank, own, previous, following, around, near)


def _adjoin(sentence: _Sentence, following: _Sentence) -> bool:
    return following.place.start_ms - sentence.place.end_ms < _PAUSE_MS


def _own(sentence: _Sentence | None) -> frozenset[str]:
    return sentence.own if sentence else frozenset()


def _weights(terms: Sequence[QueryTerm], names: frozenset[str], candidates: Sequence[_Candidate]) -> list[float]:
    weights = []
    for term in terms:
        holders = sum(1 for c in candidates if _holds(c.own, term) or _holds(c.around, term))
        rarity = math.log(1 + len(candidates) / (1 + holders)) + 0.5
        weights.append(rarity * _kind_weight(term, names))
    return weights


def _kind_weight(term: QueryTerm, names: frozenset[str]) -> float:
    """Names are rarely said otherwise, verbs and adjectives often: poprzeć, głosować za, być przychylnym."""
    if term.form in names:
        return _NAME
    lemmas = [lexeme for lexeme in term.lexemes if not lexeme.startswith(_FORM)]
    if not _EMPTY_VERBS.isdisjoint(lemmas):
        return _EMPTY
    if lemmas and all(lemma.endswith("ć") for lemma in lemmas):
        return _VERB
    if lemmas and all(lemma.endswith(("y", "i")) for lemma in lemmas):
        return _ADJECTIVE
    return 1.0


def _score(question: str, terms: Sequence[QueryTerm], weights: Sequence[float], candidate: _Candidate) -> float:
    score = _credited(terms, weights, candidate) + _RANK / (1 + candidate.rank)
    if _wanted(question, candidate.own) == "":
        score += _FULFILS
    if candidate.place.text.rstrip("”\"' ").endswith("?"):
        score *= _QUESTION
    if len(candidate.place.text.split()) < _SHORT_WORDS:
        score *= _SHORT
    return score


def _credited(terms: Sequence[QueryTerm], weights: Sequence[float], candidate: _Candidate) -> float:
    credit = 0.0
    for term, weight in zip(terms, weights, strict=True):
        credit += weight * max(
            _match(candidate.own, term),
            _BESIDE * _match(candidate.beside, term),
            _AROUND * _match(candidate.around, term),
            _NEAR * _match(candidate.near, term),
        )
    return credit / sum(weights)


def _coverage(terms: Sequence[QueryTerm], weights: Sequence[float], candidate: _Candidate) -> float:
    window = candidate.own | candidate.beside | candidate.around
    covered = sum(weight * _match(window, term) for term, weight in zip(terms, weights, strict=True))
    return covered / sum(weights)


def _why_not(
    question: str, terms: Sequence[QueryTerm], weights: Sequence[float], best: _Candidate, coverage: float
) -> str:
    own = sum(weight * _match(best.own, term) for term, weight in zip(terms, weights, strict=True)) / sum(weights)
    window = best.own | best.beside | best.around
    if not _sure(coverage, best.piece.similarity):
        return "coverage"
    if own < MIN_OWN:
        return "own"
    names = _names(question)
    if any(term.form in names and not _match(window | best.near, term) for term in terms):
        return "name"
    told = best.own.union(*(sentence.own for sentence in _telling(terms, best)))
    return _wanted(question, told) or ""


def _sure(coverage: float, similarity: float | None) -> bool:
    if similarity is None:
        return coverage >= MIN_COVERAGE_BY_WORDS
    return coverage + _SIMILARITY_SHARE * (similarity - _SIMILARITY_USUAL) >= MIN_SURENESS


def _wanted(question: str, lexemes: frozenset[str]) -> str | None:
    """None: the question asks for no number or date; "" : it does and `lexemes` have one; else what is missing."""
    asked = question.lower()
    figures = any(lexeme.isdigit() for lexeme in lexemes) or not _NUMBERS.isdisjoint(lexemes)
    wanted: str | None = None
    if _ASKS_NUMBER.search(asked):
        money = any(stem in asked for stem in _ABOUT_MONEY)
        wanted = "" if (not _MONEY.isdisjoint(lexemes) if money else figures) else "number"
    if not wanted and _ASKS_TIME.search(asked):
        wanted = "" if not _TIME.isdisjoint(lexemes) or any(lexeme.isdigit() for lexeme in lexemes) else "time"
    return wanted


def _names(question: str) -> frozenset[str]:
    """Folded forms of the capitalised words after the first, and of numbers: an answer about others is no answer."""
    words = re.findall(r"[^\W_]+", question)
    return frozenset(_FORM + fold(word) for word in words[1:] if word[0].isupper() or word.isdigit())


def _holds(lexemes: frozenset[str], term: QueryTerm) -> bool:
    return term.form in lexemes or not lexemes.isdisjoint(term.lexemes)


def _match(lexemes: frozenset[str], term: QueryTerm) -> float:
    """1 for the word, _RELATED for one of its family, 0 for neither."""
    if _holds(lexemes, term):
        return 1.0
    return _RELATED if any(_family(lexeme, other) for lexeme in term.lexemes for other in lexemes) else 0.0


@lru_cache(maxsize=262_144)
def _family(lexeme: str, other: str) -> bool:
    """Whether two lemmas look like one family by their beginning: kosztować and koszt."""
    if lexeme.startswith(_FORM) or other.startswith(_FORM):
        return False
    shared = 0
    for left, right in zip(lexeme, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= max(_FAMILY_CHARS, _FAMILY_SHARE * max(len(lexeme), len(other)))
