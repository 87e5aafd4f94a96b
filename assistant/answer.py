"""From evidence to an answer in which every sentence stands on words that were really said."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from assistant import prompts, refusals
from assistant.asking import understand
from assistant.bearing import bearing, shows_what_is_asked
from assistant.checks import Rejected, Verified, check
from assistant.llm import StreamingModel
from assistant.queries import MODEL, QUOTES, place_words
from assistant.quotes import Place, Track
from assistant.relevance import MAX_SENTENCES, Judgement, judge
from assistant.retrieval import Evidence, Piece
from council.errors import CouncilError, message_for
from transcripts.search import likeness

logger = logging.getLogger(__name__)

REFUSAL: Final = "Brak podstaw w nagraniach tej rady"

CUT_OFF: Final = "Model przerwał odpowiedź; pokazano zdania, które zdążył napisać i które sprawdzono."
UNPROVED: Final = "Model nie napisał zdania, które nagrania potwierdzają. Odpowiedź złożono z samych cytatów."
STOPPED: Final = "Odpowiedź przerwano na życzenie; pokazano sprawdzone zdania."

_ORDERS: Final = re.compile(
    r"\b((zi|i)gnoruj(cie)?|zapomnij(cie)?|pomiń(cie)?|ignore|disregard|forget)\b[^.!?]{0,60}"
    r"\b(instrukcj\w*|poleceni\w*|zasad\w*|reguł\w*|instructions?|prompts?|rules)\b"
    r"|\b(system prompt|prompt systemowy|jesteś teraz|you are now)\b",
    re.IGNORECASE,
)
"""Speech that orders a machine about: such segments are not shown to a model (quote mode may quote them)."""


_NEAR_ENOUGH: Final = 0.3
"""Least share of the question's weight that a place must hold to be shown as near to it; less is of another matter."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a recording, as the transcript spells them."""

    recording_id: UUID
    recording_title: str
    held_on: date | None
    start_ms: int
    end_ms: int
    speaker: str
    quote: str
    document_id: UUID | None = None
    page: int = 0  # of the document that the words stand in; then they were not said and have no time


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer not yet kept. `mode` is QUOTES or MODEL; `notes` are Polish sentences for people.

    `nearest`: of a refusal, what was said nearest to the question, without being an answer to it.
    """

    text: str
    refused: bool
    mode: str
    model_name: str
    quoted: tuple[Quoted, ...]
    notes: tuple[str, ...]
    nearest: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One verified sentence with the quote it stands on, as it is found; in quote mode the sentence is the quote."""

    text: str
    quoted: Quoted


async def write_answer(
    question: str, evidence: Evidence, model: StreamingModel | None
) -> AsyncGenerator[Shown | Draft, None]:
    """Answer with the model when there is one, with quotes alone when there is none or it fails: each sentence once it
    is verified, the whole draft at the end.

    What was shown stays: when the model fails midway, the draft is made of the sentences shown so far.
    """
    judgement = await _judged(question, evidence) if understand(question).how_people_voted else None
    kept_back = judgement is not None and judgement.reason in (refusals.SECRET_VOTE, refusals.NOT_BY_NAME)
    if model is None or not evidence.pieces or kept_back or refusals.refused_outright(question):
        async with aclosing(_in_quotes(question, evidence, evidence.notes)) as events:
            async for event in events:
                yield event
        return
    try:
        async with aclosing(_by_model(question, evidence, model)) as written:
            async for part in written:
                yield part
        return
    except CouncilError as error:
        logger.warning("language model %s failed: %s", model.name, error)
        note = f"{message_for(error.code, **error.context)} Odpowiedź złożono z samych cytatów."
    async with aclosing(_in_quotes(question, evidence, (*evidence.notes, note))) as events:
        async for event in events:
            yield event


async def _in_quotes(question: str, evidence: Evidence, notes: tuple[str, ...]) -> AsyncGenerator[Shown | Draft, None]:
    judgement = await _judged(question, evidence)
    if not judgement.answers:
        refusal = _refusal(QUOTES, "", notes)
        yield replace(refusal, text=refusals.sentence(judgement.reason), nearest=_nearest(judgement))
        return
    quoted = _joined([(choice.piece, choice.place) for choice in judgement.choices])
    for q in quoted:
        yield Shown(spoken_line(q), q)
    yield Draft("\n".join(spoken_line(q) for q in quoted), False, QUOTES, "", quoted, notes)


async def _judged(question: str, evidence: Evidence) -> Judgement:
    return await asyncio.to_thread(judge, evidence.corrected or question, evidence.pieces, likeness)


async def _by_model(question: str, evidence: Evidence, model: StreamingModel) -> AsyncGenerator[Shown | Draft, None]:
    """Raises CouncilError only while no sentence has been shown. A model all of whose sentences were dropped had an
    answer and could not prove it: then the quotes alone may."""
    pieces = [piece for piece in map(_without_orders, evidence.pieces) if piece.segments]
    if not pieces:
        yield _refusal(MODEL, model.name, evidence.notes)
        return
    writing = _Writing(question, pieces, model)
    notes = evidence.notes
    try:
        async with aclosing(writing.shown()) as events:
            async for shown in events:
                yield shown
    except CouncilError as error:
        if not writing.verified:
            raise
        logger.warning("language model %s failed midway: %s", model.name, error)
        notes = (*notes, CUT_OFF)
    if writing.verified:
        yield writing.draft(notes)
    elif writing.dropped:
        async with aclosing(_in_quotes(question, evidence, (*notes, UNPROVED))) as quotes:
            async for part in quotes:
                yield replace(part, notes=notes) if isinstance(part, Draft) and part.refused else part
    else:
        judgement = await _judged(question, evidence)
        yield replace(_refusal(MODEL, model.name, notes), nearest=_nearest(judgement))


class _Writing:
    """One answer of a model under way: asks, checks every sentence, asks once more when it must."""

    def __init__(self, question: str, pieces: Sequence[Piece], model: StreamingModel) -> None:
        self.verified: list[Verified] = []
        self._model = model
        self._question = question
        self._waiting: list[Verified] = []  # until one of them shows what is asked for
        self._messages = prompts.messages(question, pieces)
        self._tracks = {piece.number: (piece, Track(piece.segments)) for piece in pieces}
        self._rejected: list[str] = []
        self._heard = 0

    async def shown(self) -> AsyncGenerator[Shown, None]:
        """Raises CouncilError: model_unreadable, answer_not_polish, and what the model raises."""
        text = ""
        async with aclosing(self._ask(self._messages)) as events:
            async for event in events:
                if isinstance(event, Shown):
                    yield event
                else:
                    text = event
        repair = self._repair(text)
        if repair is None:
            return
        logger.info("asking %s to repair its answer", self._model.name)
        again = [*self._messages, {"role": "assistant", "content": text}, {"role": "user", "content": repair}]
        self._rejected, self._heard = [], 0
        async with aclosing(self._ask(again)) as events:
            async for event in events:
                if isinstance(event, Shown):
                    yield event
                else:
                    text = event
        if self._heard == 0:
            try:
                prompts.read_claims(text)
            except prompts.UnreadableAnswer as error:
                raise CouncilError("model_unreadable", detail=str(error)) from error
        if self._only_foreign():
            raise CouncilError("answer_not_polish")

    async def _ask(self, messages: Sequence[prompts.Message]) -> AsyncGenerator[Shown | str, None]:
        """Sentences as they are verified, and the model's whole text last."""
        reader = prompts.ClaimReader()
        async with aclosing(self._model.stream(messages, schema=prompts.SCHEMA)) as pieces:
            async for piece in pieces:
                for claim in reader.feed(piece):
                    for verified in await self._checked(claim):
                        yield Shown(verified.text, _quoted(verified.piece, [verified.place]))
                if self._heard >= prompts.MAX_SENTENCES:
                    break
        yield reader.text

    async def _checked(self, claim: prompts.Claim) -> list[Verified]:
        """What may be shown now: nothing, the sentence, or those that waited for it and the sentence."""
        if self._heard >= prompts.MAX_SENTENCES:
            return []
        self._heard += 1
        result = await asyncio.to_thread(check, claim, self._tracks)
        if isinstance(result, Verified):
            result = await asyncio.to_thread(bearing, self._question, result) or Rejected("question")
        if isinstance(result, Rejected):
            logger.info("dropped a sentence of %s: %s", self._model.name, result.reason)
            logger.debug("it was: %r", claim)  # people's words; no deployment logs at this level by itself
            self._rejected.append(result.reason)
            return []
        if any(result.text == other.text for other in (*self.verified, *self._waiting)):
            return []
        self._waiting.append(result)
        if not self.verified and not shows_what_is_asked(self._question, result):
            logger.debug("waits for what is asked for: %r", claim)
            return []
        ready, self._waiting = self._waiting, []
        self.verified += ready
        return ready

    def _only_foreign(self) -> bool:
        """Whether a sentence was dropped for its language and none stood: the model is at fault, not the evidence."""
        return "language" in self._rejected and not self.verified

    def _repair(self, text: str) -> str | None:
        """What to ask once more for, None when the answer stands as it is."""
        if self._heard:
            return prompts.REPAIR_LANGUAGE if self._only_foreign() else None
        try:
            prompts.read_claims(text)
        except prompts.UnreadableAnswer:
            return prompts.REPAIR
        return None

    @property
    def dropped(self) -> bool:
        """Whether sentences were written that did not withstand, or none that shows what is asked for."""
        return bool(self._rejected or self._waiting)

    def draft(self, notes: tuple[str, ...]) -> Draft:
        if self._rejected:
            notes = (*notes, "Część zdań usunięto, bo nagrania ich nie potwierdzają.")
        text = " ".join(verified.text for verified in self.verified)
        quoted = _joined([(verified.piece, verified.place) for verified in self.verified])
        return Draft(text, False, MODEL, self._model.name, quoted, notes)


def stopped_draft(shown: Sequence[Shown], model_name: str, notes: tuple[str, ...]) -> Draft:
    """What stands when the person stops the answer: the sentences shown so far."""
    if not shown:
        return Draft("", True, MODEL if model_name else QUOTES, model_name, (), (*notes, STOPPED))
    quoted = tuple(dict.fromkeys(s.quoted for s in shown))
    mode = MODEL if model_name else QUOTES
    text = (" " if model_name else "\n").join(s.text for s in shown)
    return Draft(text, False, mode, model_name, quoted, (*notes, STOPPED))


def _without_orders(piece: Piece) -> Piece:
    return replace(piece, segments=tuple(s for s in piece.segments if not _ORDERS.search(s.text)))


def _joined(found: Sequence[tuple[Piece, Place]]) -> tuple[Quoted, ...]:
    """One quote for sentences that follow each other in the same piece; the order is that of the first mention."""
    groups: list[tuple[Piece, list[Place]]] = []
    for piece, place in found:
        for other, places in groups:
            if other.number == piece.number and _touch(place, places):
                if place not in places:
                    places.append(place)
                break
        else:
            groups.append((piece, [place]))
    return tuple(_quoted(piece, places) for piece, places in groups)


def _touch(place: Place, places: Sequence[Place]) -> bool:
    """Whether `place` is one of `places` or goes on where one of them ends, in the same speaker's words."""
    return any(
        other.speaker == place.speaker and place.start <= other.end + 1 and other.start <= place.end + 1
        for other in places
    )


def _quoted(piece: Piece, places: Sequence[Place]) -> Quoted:
    whole = Track(piece.segments).place(min(p.start for p in places), max(p.end for p in places))
    return Quoted(
        recording_id=piece.recording_id,
        recording_title=piece.recording_title,
        held_on=piece.held_on,
        start_ms=whole.start_ms,
        end_ms=whole.end_ms,
        speaker=whole.speaker,
        quote=whole.text,
        document_id=piece.document_id,
        page=piece.page,
    )


def spoken_line(quoted: Quoted) -> str:
    """Who said it, where and when, and the words: "Anna Kubiak (Sesja XXIII, 26.03.2026, 0:12:05): „…”"."""
    place = place_words(quoted.start_ms, quoted.page)
    when = [quoted.recording_title, f"{quoted.held_on:%d.%m.%Y}" if quoted.held_on else "", place]
    if quoted.page:
        return f"{', '.join(part for part in when if part)}: „{quoted.quote}”"
    return f"{quoted.speaker or 'Głos z nagrania'} ({', '.join(part for part in when if part)}): „{quoted.quote}”"


def _nearest(judgement: Judgement) -> tuple[Quoted, ...]:
    """The places to look at where no answer was found; none for a question that is not to be answered."""
    may_be_answered = judgement.reason in ("", refusals.NO_EVIDENCE, refusals.NOT_BY_NAME)
    if not may_be_answered or judgement.coverage < _NEAR_ENOUGH:
        return ()
    return _joined([(choice.piece, choice.place) for choice in judgement.choices])[:MAX_SENTENCES]


def _refusal(mode: str, model_name: str, notes: tuple[str, ...]) -> Draft:
    return Draft(REFUSAL, True, mode, model_name, (), notes)
