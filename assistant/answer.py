"""From evidence to an answer in which every sentence stands on words that were really said."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from assistant import prompts
from assistant.llm import ChatModel
from assistant.queries import MODEL, QUOTES
from assistant.quotes import Place, Track
from assistant.relevance import judge, lexemes_of
from assistant.retrieval import Evidence, Piece
from council.errors import CouncilError, message_for

logger = logging.getLogger(__name__)

REFUSAL: Final = "Brak podstaw w nagraniach tej rady"

MIN_SUPPORT: Final = 0.3
"""Least share of a model's sentence's words that its quote, the words around it or the speaker must hold. Rewording is
wanted; a sentence that shares nothing with its quote is not about it."""

_ORDERS: Final = re.compile(
    r"\b((zi|i)gnoruj(cie)?|zapomnij(cie)?|pomiń(cie)?|ignore|disregard|forget)\b[^.!?]{0,60}"
    r"\b(instrukcj\w*|poleceni\w*|zasad\w*|reguł\w*|instructions?|prompts?|rules)\b"
    r"|\b(system prompt|prompt systemowy|jesteś teraz|you are now)\b",
    re.IGNORECASE,
)
"""Speech that orders a machine about: such segments are not shown to a model (quote mode may quote them)."""


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


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer not yet kept. `mode` is QUOTES or MODEL; `notes` are Polish sentences for people."""

    text: str
    refused: bool
    mode: str
    model_name: str
    quoted: tuple[Quoted, ...]
    notes: tuple[str, ...]


def draft_answer(question: str, evidence: Evidence, model: ChatModel | None) -> Draft:
    """Answer with the model when there is one, with quotes alone when there is none or it fails."""
    if model is None or not evidence.pieces:
        return _in_quotes(question, evidence, evidence.notes)
    try:
        return _by_model(question, evidence, model)
    except CouncilError as error:
        logger.warning("language model %s failed: %s", model.name, error)
        note = f"{message_for(error.code, **error.context)} Odpowiedź złożono z samych cytatów."
        return _in_quotes(question, evidence, (*evidence.notes, note))


def _in_quotes(question: str, evidence: Evidence, notes: tuple[str, ...]) -> Draft:
    judgement = judge(question, evidence.pieces)
    if not judgement.answers:
        return _refusal(QUOTES, "", notes)
    quoted = _joined([(choice.piece, choice.place) for choice in judgement.choices])
    return Draft("\n".join(spoken_line(q) for q in quoted), False, QUOTES, "", quoted, notes)


def _by_model(question: str, evidence: Evidence, model: ChatModel) -> Draft:
    pieces = [piece for piece in map(_without_orders, evidence.pieces) if piece.segments]
    if not pieces:
        return _refusal(MODEL, model.name, evidence.notes)
    claims = _ask(question, pieces, model)
    tracks = {piece.number: (piece, Track(piece.segments)) for piece in pieces}
    sentences: list[str] = []
    places: list[tuple[Piece, Place]] = []
    for claim in claims:
        found = _verify(claim, tracks)
        if found is None:
            logger.info("dropped a sentence without a true quote from %s", model.name)
            continue
        sentences.append(claim.text)
        places.append(found)
    if not sentences:
        return _refusal(MODEL, model.name, evidence.notes)
    notes = evidence.notes
    if len(sentences) < len(claims):
        notes = (*notes, "Część zdań usunięto, bo ich cytatów nie ma w nagraniach.")
    return Draft(" ".join(sentences), False, MODEL, model.name, _joined(places, limit=None), notes)


def _without_orders(piece: Piece) -> Piece:
    return replace(piece, segments=tuple(s for s in piece.segments if not _ORDERS.search(s.text)))


def _ask(question: str, pieces: Sequence[Piece], model: ChatModel) -> tuple[prompts.Claim, ...]:
    """The model's claims, with one chance to repair an answer that cannot be read."""
    messages = prompts.messages(question, pieces)
    text = model.complete(messages, schema=prompts.SCHEMA)
    try:
        return prompts.read_claims(text)
    except prompts.UnreadableAnswer as error:
        logger.info("asking %s to repair its answer: %s", model.name, error)
    again = [*messages, {"role": "assistant", "content": text}, {"role": "user", "content": prompts.REPAIR}]
    try:
        return prompts.read_claims(model.complete(again, schema=prompts.SCHEMA))
    except prompts.UnreadableAnswer as error:
        raise CouncilError("model_unreadable", detail=str(error)) from error


def _verify(claim: prompts.Claim, tracks: dict[int, tuple[Piece, Track]]) -> tuple[Piece, Place] | None:
    """Where the claim's quote really stands: in the piece it names or, when it misnumbered, in another one."""
    named = [tracks[claim.evidence]] if claim.evidence in tracks else []
    for piece, track in [*named, *tracks.values()]:
        place = track.find(claim.quote)
        if place is not None:
            whole = track.widen(place)
            return (piece, whole) if _supported(claim.text, piece, whole) else None
    return None


def _supported(sentence: str, piece: Piece, place: Place) -> bool:
    """Enough words of the sentence stand in the quote or its header. Figures are not compared: speech spells them."""
    around = lexemes_of(f"{place.text} {place.speaker} {piece.header} {piece.recording_title}")
    said = [lexemes_of(word) for word in re.findall(r"[^\W_]+", sentence)]
    said = [lexemes for lexemes in said if lexemes]
    shared = sum(1 for lexemes in said if not lexemes.isdisjoint(around))
    return bool(said) and shared >= MIN_SUPPORT * len(said)


def _joined(found: Sequence[tuple[Piece, Place]], limit: int | None = None) -> tuple[Quoted, ...]:
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
    return tuple(_quoted(piece, places) for piece, places in groups)[:limit]


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
    )


def spoken_line(quoted: Quoted) -> str:
    """Who said it, where and when, and the words: "Anna Kubiak (Sesja XXIII, 26.03.2026, 0:12:05): „…”"."""
    when = [quoted.recording_title, f"{quoted.held_on:%d.%m.%Y}" if quoted.held_on else "", clock(quoted.start_ms)]
    return f"{quoted.speaker or 'Głos z nagrania'} ({', '.join(part for part in when if part)}): „{quoted.quote}”"


def clock(ms: int) -> str:
    """Place in a recording: 725000 -> 0:12:05."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _refusal(mode: str, model_name: str, notes: tuple[str, ...]) -> Draft:
    return Draft(REFUSAL, True, mode, model_name, (), notes)
