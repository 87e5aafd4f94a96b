"""Points of the agenda out of the chair's formulae: opened, not merely mentioned; cut at the formula's first word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from transcripts.facts import agenda_formulae as formulae
from transcripts.facts import agenda_gaps, agenda_short, outline, titles
from transcripts.facts import agenda_signs as signs
from transcripts.facts.agenda_order import ONLY_IN_ORDER, Opened, in_order
from transcripts.facts.outline import Outline
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundPoint


def find_agenda(speech: Speech, chairs: frozenset[int] | None) -> tuple[list[FoundPoint], Outline]:
    """Points in the order they were opened, each ending where the next begins; and the agenda as it was read out."""
    if not speech.units:
        return [], Outline()
    plan = outline.read_outline(speech)
    opened = agenda_gaps.filled(speech, chairs, plan, in_order(speech, plan, _candidates(speech, chairs, plan)))
    points: list[FoundPoint] = []
    for index, entry in enumerate(opened):
        following = opened[index + 1].first if index + 1 < len(opened) else len(speech.units)
        points.append(_point(speech, plan, entry, following))
    return points, plan


# --- formulae --------------------------------------------------------------------------------------------------------


def _candidates(speech: Speech, chairs: frozenset[int] | None, plan: Outline) -> list[Opened]:
    found: dict[int, Opened] = {}
    owner: dict[int, int] = {}  # unit -> first unit of the formula it belongs to
    listed = {unit for first, last in plan.spans for unit in range(first, last)}

    def keep(entry: Opened) -> None:
        unit = speech.units[entry.first]
        if chairs is not None and unit.turn not in chairs:
            return
        if entry.first in listed:
            return
        covered = range(entry.first, max(entry.last, entry.first + 1))
        overlapping = {owner[at] for at in covered if owner.get(at) in found}
        if any(found[at].strength >= entry.strength for at in overlapping):
            return
        for at in overlapping:
            del found[at]
        found[entry.first] = entry
        owner.update(dict.fromkeys(covered, entry.first))

    for entry in _numbered_points(speech):
        keep(entry)
    for entry in agenda_short.short_formulae(speech):
        keep(entry)
    for match in speech.find_all(formulae.RETURN):
        again = _numbered(speech, match, 0.9, bare=False)
        if again is not None:
            keep(replace(again, kind="return"))
    for entry in _next_points(speech):
        keep(entry)
    numbered = sum(bool(entry.label) for entry in found.values()) >= formulae.MANY
    for match in speech.find_all(formulae.BY_NAME):
        known = plan.label_of(match["name"]) is not None or formulae.CERTAIN_NAMES.match(match["name"])
        if signs.may_open(speech, match, formulae.NOT_YET) and (known or not numbered):
            first, _ = speech.span(match)
            keep(Opened(first, speech.span(match, "name")[0], "", "", 0.6, name=match["name"]))
    for entry in () if numbered else agenda_gaps.unnumbered(speech, chairs):
        keep(entry)
    for match in speech.find_all(formulae.BARE_NAME):
        first, last = speech.span(match)
        whole = speech.units[first].starts and (last >= len(speech.units) or speech.units[last].starts)
        if speech.punctuated and whole:
            keep(Opened(first, first, "", "", 0.6, name=match["name"]))
    for entry in _subpoints(speech):
        keep(entry)
    for match in speech.find_all(formulae.ASKS_OF_ORDER, 0, formulae.ORDER_WITHIN):
        first, last = speech.span(match)
        keep(Opened(speech.sentence_start(first, 8), last, "2", "", ONLY_IN_ORDER, kind="order"))
    for pattern, kind in (
        (formulae.OPENING, "opening"), (formulae.OPENED, "opening"), (formulae.CLOSING, "closing"),
    ):  # fmt: skip
        for match in speech.find_all(pattern):
            first, last = speech.span(match)
            across = pattern is formulae.OPENED and any(unit.starts for unit in speech.units[first + 1 : last])
            if not across and signs.may_open(speech, match, formulae.NOT_YET):
                keep(Opened(first, last, "", "", 0.9, kind=kind))  # type: ignore[arg-type]
    return [found[at] for at in sorted(found)]


def _numbered_points(speech: Speech) -> Iterator[Opened]:
    numbers = (
        (formulae.WITH_NUMBER, 0.95), (formulae.NAMED_THEN_NUMBER, 0.9), (formulae.NUMBER_FIRST, 0.9),
        (formulae.TO_NUMBER, 0.8), (formulae.BARE_NUMBER, 0.8), (formulae.NUMBER_OF_AGENDA, 0.8),
        (formulae.WRITTEN_LABEL, 0.75),
    )  # fmt: skip
    for pattern, strength in numbers:
        for match in speech.find_all(pattern):
            believed = _strength_of_label(speech, match) if pattern is formulae.WRITTEN_LABEL else strength
            bare = pattern in (formulae.BARE_NUMBER, formulae.NUMBER_OF_AGENDA)
            entry = _numbered(speech, match, believed, bare=bare)
            if entry is not None:
                yield entry


def _next_points(speech: Speech) -> Iterator[Opened]:
    """ "Kolejny punkt to ...", "przechodzimy do następnego punktu"."""
    for match in speech.find_all(formulae.NEXT):
        bare = match[0].startswith(("kol", "nast", "ost", "przedost"))
        first, last = speech.span(match)
        announced = bare and first > 0 and speech.marks(first - 1, first) == "to" and speech.units[first - 1].starts
        forbidden = formulae.NOT_YET_BEFORE_BARE if bare and not announced else formulae.NOT_YET
        if not signs.may_open(speech, match, forbidden):
            continue
        if not bare or signs.begins_something(speech, first):
            yield Opened(first, last, "", "", 0.7)


def _subpoints(speech: Speech) -> Iterator[Opened]:
    for match in speech.find_all(formulae.SUBPOINT):
        first, last = speech.span(match)
        if formulae.TO_BECOME.search(speech.marks(first - 4, first)):
            continue
        begins = signs.begins_something(speech, first)
        if (begins or not speech.punctuated or speech.units[first].comma) and not formulae.UNDONE.match(
            speech.line[match.end() : match.end() + 60]
        ):
            yield Opened(first, last, "", match["sub"].lstrip("#@"), 0.6 if begins else ONLY_IN_ORDER, kind="sub")


def _strength_of_label(speech: Speech, match: re.Match[str]) -> float:
    """Alone at the head of a sentence it opens its point; elsewhere only where it is the very next one."""
    unit = speech.units[speech.index_at(match.start())]
    return 0.75 if speech.punctuated and unit.starts and unit.raw[-1:] in ".),:" else ONLY_IN_ORDER


def _numbered(speech: Speech, match: re.Match[str], strength: float, *, bare: bool) -> Opened | None:
    first, last = speech.span(match)
    if bare:  # "Przechodzimy dalej. Punkt trzeci": begins with its own sentence
        first = max((at for at in range(first, last - 1) if speech.units[at].starts), default=first)
    announced = bare and speech.marks(first - 1, first) == "to" and signs.begins_something(speech, first)
    if not signs.may_open(speech, match, formulae.NOT_YET_BEFORE_BARE if bare and not announced else formulae.NOT_YET):
        return None
    if announced:
        strength = min(strength, ONLY_IN_ORDER)  # "Skoro tak, to punkt trzeci": or only spoken of
    mentioned = bare and match[0].startswith("w punkcie") and not speech.units[first].starts
    if mentioned and (speech.punctuated or not formulae.HOLDS.match(speech.line[match.end() : match.end() + 20])):
        return None
    title = ""
    if bare and not signs.begins_something(speech, first):
        title = signs.title_before(speech, first, last)
        if title:
            first = speech.sentence_start(first, 7)
        elif speech.punctuated and not speech.units[first].comma:
            return None
        else:
            named = titles.USUAL_TITLE.match(speech.line[match.end() : match.end() + 60])
            strength = ONLY_IN_ORDER + 0.1 if named else ONLY_IN_ORDER
    groups = match.groupdict()
    label = (groups["n"] or groups["n2"]).lstrip("#@")
    if groups.get("minor") and speech.units[speech.span(match, "minor")[0]].comma is False:
        label = f"{label}.{groups['minor'].lstrip('#')}"
    sub = (groups.get("sub") or groups.get("letter") or "").lstrip("#@")
    if formulae.UNDONE.match(speech.line[match.end() : match.end() + 60]):
        return None
    return Opened(first, last, label, sub, strength, title=title)


def _point(speech: Speech, plan: Outline, entry: Opened, following: int) -> FoundPoint:
    end = speech.units[following].start_ms if following < len(speech.units) else speech.units[-1].end_ms
    label = "1" if entry.kind == "opening" else entry.label
    if entry.kind == "closing":
        title = "Zamknięcie sesji"
    elif entry.kind == "order":
        title = plan.title_of(label) or "Porządek obrad"
    elif entry.kind == "opening":
        title = plan.title_of("1") or "Otwarcie sesji"
    else:
        title = entry.title or titles.title_at(speech, entry.last, following) or plan.title_of(label)
        if not title and speech.find(formulae.ORDER, entry.first, min(entry.last + formulae.TITLE_WITHIN, following)):
            title = "Porządek obrad"
    quote_end = min(speech.sentence_end(max(entry.last - 1, entry.first), 25), following)
    return FoundPoint(
        label=label, title=title, start_ms=speech.units[entry.first].start_ms, end_ms=end,
        confidence=round(entry.strength, 2), quote=speech.raw(entry.first, quote_end), first=entry.first,
        kind=entry.kind if entry.kind in ("opening", "closing") else "point",
    )  # fmt: skip
