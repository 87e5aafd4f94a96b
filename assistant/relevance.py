"""How well a sentence of the evidence answers a question, by words alone: what quote mode chooses and refuses by.

A question's words are weighed by their rarity in the evidence; a word that is nowhere in it weighs most. A sentence is
credited with the words it holds itself and, less, with those beside it: the neighbouring sentences, the speaker, the
passage's header. Whether there is an answer at all is decided by absolute signs (how much of the question is covered,
whether its names occur, whether a question about a number or a date has one to show), never by rank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant import refusals
from assistant.asking import MONEY, NUMBER, PERSON, RESOLUTION, Asked, missing, understand
from assistant.matching import holds, lexemes_of, match, stem_in
from assistant.quotes import CORRECTS, Place
from assistant.retrieval import Piece
from assistant.sentences import ASKS, Candidate, Sentence, candidates_of
from assistant.weighing import VERB, is_topic, kind_weight, weights_of
from transcripts.cards import ATTENDANCE, INTERPELLATION, PROMISE, VOTE
from transcripts.lexemes import QueryTerm, query_lexemes

# Credit for a word of the question by where it stands; 1 is "in the sentence itself". Chosen on PoQuAD and invented
# meetings (see docs/benchmarks.md).
_BESIDE: Final = 0.55  # in the sentence before or after
_ANSWERED: Final = 0.8  # in the question of another speaker that the sentence answers
_CARD: Final = 0.9  # on the card of a fact of the kind that is asked for
_AROUND: Final = 0.5  # speaker, meeting, agenda point
_NEAR: Final = 0.25  # elsewhere in the same passage, or within half a minute

MIN_SURENESS: Final = 0.4
"""Least coverage (the share of the question's weight that the chosen sentence and what is around it hold), moved by how
near the passage's meaning is to the question's and by whether the answer has the kind that is asked for. Chosen on
twelve invented meetings and on the questions of each put to the others (docs/benchmarks.md)."""
MIN_SURENESS_OF_PERSON: Final = 0.6
"""The same where somebody is to be named: any name would look like an answer, and a wrong one does harm."""
MIN_SURENESS_OF_KIND: Final = 0.35
"""The same where a figure or a time is asked for, which the answer must show besides."""
MIN_COVERAGE_BY_WORDS: Final = 0.7
"""The same where meanings were not compared."""
_SIMILARITY_USUAL: Final = 0.85  # cosine of a question and its passage in the built-in model
_SIMILARITY_SHARE: Final = 6.0
_SIMILARITY_UNDER_HEADER: Final = 0.02  # less where meeting, date, point and speaker are compared along
_SIMILARITY_LEAST, _SIMILARITY_MOST = -0.25, 0.15
_SURE_BY_KIND: Final = 0.08  # a figure, a date, a name was asked for and is there
_SURE_BY_SPEAKER: Final = 0.12  # it was asked what somebody said, and it is they who speak
_SURE_BY_CARD: Final = {VOTE: 0.15, ATTENDANCE: 0.5, INTERPELLATION: 0.15, PROMISE: 0.1}
"""By the kind of the card that was asked for and found; "who was absent" names no subject that could be missed."""
_LIKENESS_USUAL: Final = 0.83  # cosine of a question and the sentence chosen for it
_LIKENESS_SHARE: Final = 6.0
_LIKENESS_LEAST, _LIKENESS_MOST = -0.1, 0.3
"""Chosen on 200 PoQuAD questions and nine invented meetings: 8 % more right answers, no more false ones."""
_NEARBY_SHARE: Final = 0.5  # of a word that stands near but not in the sentence or beside it
MIN_OWN: Final = 0.15
"""Least share that the chosen sentence itself must hold."""
_NEARLY: Final = 0.65
"""A sentence with the figure asked for, at this share of the best score, goes before one without."""
_NEARLY_NUMBERED: Final = 0.5
"""The same of a resolution's number, which is told without saying again what was resolved."""
_TOPIC_OF_FIGURE: Final = 0.45
"""Least share of what a question is about that must stand by the figure that answers it."""
_TOPIC_OF_WORDS: Final = 0.9
"""The same of what somebody said, who spoke of other things as well."""
_ALSO: Final = 0.8
"""Another sentence is shown too when it scores at least this share of the best."""
_ALSO_ON_TOPIC: Final = 0.6
"""The same of a sentence that itself holds a word of what the question is about."""
MAX_SENTENCES: Final = 3

_FULFILS: Final = 0.25  # has the number or the date that the question asks for
_OF_KIND: Final = 0.2  # is the evidence of a fact of the kind that is asked for
_WEIGHT_SHARE: Final = 0.3  # of how much more a document binds than words do
_SPEAKER: Final = 0.25  # is said by the one whose words are asked for
_RANK: Final = 0.1  # what the search engine thought, vectors included
_QUESTION: Final = 0.7  # a sentence that itself asks seldom answers
_CEREMONY: Final = 0.6  # the chair opens a point or gives the floor
_SHORT_WORDS: Final = 4
_SHORT: Final = 0.9
_PLAIN_ANSWER: Final = 0.1
_YES_NO: Final = re.compile(r"(?:tak|nie)\b", re.IGNORECASE)  # how an answer to "czy" begins
_GIVES_FLOOR: Final = re.compile(
    r"^(?:dziękuję\W+)?(?:prze(?:chodzimy|jdziemy)|przystępujemy|punkt \w+,|zgłosił\w? się|otwieram dyskusję"
    r"|najpierw (?:głosujemy|poprawka|wniosek)|głosujemy|poddaję pod głosowanie|oddaję głos)"
    r"|\b(?:udzielam głosu|proszę pan\w+)\W*$",
    re.IGNORECASE,
)

_OPEN: Final = re.compile(
    r"\b(?:zależ[yą]\w*|nie wiadomo|nie wie(?:m|my)|zdecyduj\w+|okaże się),? czy\b", re.IGNORECASE
)
"""Whether a thing will be at all is open: then it has no date, price or maker yet."""

_BY_BALLOT: Final = "tajny"  # the lemma of a secret vote
_TOPIC_SHARE: Final = 0.5


Likeness = Callable[[str, str], float]
"""How near a question and a sentence are in meaning: their cosine in the built-in embedding model."""


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
    reason: str  # why not: a code of assistant/refusals.py, "" when it answers
    detail: str = ""  # which sign was missing, for logs and tests


def judge(question: str, pieces: Sequence[Piece], likeness: Likeness | None = None) -> Judgement:
    """Choose the sentences of `pieces` (best piece first) that answer `question`.

    Args:
        likeness: asked about the best sentence, unless its passage was compared by another model or not at all.
    """
    outright = refusals.refused_outright(question)
    if outright:
        return Judgement((), False, 0.0, outright, "outright")
    terms = query_lexemes(question)
    candidates = candidates_of(pieces)
    if not terms or not candidates:
        return Judgement((), False, 0.0, refusals.NO_EVIDENCE, "nothing")
    asked = understand(question)
    weights = weights_of(terms, asked.names, candidates)
    scored = sorted(((_score(asked, terms, weights, c), c) for c in candidates), key=lambda s: (-s[0], s[1].rank))
    scored = _telling_first(asked, terms, scored)
    best_score, best = scored[0]
    coverage = _coverage(asked, terms, weights, best)
    meant = 0.0
    if likeness is not None and best.piece.similarity is not None:
        moved = _LIKENESS_SHARE * (likeness(question, best.place.text) - _LIKENESS_USUAL)
        meant = max(_LIKENESS_LEAST, min(_LIKENESS_MOST, moved))
    detail = _why_not(asked, terms, weights, best, coverage + meant)
    if not detail and _said_elsewhere(asked, terms, best, candidates):
        detail = "elsewhere"
    reason = _reason(asked, terms, best, candidates, detail)
    chosen = [(score, c) for score, c in scored if _shown_too(asked, terms, best, c, score / best_score)]
    chosen = chosen[:MAX_SENTENCES]
    choices = [choice for score, c in chosen for choice in _with_neighbours(asked, terms, c, score)]
    return Judgement(tuple(choices), not reason, coverage, reason, detail)


def _shown_too(asked: Asked, terms: Sequence[QueryTerm], best: Candidate, candidate: Candidate, share: float) -> bool:
    """Whether a sentence is shown with the best: nearly as good, or elsewhere and of the same matter by its words."""
    if candidate is best or share >= _ALSO:
        return True
    if any(beside and candidate.place == beside.place for beside in (best.previous, best.following)):
        return False
    topic = [term for term in terms if is_topic(term, asked.names)] or terms
    return share >= _ALSO_ON_TOPIC and any(match(candidate.own | candidate.answered, term) for term in topic)


def _said_elsewhere(asked: Asked, terms: Sequence[QueryTerm], best: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Whether a figure is of another matter: a word of the question is nowhere near it, but in other evidence."""
    if not {MONEY, NUMBER} & asked.wants or best.piece.kind in asked.kinds:
        return False
    window = best.own | best.beside | best.around | best.near | best.answered
    absent = [term for term in terms if is_topic(term, asked.names) and not match(window, term)]
    return any(holds(candidate.own, term) for term in absent for candidate in candidates)


def _telling_first(
    asked: Asked, terms: Sequence[QueryTerm], scored: list[tuple[float, Candidate]]
) -> list[tuple[float, Candidate]]:
    """When the best sentence lacks what is asked for, one nearly as good that shows it comes before it."""
    best_score, best = scored[0]
    shown: list[Candidate | Sentence] = [best, *_telling(terms, best)]
    if not asked.wants - {PERSON} or any(not missing(asked, each.own, each.place.text) for each in shown):
        return scored
    topic = [term for term in terms if is_topic(term, asked.names)] or terms
    numbered = RESOLUTION in asked.wants
    for at, (score, candidate) in enumerate(scored[1:], start=1):
        if score < (_NEARLY_NUMBERED if numbered else _NEARLY) * best_score:
            break
        told = candidate.own | candidate.answered
        told |= candidate.around if candidate.piece.kind in asked.kinds else frozenset()
        on_topic = any(match(told, term) for term in topic) or (numbered and _same_point(candidate.piece, best.piece))
        if on_topic and not missing(asked, candidate.own, candidate.place.text):
            return [(best_score, candidate), *scored[:at], *scored[at + 1 :]]
    return scored


def _same_point(piece: Piece, other: Piece) -> bool:
    """Whether both were said at the same point of the same meeting's agenda, as their headers tell."""
    points = [[line for line in each.header.splitlines() if line.startswith("Punkt ")] for each in (piece, other)]
    return bool(points[0]) and points[0] == points[1] and piece.recording_id == other.recording_id


def _reason(
    asked: Asked, terms: Sequence[QueryTerm], best: Candidate, candidates: Sequence[Candidate], detail: str
) -> str:
    """The code of assistant/refusals.py; "" when there is an answer. How one person voted is told by a vote alone."""
    if asked.how_people_voted:
        about = max(candidates, key=lambda candidate: _topic_share(asked, terms, candidate))
        if _BY_BALLOT in about.own | about.around | about.near and _topic_share(asked, terms, about) >= _TOPIC_SHARE:
            return refusals.SECRET_VOTE
    if asked.one_voter:
        names = _surnames(asked)
        named = bool(names) and all(name in best.own or stem_in(name, best.own) for name in names)
        on_topic = _topic_share(asked, terms, best) >= _TOPIC_SHARE
        return "" if best.piece.kind == VOTE and named and on_topic else refusals.NOT_BY_NAME
    return refusals.NO_EVIDENCE if detail else ""


def _topic_share(asked: Asked, terms: Sequence[QueryTerm], candidate: Candidate) -> float:
    """How many of the words that say what was voted on stand in the sentence or around it."""
    topic = [term for term in terms if is_topic(term, asked.names)]
    window = candidate.own | candidate.beside | candidate.around
    return sum(match(window, term) for term in topic) / len(topic) if topic else 0.0


def _with_neighbours(asked: Asked, terms: Sequence[QueryTerm], candidate: Candidate, score: float) -> Iterator[Choice]:
    """The sentence, after it a correction of itself, beside it the neighbour that has the figure asked for."""
    yield Choice(candidate.piece, candidate.place, score)
    following = candidate.following
    if following and following.place.speaker == candidate.place.speaker and CORRECTS.search(following.place.text):
        yield Choice(following.piece, following.place, score)
    lacking = missing(asked, candidate.own, candidate.place.text)
    if lacking:
        for neighbour in _telling(terms, candidate):
            if lacking - missing(asked, neighbour.own, neighbour.place.text):
                yield Choice(neighbour.piece, neighbour.place, score)


def _telling(terms: Sequence[QueryTerm], candidate: Candidate) -> list[Sentence]:
    """The neighbours that speak of the same thing: the same speaker's, or answers, with a word of the question."""
    asks = candidate.place.text.rstrip("”\"' ").endswith("?")
    return [
        sentence
        for sentence in (candidate.following, candidate.previous)
        if sentence
        and (asks or sentence.place.speaker == candidate.place.speaker)
        and any(match(sentence.own, term) for term in terms)
    ]


def _score(asked: Asked, terms: Sequence[QueryTerm], weights: Sequence[float], candidate: Candidate) -> float:
    text = candidate.place.text
    score = _credited(asked, terms, weights, candidate) + _RANK / (1 + candidate.rank)
    score += _FULFILS * len(asked.wants - missing(asked, candidate.own, text))
    if candidate.piece.kind in asked.kinds:
        score += _OF_KIND
    score += _WEIGHT_SHARE * (candidate.piece.weight - 1)
    if asked.speaks and _said_by_asked(asked, candidate):
        score += _SPEAKER
    if text.rstrip("”\"' ").endswith("?") or _asks_like_the_question(asked, text):
        score *= _QUESTION
    if _GIVES_FLOOR.search(text):
        score *= _CEREMONY
    if asked.yes_no and _YES_NO.match(text):
        score += _PLAIN_ANSWER
    elif len(text.split()) < _SHORT_WORDS:
        score *= _SHORT
    return score


def _asks_like_the_question(asked: Asked, text: str) -> bool:
    """A request or "mieszkańcy pytają, dlaczego" asks as well, which answers only who wants to know who asked."""
    return not _wants_questions(asked) and ASKS.search(text) is not None


def _wants_questions(asked: Asked) -> bool:
    """Whether a question that was put on the meeting may itself be the answer."""
    return asked.speaks or INTERPELLATION in asked.kinds


def _is_answered(candidate: Candidate) -> bool:
    """Whether another speaker goes on after the sentence, so that an answer may be shown with it."""
    return candidate.following is not None and candidate.following.place.speaker != candidate.place.speaker


def _said_by_asked(asked: Asked, candidate: Candidate) -> bool:
    """Whether the speaker is one of those whom the question names, in any case of the name, or by the office."""
    speaker = lexemes_of(candidate.place.speaker)
    if not _surnames(asked) and asked.offices & speaker:
        return True
    return any(name in speaker or stem_in(name, speaker) for name in _surnames(asked))


def _credited(asked: Asked, terms: Sequence[QueryTerm], weights: Sequence[float], candidate: Candidate) -> float:
    header = _CARD if candidate.piece.kind in asked.kinds else _AROUND
    credit = 0.0
    for term, weight in zip(terms, weights, strict=True):
        credit += weight * max(
            match(candidate.own, term),
            _BESIDE * match(candidate.beside, term),
            _ANSWERED * match(candidate.answered, term),
            header * match(candidate.around, term),
            _NEAR * match(candidate.near, term),
        )
    return credit / sum(weights)


def _coverage(asked: Asked, terms: Sequence[QueryTerm], weights: Sequence[float], candidate: Candidate) -> float:
    window = candidate.own | candidate.beside | candidate.around
    covered = sum(
        weight * max(match(window, term), _NEARBY_SHARE * match(candidate.near | candidate.answered, term))
        for term, weight in zip(terms, weights, strict=True)
    )
    return covered / sum(weights)


def _why_not(
    asked: Asked, terms: Sequence[QueryTerm], weights: Sequence[float], best: Candidate, coverage: float
) -> str:
    """The sign that is missing, "" when none is."""
    told = best.own.union(*(sentence.own for sentence in _telling(terms, best)))
    text = " ".join([best.place.text, *(sentence.place.text for sentence in _telling(terms, best))])
    lacking = missing(asked, told, text)
    sure = coverage + (_SURE_BY_KIND if asked.wants and not lacking and _does_it(asked, terms, told) else 0.0)
    sure += _SURE_BY_SPEAKER if asked.speaks and _said_by_asked(asked, best) else 0.0
    sure += _SURE_BY_CARD.get(best.piece.kind, 0.0) if best.piece.kind in asked.kinds else 0.0
    if not _sure(sure, best.piece, _least(asked)):
        return "coverage"
    if asked.wants and _OPEN.search(best.place.text):
        return "open"
    if best.place.text.rstrip("”\"' ").endswith("?") and not _wants_questions(asked) and not _is_answered(best):
        return "asks"
    speaks = asked.speaks and _said_by_asked(asked, best)
    held = best.own | best.around if best.piece.kind in asked.kinds or speaks else best.own
    held |= best.answered
    if RESOLUTION in asked.wants:  # its number is told without saying again what was resolved
        held |= best.around | best.beside
    own = sum(weight * match(held, term) for term, weight in zip(terms, weights, strict=True)) / sum(weights)
    if own < MIN_OWN and best.piece.kind != ATTENDANCE:
        return "own"
    window = best.own | best.beside | best.around | best.near | best.answered
    topic = [term for term in terms if is_topic(term, asked.names)]
    if topic and best.piece.kind != ATTENDANCE and not _on_topic(asked, topic, best, told, window):
        return "topic"  # a sum said of another thing nearby is no answer
    if any(term.form in asked.names and not match(window, term) for term in terms):
        return "name"
    return min(lacking, default="")


def _least(asked: Asked) -> float:
    """How sure one must be: a figure or a time proves itself, a name stands in many a sentence."""
    if asked.wants - {PERSON}:
        return MIN_SURENESS_OF_KIND
    return MIN_SURENESS_OF_PERSON if PERSON in asked.wants else MIN_SURENESS


def _does_it(asked: Asked, terms: Sequence[QueryTerm], told: frozenset[str]) -> bool:
    """A person who is named proves little where nobody does what is asked: "kto wygra konkurs"."""
    verbs = [term for term in terms if PERSON in asked.wants and kind_weight(term, asked.names) == VERB]
    return not verbs or any(match(told, term) for term in verbs)


def _on_topic(
    asked: Asked, topic: Sequence[QueryTerm], best: Candidate, told: frozenset[str], window: frozenset[str]
) -> bool:
    if {MONEY, NUMBER} & asked.wants:
        close, beside = best.own | best.around | best.answered, told
        share = sum(max(match(close, term), 0.5 * match(beside, term)) for term in topic) / len(topic)
        return share >= _TOPIC_OF_FIGURE
    if asked.about and _said_by_asked(asked, best):
        window = told | best.around | best.beside
        return sum(match(window, term) for term in topic) / len(topic) >= _TOPIC_OF_WORDS
    return any(match(window, term) for term in topic)


def _sure(coverage: float, piece: Piece, least: float) -> bool:
    if piece.similarity is None:
        return coverage >= MIN_COVERAGE_BY_WORDS
    usual = _SIMILARITY_USUAL - (_SIMILARITY_UNDER_HEADER if "\n" in piece.header else 0.0)
    moved = _SIMILARITY_SHARE * (piece.similarity - usual)
    return coverage + max(_SIMILARITY_LEAST, min(_SIMILARITY_MOST, moved)) >= least


def _surnames(asked: Asked) -> frozenset[str]:
    return frozenset(name for name in asked.names if not name[1:].isdigit())
