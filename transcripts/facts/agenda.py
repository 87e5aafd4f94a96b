"""Points of the agenda out of the chair's formulae: opened, not merely mentioned; cut at the formula's first word."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from speech.engine.reading.dictionary import readings
from transcripts.facts import outline, titles
from transcripts.facts.agenda_order import ONLY_IN_ORDER, Opened, in_order
from transcripts.facts.outline import Outline
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundPoint

_ADVERBS: Final = (
    r"(?: teraz| więc| zatem| dalej| od razu| w takim razie| proszę państwa| szanowni państwo| państwo| wobec tego"
    r"| natomiast| już| w tej chwili| tym samym| w związku z tym| zgodnie z porządkiem| płynnie)*"
)
_ENTERING: Final = (
    r"(?:prze(?:chodzimy|jdziemy|jdźmy|chodząc|chodzę|jdę)|przystępujemy|przystąpimy|przystąpmy|przystępuję"
    r"|rozpoczynamy|zaczynamy|otwieram|otwieramy|procedujemy|realizujemy|rozpatrujemy|omawiamy|wywołuję|kolej na"
    r"|jesteśmy (?:przy|w)|mamy|przed nami)"
)
_OF_POINT: Final = r"(?: do)?(?: realizacji| omówienia| rozpatrzenia| procedowania)*"
_POINT: Final = r"(?:punkt(?:u|cie|em)?|pkt)"
_OF_AGENDA: Final = r"(?:(?: naszego| dzisiejszego)? porządku(?: (?:obrad|dziennego|sesji|dnia))?| naszej sesji| dzisiejszej sesji| obrad)*"
_NUMBER: Final = (
    r"(?:(?: numer| nr| oznaczonego numerem)? (?P<n>[#@]\d{1,2}|\d{1,2}[a-z]|\d{1,2}\.\d{1,2})"
    r"(?:(?: kropka)? (?P<minor>#\d{1,2})(?= |$))?)"
)
_SUB: Final = r"(?: (?:podpunkt\w*|litera|lit|ppkt) (?P<sub>[a-zł]|be|ce|de|ef|gie|[#@]\d{1,2})(?= |$)| (?P<letter>[a-h])(?= |$))?"
_NEXT_WORD: Final = r"(?:kolejn\w+|następn\w+|ostatni\w*)"
_WITH_NUMBER: Final = re.compile(
    rf"\b(?:{_ENTERING}{_ADVERBS}{_OF_POINT}) (?:(?:do )?{_NEXT_WORD} )?{_POINT}{_OF_AGENDA}{_NUMBER}{_SUB}"
)
_BARE_NUMBER: Final = re.compile(
    rf"\b(?:(?:(?:i |a |to )?teraz |i )?(?:punkt|pkt|ad)|w punkcie){_OF_AGENDA}{_NUMBER}{_SUB}(?: tak zwan\w+)?"
)
_NUMBER_FIRST: Final = re.compile(rf"\b(?:{_ENTERING}{_ADVERBS}(?: do)? )(?P<n>@\d{{1,2}}) (?:punktu|punkt)\b")
_NUMBER_OF_AGENDA: Final = re.compile(
    r"(?<!\S)(?P<n>@\d{1,2}) punkt\b(?: porządku(?: (?:obrad|dziennego|sesji|dnia))?)?"
)
_NAMED_THEN_NUMBER: Final = re.compile(
    rf"\b(?:przechodzimy|przystępujemy|przejdziemy|przejdźmy){_ADVERBS} do (?:(?!punkt|głosowan|#|@)\S+ ){{1,9}}?"
    rf"(?:(?:a )?(?:to jest|jest to|to|czyli|mamy to w)) (?:{_NEXT_WORD} )?{_POINT}{_OF_AGENDA}{_NUMBER}{_SUB}"
)
""" "Przechodzimy do porządku obrad, to jest punkt drugi": the title stands before the number."""
_WRITTEN_LABEL: Final = re.compile(
    r"(?<!\S)(?P<n>\d{1,2}\.[1-9]\d?|\d{1,2}[a-h])(?!\S)(?! (?:mln|tys|mld|miliona|tysiąca|procent\w*|zł\w*|km|ha|m|metr\w*|hektar\w*)\b)"
)
""" "6.2. Dotacje dla przedszkoli.": nothing but the label, where a sentence begins."""
_RETURN: Final = re.compile(rf"\b(?:wracamy|powracamy|wróćmy){_ADVERBS} do {_POINT}{_OF_AGENDA}{_NUMBER}{_SUB}")
"""Opens a point that was passed over when the order was changed; one already opened is only touched again."""
_TO_NUMBER: Final = re.compile(
    rf"\b(?:przechodzimy|przystępujemy|przejdziemy|przejdźmy){_ADVERBS} do (?P<n>@\d{{1,2}})(?! (?:punkt|część|czytan|głosowan))"
)
_NEXT: Final = re.compile(
    rf"\b(?:(?:{_ENTERING}{_ADVERBS}{_OF_POINT} )?{_NEXT_WORD}(?: nasz(?:ego|ym)?)? (?:punkt(?:u|em)?|pkt){_OF_AGENDA}"
    r"(?! (?:#|@))(?: to(?: jest)?| jest| dotyczy)?)"
)
_NO_TITLE: Final = re.compile(
    r"\b(?:dziękuję|prowadzenie|proszę|głosów|radn\w+|przyjęt\w+|podjęt\w+|się|uwag|pytań|wznawiam)\b"
)
_LEAD_TO_TITLE: Final = re.compile(rf"\b{_ENTERING}{_ADVERBS}{_OF_POINT}(?= )")
_SUBPOINT: Final = re.compile(
    r"\b(?:(?:w )?podpunk(?:t|tu|cie)|litera|ppkt|punkt litera) (?P<sub>[a-zł]|be|ce|de|ef|gie|[#@]\d{1,2})(?= |$)"
)
_TO_BECOME: Final = re.compile(rf"\bjako {_POINT} \S+$")
""" "Projekt wchodzi do porządku jako punkt szósty litera c": its place, not its turn."""
_BY_NAME: Final = re.compile(
    rf"\b(?:przechodzimy|przejdźmy|przystępujemy|przejdziemy){_ADVERBS} do(?: punktu)? (?P<name>(?:przyjęci\w+|zatwierdzeni\w+|podjęci\w+"
    r"|rozpatrzeni\w+|informacji|sprawozda\w+|interpelacji|zapytań|wolnych wniosków|spraw różnych|projektu uchwały|uchwały"
    r"|projektów uchwał|bloku uchwał|wyboru|wyborów|oświadczeń|komunikatów|raportu|debaty nad|stwierdzenia|wniosków i"
    r"|odpowiedzi na interpelacje|ślubowania|powołania|zamknięcia))"
)
_BARE_NAME: Final = re.compile(
    r"(?<!\S)(?P<name>wolne wnioski|sprawy różne|interpelacje|zapytania)(?: (?:i |oraz )?(?:wnioski|zapytania|informacje|radnych"
    r"|oświadczenia|komunikaty|wolne)){0,4}(?!\S)"
)
"""A sentence of nothing but the usual name of a last point: "Wolne wnioski."."""
_CERTAIN_NAMES: Final = re.compile(r"interpelacji|wolnych|spraw różnych|oświadczeń|zamknięcia|zapytań")
_HOLDS: Final = re.compile(r" (?:mamy|jest|przewidzian\w+|rozpatrujemy|omawiamy|procedujemy)\b")
_ORDER_WITHIN: Final = 600
"""Words from the start of a recording in which the order of business is asked about."""
_MANY: Final = 3
"""Points opened by number: a chair who numbers them means something else by "przystępujemy do wyboru komisji"."""
_ASKS_OF_ORDER: Final = re.compile(
    r"\b(?:(?:czy|kto)(?: (?!protok)\S+){1,8}? porządk\w+(?: (?:obrad|dzienn\w+|sesji))?|porząd\w+ (?:obrad |dzienn\w+ )?(?:\w+ )?"
    r"(?:państwo|radni|wszyscy) (?:\w+ )?(?:otrzymali|dostali|mają|znają))\b"
)
"""The order of business is always gone through, though not always as a point that is announced."""
_OPENING: Final = re.compile(
    r"\b(?:otwieram|rozpoczynam|rozpoczynamy|otwieramy) (?:(?!dyskusj|punkt|głosowan|list|część|częśc)\S+ ){0,6}?"
    r"(?:sesj\w+|obrad\w*|posiedzeni\w+)"
)
_CLOSING: Final = re.compile(
    r"\b(?:zamykam|zamykamy|kończę|kończymy|uważam za zamknięt\w+|ogłaszam zamknięcie) "
    r"(?:(?!dyskusj|punkt|głosowan|list|debat|temat)\S+ ){0,5}?(?:sesj\w+|obrad\w*|posiedzeni\w+)"
)
_NOT_YET: Final = re.compile(
    r"(?:^| )(?:kiedy|gdy|gdyby|jak|zanim|nim|aż|jeśli|jeżeli|czy|żeby|żebyśmy|aby|abyśmy|za chwilę|zaraz|później|potem"
    r"|po przerwie|wrócimy|wnoszę o|wniosek o|proszę o|proponuję|możemy|możecie|mogliśmy|dlaczego|nie|chciał\w+|myślał\w+ że"
    r"|rozumiem że)(?: (?:już|my|państwo|tylko|teraz|zaraz|dopiero))?$"
)
_NOT_YET_BEFORE_BARE: Final = re.compile(
    r"(?:^| )(?:kiedy|gdy|gdyby|jak|zanim|nim|aż|jeśli|jeżeli|czy|żeby|aby|że|wróc\w+|wniosek|wnoszę|proponuję|był|był to|"
    r"będzie|jako|jest|jest to|to|na|o|przed|po|ten|tym|w|z|do|dotyczy|oraz|i|zdjąć|wycofać|wykreślić|dodać|nasz|czyli|"
    r"wprowadzić|przesunąć|zamienić|art|artykuł|ustęp|paragraf|nowy|dodatkowy|cały|każdy|zdejmuję|wycofuję|usunąć|a|lub)$"
)
_UNDONE: Final = re.compile(
    r"^(?: (?:został|zostaje|zostanie|jest|był|będzie|mamy|ma))? (?:wycofan\w+|zdjęt\w+|wykreślon\w+|przesunięt\w+|skreślon\w+"
    r"|zrealizowan\w+|wyczerpan\w+|za nami|wypada|odpada|otrzymuje|otrzyma|bo|staje|stanie|byłby|będzie|brzmi|zamkn\w+|uważam|mówi|stanowi|regulaminu|statutu|umowy|ustawy|paragrafu|programu|opinii|następnej|naszego programu|(?:z)?(?:wycofa|wykreśli|skreśli|zrealizowa|omówi|przerobi|rozpatrzy|odby|przegłosowa)liśmy|zdjęliśmy|usunęliśmy|przesunęliśmy|pomijamy|mamy za sobą)\b"
)
_ORDER: Final = re.compile(r"\bporząd(?:ek|ku) (?:obrad|dzienn\w+)|\bzmian \w+ porządku\b")
_TITLE_WITHIN: Final = 15
"""Words after a formula without a title in which it is told what the point is."""
_PAST_OR_LATER: Final = re.compile(r"\b(?:mówiłem|mówiłam|mówiliśmy|wrócimy|głosowaliśmy|omawialiśmy|zapytam|powiem)\b")


def find_agenda(speech: Speech, chairs: frozenset[int] | None) -> tuple[list[FoundPoint], Outline]:
    """Points in the order they were opened, each ending where the next begins; and the agenda as it was read out."""
    if not speech.units:
        return [], Outline()
    plan = outline.read_outline(speech)
    opened = in_order(speech, plan, _candidates(speech, chairs, plan))
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

    numbers = (
        (_WITH_NUMBER, 0.95), (_NAMED_THEN_NUMBER, 0.9), (_NUMBER_FIRST, 0.9), (_TO_NUMBER, 0.8), (_BARE_NUMBER, 0.8),
        (_NUMBER_OF_AGENDA, 0.8), (_WRITTEN_LABEL, 0.75),
    )  # fmt: skip
    for pattern, strength in numbers:
        for match in speech.find_all(pattern):
            believed = _strength_of_label(speech, match) if pattern is _WRITTEN_LABEL else strength
            entry = _numbered(speech, match, believed, bare=pattern in (_BARE_NUMBER, _NUMBER_OF_AGENDA))
            if entry is not None:
                keep(entry)
    for match in speech.find_all(_RETURN):
        entry = _numbered(speech, match, 0.9, bare=False)
        if entry is not None:
            keep(replace(entry, kind="return"))
    for match in speech.find_all(_NEXT):
        if _may_open(speech, match, _NOT_YET_BEFORE_BARE if match[0].startswith(("kol", "nast", "ost")) else _NOT_YET):
            first, last = speech.span(match)
            if not match[0].startswith(("kol", "nast", "ost")) or _begins_something(speech, first):
                keep(Opened(first, last, "", "", 0.7))
    numbered = sum(bool(entry.label) for entry in found.values()) >= _MANY
    for match in speech.find_all(_BY_NAME):
        known = plan.label_of(match["name"]) is not None or _CERTAIN_NAMES.match(match["name"])
        if _may_open(speech, match, _NOT_YET) and (known or not numbered):
            first, _ = speech.span(match)
            keep(Opened(first, speech.span(match, "name")[0], "", "", 0.6, name=match["name"]))
    for match in speech.find_all(_BARE_NAME):
        first, last = speech.span(match)
        whole = speech.units[first].starts and (last >= len(speech.units) or speech.units[last].starts)
        if speech.punctuated and whole:
            keep(Opened(first, first, "", "", 0.6, name=match["name"]))
    for match in speech.find_all(_SUBPOINT):
        first, last = speech.span(match)
        if _TO_BECOME.search(speech.marks(first - 4, first)):
            continue
        begins = _begins_something(speech, first)
        if (begins or not speech.punctuated or speech.units[first].comma) and not _UNDONE.match(
            speech.line[match.end() : match.end() + 60]
        ):
            keep(Opened(first, last, "", match["sub"].lstrip("#@"), 0.6 if begins else ONLY_IN_ORDER, kind="sub"))
    for match in speech.find_all(_ASKS_OF_ORDER, 0, _ORDER_WITHIN):
        first, last = speech.span(match)
        keep(Opened(speech.sentence_start(first, 8), last, "2", "", ONLY_IN_ORDER, kind="order"))
    for pattern, kind in ((_OPENING, "opening"), (_CLOSING, "closing")):
        for match in speech.find_all(pattern):
            if _may_open(speech, match, _NOT_YET):
                first, last = speech.span(match)
                keep(Opened(first, last, "", "", 0.9, kind=kind))  # type: ignore[arg-type]
    return [found[at] for at in sorted(found)]


def _strength_of_label(speech: Speech, match: re.Match[str]) -> float:
    """Alone at the head of a sentence it opens its point; elsewhere only where it is the very next one."""
    unit = speech.units[speech.index_at(match.start())]
    return 0.75 if speech.punctuated and unit.starts and unit.raw[-1:] in ".),:" else ONLY_IN_ORDER


def _numbered(speech: Speech, match: re.Match[str], strength: float, *, bare: bool) -> Opened | None:
    if not _may_open(speech, match, _NOT_YET_BEFORE_BARE if bare else _NOT_YET):
        return None
    first, last = speech.span(match)
    mentioned = bare and match[0].startswith("w punkcie") and not speech.units[first].starts
    if mentioned and (speech.punctuated or not _HOLDS.match(speech.line[match.end() : match.end() + 20])):
        return None
    title = ""
    if bare and not _begins_something(speech, first):
        title = _title_before(speech, first, last)
        if title:
            first = speech.sentence_start(first, 7)
        elif speech.punctuated and not speech.units[first].comma:
            return None
        else:
            named = titles.USUAL_TITLE.match(speech.line[match.end() : match.end() + 60])
            strength = ONLY_IN_ORDER + 0.1 if named else ONLY_IN_ORDER
    groups = match.groupdict()
    label = groups["n"].lstrip("#@")
    if groups.get("minor") and speech.units[speech.span(match, "minor")[0]].comma is False:
        label = f"{label}.{groups['minor'].lstrip('#')}"
    sub = (groups.get("sub") or groups.get("letter") or "").lstrip("#@")
    if _UNDONE.match(speech.line[match.end() : match.end() + 60]):
        return None
    return Opened(first, last, label, sub, strength, title=title)


def _title_before(speech: Speech, first: int, last: int) -> str:
    """ "Sprawy różne, punkt szósty." is a sentence of its own: title, comma, number, full stop."""
    start = speech.sentence_start(first, 7)
    whole = last >= len(speech.units) or speech.units[last].starts
    if not (speech.punctuated and whole and speech.units[first].comma and speech.units[start].starts):
        return ""
    if _NO_TITLE.search(speech.marks(start, first)):
        return ""
    lead = speech.find(_LEAD_TO_TITLE, start, first)
    if lead and speech.index_at(lead.start()) == start:
        start = speech.span(lead)[1]
    if any(_is_said(unit.mark) for unit in speech.units[start:first]):
        return ""  # "Protokół to odnotuje, ad siedem.": a sentence, no title
    return titles.as_title(speech.units[start:first])


def _is_said(mark: str) -> bool:
    found = readings(mark)
    return bool(found) and all(tag.startswith(("fin", "praet", "impt")) for _, tag, _ in found)


def _may_open(speech: Speech, match: re.Match[str], forbidden: re.Pattern[str]) -> bool:
    """Said as done now, not as a plan, a wish, a memory or a question."""
    first, last = speech.span(match)
    start = speech.sentence_start(first, 6)
    before = speech.marks(start, first)
    if before and forbidden.search(before):
        return False
    sentence_end = speech.sentence_end(last - 1, 12)
    if speech.punctuated and speech.units[sentence_end - 1].raw.endswith("?") and sentence_end - last < 4:
        return False
    return not _PAST_OR_LATER.search(speech.marks(first, min(sentence_end, last + 4)))


_LEADS: Final = re.compile(r"zatem|teraz|więc|to|no|i|dobrze|następnie|dalej|kolejno|kolejny|następny|ostatni")
_BEFORE_A_POINT: Final = re.compile(
    r"(?:dziękuję(?: \w+){0,3}|podjęt\w+|przyjęt\w+|odrzucon\w+|jednogłośnie|dobrze|proszę państwa|szanowni państwo|zatem"
    r"|teraz|więc|tak|punktu|dalej|następnie|wyczerpan\w+|zamykam punkt|dyskusję|większości|się|przeciw|za|roku|okej|no|radnych|obrady|kworum|wiadomości|przerwie|porządek|wycofan\w+|zdjęt\w+"
    r"|@\d+|#\d+|[xvilc\d]+/\d+(?:/\d+)?|upadł|przeszedł|zakończone|pytań|głosów|uwag|wszystko|bardzo|pani wójt|panie wójcie|państwu)$"
)


def _begins_something(speech: Speech, first: int) -> bool:
    """A sentence begins here; without punctuation, what usually ends the point before stands before it."""
    unit = speech.units[first]
    if unit.starts:
        return True
    at = first
    while at > 0 and not speech.units[at].starts and _LEADS.fullmatch(speech.units[at - 1].mark):
        at -= 1
    if at < first and speech.units[at].starts:
        return True
    unit = speech.units[at]
    if unit.comma and _BEFORE_A_POINT.search(speech.marks(max(at - 4, 0), at)):
        return True  # a full stop written as a comma
    start = speech.sentence_start(first, 4)
    if speech.punctuated:
        lead = speech.marks(start, first)
        return first - start <= 3 and bool(
            re.fullmatch(r"(?:dziękuję|dobrze|zatem|teraz|i|a|więc|tak|no|bardzo|to|następnie|dalej|kolejno| )+", lead)
        )
    return bool(_BEFORE_A_POINT.search(speech.marks(max(at - 4, 0), at)))


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
        if not title and speech.find(_ORDER, entry.first, min(entry.last + _TITLE_WITHIN, following)):
            title = "Porządek obrad"
    quote_end = min(speech.sentence_end(max(entry.last - 1, entry.first), 25), following)
    return FoundPoint(
        label=label, title=title, start_ms=speech.units[entry.first].start_ms, end_ms=end,
        confidence=round(entry.strength, 2), quote=speech.raw(entry.first, quote_end), first=entry.first,
        kind=entry.kind if entry.kind in ("opening", "closing") else "point",
    )  # fmt: skip
