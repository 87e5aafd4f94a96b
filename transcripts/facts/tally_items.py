"""What a count of votes is made of: choices, numbers, "jednogłośnie" and the questions they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from transcripts.facts.numbers import value_of_noun, word_list
from transcripts.facts.text import Speech, Unit

Choice = Literal["za", "przeciw", "wstrzymał się", "nie głosował", "obecni", "nieważne"]

_LABELS: Final[tuple[tuple[Choice, re.Pattern[str]], ...]] = (
    (
        "za",
        re.compile(
            r"na (?:(?:pan\w*|radn\w+|kandydat\w+) )*(?:(?!#|na |za )\w+ ){1,3}?(?:padło|oddano|(?:za)?głosowało)(?= #\d)"
        ),
    ),
    (
        "nie głosował",
        re.compile(
            r"(?:nie (?:za)?głosował[oaiy]?|nie wzięł[oa] udziału|nie brał[oa]? udziału|nie oddał[oaiy]?(?: głosu)?|niegłosujących|brak głosu|bez głosu)\b"
        ),
    ),
    ("nieważne", re.compile(r"(?:nieważn\w+|ważn\w+|pust(?:e|a|ych)(?= (?:kart|głos)))\b")),
    (
        "obecni",
        re.compile(
            r"(?:obecn(?:ych|i|y|a)|uprawnionych|głosujących|udział wzięł[oa]|wzięł[oa] udział|uczestniczyło|brało udział"
            r"|oddano(?= #)|oddanych|wydano|wydaliśmy|kart\w*(?! (?:to |było |były |jest )?(?:głos\w* )?(?:wstrz|przeciw|nieważn|pust|bez ))"
            r")\b"
        ),
    ),
    ("przeciw", re.compile(r"(?:na nie|przeciw(?:ko)?|przeciwn(?!i[kc])\w+|sprzeciwił\w+|głos\w* sprzeciwu)\b")),
    (
        "wstrzymał się",
        re.compile(r"(?:wstrzyma(?:ł[aoiy]?|no|li|ń|nia|n[yae])|wstrzymując\w+|wstrzymuj[ąęe]|wstrzym|wstrz)\b"),
    ),
    (
        "za",
        re.compile(
            r"(?:na tak|za|głos\w* poparcia|popierając\w+|poparł[aoiy]?|poparli)\b|(?:padło|otrzymał[ao]?|uzyskał[ao]?)(?= #\d{1,3} głos)"
        ),
    ),
)
_ASR_ABSTAINED: Final = re.compile(r"(?:się )?(?:zatrzymał[aoiy]?|zatrzymując\w+)(?: się)?\b")
"""How "wstrzymał się" is misheard."""
_UNANIMOUS: Final = frozenset({"jednogłośnie", "jednomyślnie", "jednogłośna", "jednogłośny", "jednogłośnym"})
_NOBODY: Final = frozenset(word_list("nikt nikogo żaden żadna żadne żadnego żadnej żadnych brak braku bez"))
_NONE_AFTER: Final = re.compile(
    r"(?:też nie(?= (?:czyli|dziękuję|kto|ktoś|za|#\d+|więc)\b)|nie było|nie ma|nie widzę|nie słyszę|nie stwierdz\w+|nie odnotow\w+|nie zanotow\w+)\b"
)
_REST: Final = frozenset({"reszta", "pozostali", "pozostałe"})
_EVERYBODY: Final = frozenset({"wszyscy", "wszystkich", "komplet"})
_WHOLE_COUNCIL: Final = re.compile(r"cał(?:a rada|y sejmik|a sala)\b")
_CORRECTING: Final = frozenset(
    word_list("nie przepraszam pardon poprawiam poprawka znaczy wróć chwila moment momencik korekta jednak raczej a to")
)
_MYSELF: Final = re.compile(r"ja (?:też |także )?(?:się )?wstrzym\w+(?: się)?(?= |$)")
_CHOICE_FOLLOWS: Final = re.compile(r"(?:się|za|przeciw\w*|wstrzym\w+|osób|radnych)$")
_CHOSEN: Final = frozenset({"za", "przeciw", "przeciwko", "się"})
_LINE: Final = re.compile(r"(?<!od )#(?P<a>\d{1,2}) (?:głos\w+ )?do #(?P<b>\d{1,2})(?!\S)")
""" "Jedenaście do dwóch": for and against, where nothing else is counted."""
_QUESTION: Final = re.compile(
    r"kto(?: (?!kto|przeciw|wstrz|zatrzym)\w+){0,9}? (?P<za>za)\b(?! to\b)|kto(?: (?!kto|za\b|przeciw|wstrz)\w+){0,4}? (?P<backs>popiera|poprze)\b|kto(?: (?!kto|wstrz)\w+){0,5}? (?P<przeciw>przeciw(?:ko|ny|na)?)\b"
    r"|kto(?: (?!kto)\w+){0,5}? (?P<wstrz>wstrzym\w+|zatrzymał)\b|czy (?:ktoś|są|jest)(?: \w+){0,3}? (?P<p2>przeciw\w*)\b"
    r"|czy (?:ktoś|są|jest)(?: \w+){0,3}? (?P<w2>wstrzym\w+)\b"
)
_OBJECT_OF_CHOICE: Final = re.compile(
    r"(?:za|przeciw(?:ko)?) (?!#)(?:(?!kto |za |przeciw|wstrz|zatrzym|stwierdz|dziękuj|proszę|nie |#)\S+ ){1,22}?(?:(?:za|od)?głosował[oaiy]?|był[oaiy]?|jest|są"
    r"|opowiedział[oaiy]? się|oddano|padło) (?=(?:głosów )?(?:#|nikt|wszyscy))"
    r"|(?:za|przeciw(?:ko)?) (?:(?:tej|temu|tą|tym|uchwale|uchwałą|wnioskowi|wnioskiem|poprawce|poprawką|projektowi|projektem"
    r"|przyjęciem|podjęciem|uchwały|wniosku|poprawki|\w+(?:niem|niu|ciem|ciu)) )+(?:się )?(?=#)"
    r"|za kandydatur\w+ (?:(?!kto |przeciw|wstrz|zatrzym|#)\w+ ){1,4}(?=#)"
)
_MEASURE: Final = re.compile(
    r"minut\w*|godzin\w*|dni|dnia|dzień|tygod\w+|miesi\w+|rok|roku|lat|lata|złot\w+|zł|groszy|tysięcy|procent|metr\w*"
    r"|sekund\w*|kwadrans\w*|kilometr\w*|ton\w*|hektar\w*|m2"
)
"""What is counted here is no vote: "za pięć minut", "za trzy godziny"."""
_SHARED: Final = frozenset({"przeciw", "wstrzymał się"})
_JOINING: Final = frozenset(word_list("i ani oraz lub czy"))
_SMALL: Final = frozenset(word_list("to czyli mamy jest państwo są wszystkie głosy osób radnych i"))
_VOTES: Final = frozenset(word_list("głosów się od głosu było nie też także"))
_BEFORE_ALL: Final = frozenset(word_list("ogółem łącznie razem wstrzymał głosu wyniki wyników"))
_OBJECT_OF_QUESTION: Final = 10  # words
_WORDS_OF_A_QUESTION: Final = 3  # "to się" of a "kto się" misheard
_FEWEST_HANDS: Final = 3  # steps of one
_MOST_CORRECTING: Final = 4  # words
_NEXT_TO: Final = 2  # words, as "głosów" and "za"
_IN_ORDER: Final[tuple[Choice, ...]] = ("za", "przeciw", "wstrzymał się")
_TOOK_PART: Final = re.compile(r"głosowało #\d+(?: radn\w+| os[oó]b\w*)?(?: w tym)? za(?: głosowało| było| jest)? #")


@dataclass(frozen=True, slots=True)
class Item:
    kind: Literal["label", "count", "unanimous", "question"]
    first: int
    last: int
    choice: Choice | None = None
    also: Choice | None = None  # "przeciwnych i wstrzymujących się": one number, zero, for both
    value: int | None = None  # of a count; -1 everybody, -2 the rest


def items_of(speech: Speech) -> list[Item]:
    """Everything a count may be made of, in order: hands counted aloud are one number, the last."""
    items: list[Item] = []
    for item in _single_items(speech):
        before = items[-1] if items else None
        if before is not None and _share(speech, before, item):
            items[-1] = replace(before, last=item.last, also=item.choice)
        else:
            items.append(item)
    items = _corrected_at_once(speech, _without_counting_aloud(speech, _asked_in_a_word(speech, items)))
    return _with_unsaid_choices(speech, items)


def _corrected_at_once(speech: Speech, items: list[Item]) -> list[Item]:
    """ "Za dziewięć. Nie, przepraszam, dziesięć.": one number, the second."""
    kept: list[Item] = []
    for item in items:
        before = kept[-1] if kept else None
        gap = speech.units[before.last : item.first] if before else ()
        corrects = before is not None and before.kind == item.kind == "count" and 0 < len(gap) <= _MOST_CORRECTING
        said = {unit.mark for unit in gap}
        if (
            before is not None
            and corrects
            and said <= _CORRECTING
            and said & {"przepraszam", "nie", "poprawiam", "wróć"}
        ):
            kept[-1] = replace(item, first=before.first)
        else:
            kept.append(item)
    return kept


def _with_unsaid_choices(speech: Speech, items: list[Item]) -> list[Item]:
    """ "Wszyscy, dziewiętnaście głosów", "czternaście, jednogłośnie", "jedenaście do dwóch", and three numbers that
    answer the three questions in a row: each number with the choice that nobody said."""
    found: list[Item] = []
    for at, item in enumerate(items):
        following = items[at + 1] if at + 1 < len(items) else None
        if following is not None and item.kind == "count" and item.value == -1 and _alone(speech, items, at + 1):
            found.append(Item("label", item.first, item.last, "za"))
            continue
        found.append(item)
        beside = [one for one in (items[at - 1] if at else None, following) if one is not None]
        unanimous = any(one.kind == "unanimous" and _in_one_breath(speech, item, one) for one in beside)
        if item.kind == "count" and (item.value or 0) > 1 and unanimous and not _has_own_choice(speech, items, at):
            found.append(Item("label", item.last - 1, item.last, "za"))
    return _of_a_line(speech, _of_three(speech, found))


def _alone(speech: Speech, items: list[Item], at: int) -> bool:
    """The number right after "wszyscy" that is not of another choice."""
    item = items[at]
    near = item.kind == "count" and (item.value or 0) > 1 and _in_one_breath(speech, item, items[at - 1])
    return near and not _has_own_choice(speech, items, at)


def _in_one_breath(speech: Speech, one: Item, two: Item) -> bool:
    """ "Jednogłośnie, czternaście": not "jednogłośnie, uchwała numer czternaście"."""
    first, last = sorted((one, two), key=lambda item: item.first)
    gap = [unit.mark for unit in speech.units[first.last : last.first]]
    return len(gap) <= _NEXT_TO and all(mark in _VOTES or mark in _SMALL for mark in gap)


def _has_own_choice(speech: Speech, items: list[Item], at: int) -> bool:
    """A label beside the number, in one breath with it, or a question for those in favour that it answers."""
    item = items[at]
    before, after = (items[at - 1] if at else None), (items[at + 1] if at + 1 < len(items) else None)
    near = after is not None and after.kind == "label" and after.first - item.last <= _NEXT_TO
    if after is not None and near and not any(unit.starts for unit in speech.units[item.last : after.first + 1]):
        return True
    if before is None or item.first - before.last > _NEXT_TO:
        return False
    return before.kind == "label" or (before.kind == "question" and before.choice == "za")


def _of_three(speech: Speech, items: list[Item]) -> list[Item]:
    """ "Kto za, kto przeciw, kto się wstrzymał? Jedenaście, dwa, jeden.": in the order they were asked."""
    found: list[Item] = []
    for at, item in enumerate(items):
        found.append(item)
        last_three, asked = items[max(at - 2, 0) : at + 1], items[max(at - 5, 0) : max(at - 2, 0)]
        row = [(one.kind, one.choice) for one in asked] == [("question", choice) for choice in _IN_ORDER]
        close = all(two.first - one.last <= 1 for one, two in pairwise(last_three))
        following = items[at + 1] if at + 1 < len(items) else None
        apart = following is None or following.first - item.last > _NEXT_TO
        if len(last_three) == 3 and row and close and apart and all(one.kind == "count" for one in last_three):
            found[-3:] = [
                part
                for one, choice in zip(last_three, _IN_ORDER, strict=True)
                for part in (one, Item("label", one.last - 1, one.last, choice))
            ]
    return found


def _of_a_line(speech: Speech, items: list[Item]) -> list[Item]:
    lines = {}
    for match in _LINE.finditer(speech.line):
        first, last = speech.span(match)
        apart = speech.units[first].starts or speech.units[first].comma
        measured = last < len(speech.units) and _MEASURE.fullmatch(speech.units[last].mark)
        if apart and not measured:
            lines[first] = last
    found: list[Item] = []
    until = {last - 1: "przeciw" for last in lines.values()}
    for item in items:
        found.append(item)
        if item.kind == "count" and item.first in lines:
            found.append(Item("label", item.last - 1, item.last, "za"))
        elif item.kind == "count" and item.first in until:
            found.append(Item("label", item.last - 1, item.last, "przeciw"))
    return found


def _asked_in_a_word(speech: Speech, items: list[Item]) -> list[Item]:
    """ "Kto jest za? Przeciw? Wstrzymał się? Trzynaście za": single words that ask, and answer nothing."""
    found = list(items)
    for at, item in enumerate(items[:-1]):
        before, after = found[at - 1] if at else None, items[at + 1]
        if item.kind != "label" or before is None or before.kind not in ("question", "count"):
            continue
        raised = item.choice in _SHARED and speech.units[item.last - 1].raw.endswith("?")
        near = item.first - before.last <= _WORDS_OF_A_QUESTION
        in_a_row = before.kind == "question" and near and _next_asked(before, item)
        going_on = after.kind == "label" and after.first == item.last and _next_asked(item, after)
        if (raised and speech.units[item.first].starts) or (in_a_row and (going_on or item.choice == "wstrzymał się")):
            found[at] = replace(item, kind="question")
    return found


def _next_asked(one: Item, two: Item) -> bool:
    return (one.choice, two.choice) in (("za", "przeciw"), ("przeciw", "wstrzymał się"))


def _share(speech: Speech, one: Item, two: Item) -> bool:
    """ "przeciwnych i wstrzymujących się", "głosów przeciw ani wstrzymujących"."""
    sharing = all(item.kind == "label" and item.choice in _SHARED for item in (one, two))
    gap = [unit.mark for unit in speech.units[one.last : two.first]]
    joined = sum(mark in _JOINING for mark in gap) == 1 and all(mark in _JOINING or mark in _VOTES for mark in gap)
    return sharing and one.choice != two.choice and one.also is None and joined


def _without_counting_aloud(speech: Speech, items: list[Item]) -> list[Item]:
    """ "Jeden, dwa, trzy, cztery, pięć i ja, sześć": six."""
    kept: list[Item] = []
    at = 0
    while at < len(items):
        end = at
        while end + 1 < len(items) and _next_hand(speech, items[end], items[end + 1]):
            end += 1
        aloud = items[at].kind == "count" and speech.units[items[at].first].mark == "raz"
        counted = aloud or (end - at >= _FEWEST_HANDS and (items[at].value or 0) <= 2)
        summed = aloud and end + 1 < len(items) and items[end + 1].kind == "count"  # "raz, dwa, trzy, dwanaście"
        if not summed:
            kept += items[end : end + 1] if counted else items[at : end + 1]
        at = end + 1
    return kept


def _next_hand(speech: Speech, one: Item, two: Item) -> bool:
    if one.kind != "count" or two.kind != "count" or one.value is None or two.value is None:
        return False
    close = two.first - one.last <= 3 and speech.units[one.first].turn == speech.units[two.first].turn
    return close and two.value == one.value + 1 and one.value > 0


def _single_items(speech: Speech) -> Iterator[Item]:
    line, units = speech.line, speech.units
    questions = {speech.span(match)[0]: match for match in _QUESTION.finditer(line)}
    objects = {speech.span(match)[0]: speech.span(match)[1] for match in _OBJECT_OF_CHOICE.finditer(line)}
    at, asked = 0, -_OBJECT_OF_QUESTION
    while at < len(units):
        if at in questions:
            match = questions[at]
            last = speech.span(match)[1]
            # A question ends where the sentence does: its object says nothing of the count.
            yield Item("question", at, max(last, _object_end(speech, last)), _asked(match))
            at = asked = max(last, _object_end(speech, last))
            continue
        item = _item_at(speech, at, objects)
        if item is not None and at - asked < _OBJECT_OF_QUESTION and _preposition(speech, item):
            at = item.last  # "kto jest za uznaniem skargi za bezzasadną"
            continue
        if item is not None:
            yield item
        at = item.last if item else at + 1


def _preposition(speech: Speech, item: Item) -> bool:
    """ "za" before a word that is neither a number nor one of voting."""
    if item.choice != "za" or item.last - item.first > 1 or item.last >= len(speech.units):
        return False
    unit = speech.units[item.last]
    if unit.mark.startswith(("wstrzym", "przeciw")) or speech.units[item.first - 1].value is not None:
        return False
    return not unit.comma and unit.value is None and unit.mark.endswith(("ą", "ego", "ej", "em", "ych", "niem", "ciem"))


def _object_end(speech: Speech, last: int) -> int:
    if not speech.punctuated or speech.units[last - 1].raw[-1:] in "?.!":
        return last
    end = speech.sentence_end(last - 1, 30)
    if any(unit.mark == "kto" or _asks_alone(unit) for unit in speech.units[last:end]):
        return last
    return end if speech.units[end - 1].raw[-1:] == "?" else last


def _asks_alone(unit: Unit) -> bool:
    """ "Kto jest za, przeciw, wstrzymał się?": a question of its own, no object of the first."""
    return unit.mark.startswith(("przeciw", "wstrzym", "zatrzym")) and unit.raw[-1:] in ",?"


def _asked(match: re.Match[str]) -> Choice:
    if match["za"] or match["backs"]:
        return "za"
    return "przeciw" if match["przeciw"] or match["p2"] else "wstrzymał się"


def _item_at(speech: Speech, at: int, objects: dict[int, int]) -> Item | None:
    unit = speech.units[at]
    if unit.is_count:
        after = speech.units[at + 1].mark if at + 1 < len(speech.units) else ""
        if _MEASURE.fullmatch(after):
            return None
        return Item("count", at, at + 1, value=unit.value) if unit.value is not None and unit.value < 1_000 else None
    if unit.mark == "głosowało" and _counts_all(speech, at):
        return Item("label", at, at + 1, "obecni")
    if unit.mark in _UNANIMOUS:
        return Item("unanimous", at, at + 1)
    if unit.mark == "bez" and speech.marks(at + 1, at + 2) == "głosu":
        return Item("label", at, at + 2, "nie głosował")
    counted = _counted_otherwise(speech, at)
    if counted is not None:
        return counted
    if unit.mark in _NOBODY:
        return Item("count", at, at + 1, value=0)
    if unit.mark in _EVERYBODY or unit.mark in _REST:
        return Item("count", at, at + 1, value=-1 if unit.mark in _EVERYBODY else -2)
    position = speech.position(at)
    if _WHOLE_COUNCIL.match(speech.line, position):
        return Item("count", at, at + 2, value=-1)
    none = _NONE_AFTER.match(speech.line, position)
    if none:
        return Item("count", at, speech.span(none)[1], value=0)
    for choice, pattern in _LABELS:
        match = pattern.match(speech.line, position)
        if match:
            last = speech.span(match)[1]
            end = objects.get(at, last)
            last = last if any(speech.units[i].starts for i in range(at + 1, end)) else end
            return Item("label", at, last, choice)
    if unit.mark in ("sprzeciwu", "poparcia") and at and speech.units[at - 1].is_count:
        return Item("label", at, at + 1, "za" if unit.mark == "poparcia" else "przeciw")
    match = _ASR_ABSTAINED.match(speech.line, position)
    return Item("label", at, speech.span(match)[1], "wstrzymał się") if match else None


def _counted_otherwise(speech: Speech, at: int) -> Item | None:
    """ "Dwójka się wstrzymała", "raz, dwa, trzy", and the chair's own "ja się wstrzymuję"."""
    mark = speech.units[at].mark
    following = speech.marks(at + 1, at + 2)
    if mark == "raz" and following == "#2":
        return Item("count", at, at + 1, value=1)
    if mark == "ja":
        own = _MYSELF.match(speech.line, speech.position(at))
        return Item("count", at, speech.span(own)[1], value=1) if own else None
    if not mark.endswith("ka") or not (_CHOICE_FOLLOWS.match(following) or speech.marks(at - 1, at) in _CHOSEN):
        return None
    value = value_of_noun(mark)
    return Item("count", at, at + 1, value=value) if value > 1 else None


def _counts_all(speech: Speech, at: int) -> bool:
    """ "Głosowało 14 radnych. Za było 12": how many took part, when no choice stands before it."""
    numbered = at + 1 < len(speech.units) and speech.units[at + 1].is_count
    before = speech.units[at - 1].mark if at else ""
    if not numbered:
        return False
    if speech.units[at].starts or before in _BEFORE_ALL:
        return True
    chosen = before == "się" or any(unit.mark.startswith("przeciw") for unit in speech.units[max(at - 2, 0) : at])
    return not chosen and _TOOK_PART.match(speech.line, speech.position(at)) is not None
