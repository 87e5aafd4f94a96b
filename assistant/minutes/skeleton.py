"""Minutes out of facts alone: no model writes here, so nothing stands in them that was not said or confirmed.

What only a person can know (place, hours, who kept the minutes) is left open as "[do uzupełnienia: …]".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from assistant.minutes.hours import hour_told
from assistant.minutes.markup import mark, one_line, runs_of
from assistant.minutes.sections import PLACE_TO_FILL, Section
from assistant.quotes import Place, Track
from assistant.summaries.material import Material, Point, Telling, is_chair, turns_of
from assistant.summaries.verified import Written
from assistant.summaries.words import person_name
from transcripts.facts import Utterance, read_meeting
from transcripts.facts.types import MeetingFacts
from transcripts.facts_queries import VoteRow
from transcripts.search import HitSegment

_QUOTED_SPEAKERS: Final = 8  # a point; the others are named without a quote
_QUORUM: Final = re.compile(r"\b(?:kworum|quorum|prawomocn\w+|władn\w+ (?:do )?podejmow\w+)", re.IGNORECASE)
_OPENING: Final = re.compile(r"\b(?:otwieram|rozpoczyna\w+|witam)\b.*\b(?:sesj|obrad|posiedzen)", re.IGNORECASE)
_CLOSING: Final = re.compile(r"\bzamykam\b.*\b(?:sesj|obrad|posiedzen)", re.IGNORECASE)
_FIRST: Final = 40  # and as many last segments hold the opening and the closing
_NEAR: Final = 4  # sentences between a formula and the hour
NO_SPEAKERS: Final = "Nagranie nie ma oznaczonych mówców; wypowiedzi przytoczono bez nazwisk."
COMPLAINT_NOTE: Final = "Wypowiedzi nie przytoczono, bo punkt dotyczy skargi i może zawierać dane osób prywatnych."


def write_skeleton(
    material: Material, template: Sequence[Section], debate: Mapping[str, Written] | None = None
) -> tuple[Section, ...]:
    """The sections of `template` filled in. `debate`: key of a point -> its summary by a model, in place of quotes."""
    writer = _Writer(material, debate or {})
    return tuple(Section(part.kind, part.title, writer.text_of(part)) for part in template)


def vote_line(vote: VoteRow) -> str:
    """One vote in words, with its second."""
    parts = [f"Głosowanie {vote.kind_label}"]
    if vote.subject:
        parts.append(f" w sprawie: {one_line(vote.subject)}")
    parts.append(
        f": za {_count(vote.in_favour)}, przeciw {_count(vote.against)}, wstrzymało się {_count(vote.abstained)}"
    )
    if vote.not_voting:
        parts.append(f", nie głosowało {vote.not_voting}")
    parts.append(f". Wynik: {vote.result}" if vote.result else ". Wyniku nie podano wprost")
    if vote.resolution:
        parts.append(f", uchwała nr {one_line(vote.resolution)}")
    if vote.superseded:
        parts.append(" (głosowanie unieważnione lub powtórzone)")
    return f"{''.join(parts)}.{mark(vote.evidence.start_ms)}"


class _Writer:
    def __init__(self, material: Material, debate: Mapping[str, Written]) -> None:
        self._material, self._debate = material, debate
        self._facts = material.facts
        self._telling = Telling(material.segments)
        self._read: MeetingFacts = read_meeting(
            [Utterance(s.start_ms, s.end_ms, s.text, s.speaker, ()) for s in material.segments], material.held_on
        )
        self._by_kind: dict[str, Callable[[], str]] = {
            "opening": self._opening,
            "attendance": self._attendance,
            "agenda": self._agenda,
            "course": self._course,
            "votes": self._votes,
            "resolutions": self._resolutions,
            "interpellations": self._interpellations,
            "promises": self._promises,
            "closing": self._closing,
            "attachments": self._attachments,
            "signatures": lambda: "\n".join(
                f"{who}: {PLACE_TO_FILL.format('imię i nazwisko, podpis')}"
                for who in ("Przewodniczący obrad", "Protokolant")
            ),
        }

    def text_of(self, part: Section) -> str:
        return part.text if part.kind == "text" else self._by_kind[part.kind]()

    def _opening(self) -> str:
        named = "sesj" in self._material.title.lower()  # the title tells the number
        number = f", sesja nr {self._read.session_number}" if self._read.session_number and not named else ""
        held_on = f"{self._material.held_on:%d.%m.%Y}" if self._material.held_on else PLACE_TO_FILL.format("data")
        opened = self._first(_OPENING, self._material.segments[:_FIRST])
        lines = [
            f"{one_line(self._material.council_name)}: {one_line(self._material.title)}{number}.",
            f"Data: {held_on}. Miejsce: {PLACE_TO_FILL.format('miejsce')}.",
            f"Początek: {self._hour(opened, self._material.segments[:_FIRST])}",
        ]
        if opened is not None and opened.speaker:
            lines.append(f"Obradom przewodniczy: {_person(opened.speaker)}.{mark(opened.start_ms)}")
        return "\n".join([*lines, *_quoted(opened, "Otwarcie obrad")])

    def _attendance(self) -> str:
        quorum = _quoted(self._first(_QUORUM, self._material.segments[:80]), "Stwierdzenie kworum")
        proof = "".join(f" {run.text}" for line in quorum for run in runs_of(line) if run.at_ms is not None)
        lines = []
        if self._read.statutory_seats:
            lines.append(f"- Ustawowy skład: {self._read.statutory_seats}.{proof}")
        if self._read.present_at_start is not None:
            lines.append(f"- Obecnych na początku: {self._read.present_at_start}.{proof}")
        lines = lines or [f"- Liczba obecnych: {PLACE_TO_FILL.format('z listy obecności')}."]
        for row in self._facts.attendance:
            count = f", obecnych {row.count}" if row.count is not None else ""
            lines.append(f"- {one_line(row.name)}: {row.state_label}{count}.{mark(row.evidence.start_ms)}")
        return "\n".join([*quorum, *lines])

    def _agenda(self) -> str:
        lines = [f"- {_title(point)}{mark(point.start_ms)}" for point in self._material.points]
        return "\n".join(lines or [PLACE_TO_FILL.format("porządek obrad; w nagraniu nie rozpoznano punktów")])

    def _course(self) -> str:
        lines = [] if self._material.knows_speakers else [NO_SPEAKERS]
        for point in self._material.points:
            lines += [f"## {_title(point)}{mark(point.start_ms)}", *self._debate_of(point)]
            lines += [vote_line(vote) for vote in point.votes]
        if not self._material.points:
            lines += self._quotes(self._material.segments)
            lines += [vote_line(vote) for vote in self._facts.votes]
        return "\n".join(lines or [PLACE_TO_FILL.format("przebieg obrad")])

    def _debate_of(self, point: Point) -> list[str]:
        if point.is_private:
            return [COMPLAINT_NOTE]
        written = self._debate.get(point.key)
        if written is None:
            return self._quotes(point.segments)
        told = " ".join(f"{one_line(part.text)}{mark(part.start_ms)}" for part in written.sentences)
        missing = [PLACE_TO_FILL.format("część dyskusji, której model nie streścił")] if written.unread else []
        return [*_who_spoke(_turns_by_speaker(point.segments)), told, *missing]

    def _quotes(self, segments: Sequence[HitSegment]) -> list[str]:
        """Who spoke, in order of the first words, each with the sentence that says most."""
        turns = _turns_by_speaker(segments)
        lines = _who_spoke(turns)
        for who, said in list(turns.items())[:_QUOTED_SPEAKERS]:
            place = self._telling.best(said)
            if place is not None:
                lines.append(f"- {_person(who) or 'Głos z nagrania'}: „{one_line(place.text)}”{mark(place.start_ms)}")
        return lines

    def _votes(self) -> str:
        if not self._facts.votes:
            return "W nagraniu nie rozpoznano głosowań."
        rows = ["| Przedmiot | Za | Przeciw | Wstrzymało się | Wynik | Czas |"]
        notes = []
        for vote in self._facts.votes:
            subject = f"{'pkt ' + one_line(vote.point) + ': ' if vote.point else ''}{one_line(vote.subject) or '?'}"
            struck = " (unieważnione lub powtórzone)" if vote.superseded else ""
            rows.append(
                f"| {subject}{struck} | {_count(vote.in_favour)} | {_count(vote.against)} | {_count(vote.abstained)} "
                f"| {vote.result or '?'} |{mark(vote.evidence.start_ms) or ' –'} |"
            )
            notes += [f"- {subject}: {label}.{mark(vote.evidence.start_ms)}" for label in vote.flag_labels]
            if vote.named:
                by_choice: dict[str, list[str]] = {}
                for name, choice in vote.named:
                    by_choice.setdefault(choice, []).append(one_line(name))
                listed = "; ".join(f"{choice}: {', '.join(names)}" for choice, names in by_choice.items())
                notes.append(f"- {subject}: {listed}.{mark(vote.evidence.start_ms)}")
        return "\n".join([*rows, *notes])

    def _resolutions(self) -> str:
        lines = [
            f"- Uchwała nr {one_line(row.number) or PLACE_TO_FILL.format('numer')} w sprawie: {one_line(row.title)}."
            f"{mark(row.evidence.start_ms)}"
            for row in self._facts.resolutions
            if row.adopted
        ]
        return "\n".join(lines or ["Nie podjęto uchwał."])

    def _interpellations(self) -> str:
        lines = []
        for row in self._facts.interpellations:
            due = f"; termin odpowiedzi: {row.due_on:%d.%m.%Y}" if row.due_on else ""
            author = f", {one_line(row.author)}" if row.author else ""
            lines.append(
                f"- {row.kind.capitalize()}{author}: {one_line(row.subject)}{due}.{mark(row.evidence.start_ms)}"
            )
        return "\n".join(lines or ["Nie zgłoszono interpelacji ani zapytań."])

    def _promises(self) -> str:
        lines = []
        for row in self._facts.promises:
            due = f" (termin: {one_line(row.due_text or row.due)})" if row.due_text or row.due else ""
            who = f"{one_line(row.who)}: " if row.who else ""
            lines.append(f"- {who}„{one_line(row.what)}”{due}{mark(row.evidence.start_ms)}")
        return "\n".join(lines or ["Nie rozpoznano zobowiązań."])

    def _closing(self) -> str:
        last = self._material.segments[-_FIRST:]
        closed = self._first(_CLOSING, last)
        return "\n".join([*_quoted(closed, "Zamknięcie obrad"), f"Koniec: {self._hour(closed, last)}"])

    def _attachments(self) -> str:
        lines = ["- Lista obecności."]
        if any(vote.kind != "secret" for vote in self._facts.votes):
            lines.append("- Imienne wykazy głosowań.")
        if any(vote.kind == "secret" for vote in self._facts.votes):
            lines.append("- Protokoły komisji skrutacyjnej z głosowań tajnych.")
        lines += [
            f"- Uchwała nr {one_line(row.number)}." for row in self._facts.resolutions if row.adopted and row.number
        ]
        return "\n".join(lines)

    def _first(self, pattern: re.Pattern[str], segments: Sequence[HitSegment]) -> Place | None:
        """The first sentence of `segments` that holds `pattern`."""
        return next((place for place in Track(segments).sentences if pattern.search(place.text)), None)

    def _hour(self, said: Place | None, segments: Sequence[HitSegment]) -> str:
        """The hour told closest to `said`, with its second, or the place to write it in."""
        places = Track(segments).sentences
        at = places.index(said) if said in places else None
        near = [] if at is None else sorted(range(len(places)), key=lambda index: abs(index - at))[: 2 * _NEAR + 1]
        for place in (places[index] for index in near):
            if hour := hour_told(place.text):
                return f"godzina {hour}.{mark(place.start_ms)}"
        return f"{PLACE_TO_FILL.format('godzina')}."


def _turns_by_speaker(segments: Sequence[HitSegment]) -> dict[str, list[HitSegment]]:
    """All that each speaker said, in order of the first words, without the chair."""
    turns: dict[str, list[HitSegment]] = {}
    for turn in turns_of(segments):
        if not is_chair(turn.speaker):
            turns.setdefault(turn.speaker, []).extend(turn.segments)
    return turns


def _who_spoke(turns: Mapping[str, Sequence[HitSegment]]) -> list[str]:
    named = [f"{_person(who)}{mark(said[0].start_ms)}" for who, said in turns.items() if who]
    return [f"Głos zabrali: {', '.join(named)}."] if named else []


def _quoted(place: Place | None, what: str) -> list[str]:
    if place is None:
        return []
    who = f" ({_person(place.speaker)})" if place.speaker else ""
    return [f"{what}{who}: „{one_line(place.text)}”{mark(place.start_ms)}"]


def _person(speaker: str) -> str:
    return one_line(person_name(speaker))


def _title(point: Point) -> str:
    label = f"{one_line(point.row.label)}. " if point.row.label else ""
    return f"{label}{one_line(point.row.title) or 'bez tytułu'}"


def _count(count: int | None) -> str:
    return "?" if count is None else str(count)
