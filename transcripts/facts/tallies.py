"""Counts of votes out of speech: "za głosowało jedenastu, przeciw dwoje", "13 za, 0 przeciw", "nikt nie był przeciw".

A tally is a run of choices (za, przeciw, wstrzymał się) and numbers with nothing but small words between them. Which
number belongs to which choice is not told by order alone: all pairings of neighbours are weighed and the one that
leaves least unexplained wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Final, Literal

from transcripts.facts.numbers import word_list
from transcripts.facts.text import Speech, Unit

Choice = Literal["za", "przeciw", "wstrzymał się", "nie głosował", "obecni", "nieważne"]

_LABELS: Final[tuple[tuple[Choice, re.Pattern[str]], ...]] = (
    (
        "za",
        re.compile(
            r"na (?:(?:pan\w*|radn\w+|kandydat\w+) )*(?:(?!#|na |za )\w+ ){1,3}?(?:padło|oddano|(?:za)?głosowało)(?= #\d)"
        ),
    ),
    ("nie głosował", re.compile(r"(?:nie głosował[oaiy]?|nie oddał[oaiy]?(?: głosu)?|niegłosujących|brak głosu)\b")),
    ("nieważne", re.compile(r"(?:nieważn\w+|ważn\w+)\b")),
    (
        "obecni",
        re.compile(
            r"(?:obecn(?:ych|i|y|a)|uprawnionych|głosujących|udział wzięło|wzięło udział|uczestniczyło|brało udział"
            r"|oddano(?= #)|oddanych|wydano|kart\w*)\b"
        ),
    ),
    ("przeciw", re.compile(r"(?:przeciw(?:ko)?|przeciwn(?!i[kc])\w+|sprzeciwił\w+)\b")),
    ("wstrzymał się", re.compile(r"(?:wstrzyma(?:ł[aoiy]?|no|li)|wstrzymując\w+|wstrzymuj[ąe]|wstrzym|wstrz)\b")),
    ("za", re.compile(r"za\b|(?:padło|otrzymał[ao]?|uzyskał[ao]?)(?= #\d{1,3} głos)")),
)
_ASR_ABSTAINED: Final = re.compile(r"(?:zatrzymał[aoiy]?|zatrzymując\w+) się\b|(?:się )?(?:zatrzymał[aoiy]?)\b")
_UNANIMOUS: Final = frozenset({"jednogłośnie", "jednomyślnie", "jednogłośna", "jednogłośny", "jednogłośnym"})
_NOBODY: Final = frozenset(word_list("nikt nikogo żaden żadna żadne żadnego żadnej żadnych brak braku bez"))
_NONE_AFTER: Final = re.compile(r"(?:nie było|nie ma|nie widzę|nie stwierdzono|nie odnotowano|nie zanotowano)\b")
_REST: Final = frozenset({"reszta", "pozostali", "pozostałe"})
_EVERYBODY: Final = frozenset({"wszyscy"})
_FILLERS: Final = frozenset(
    word_list("""głosów głosy głos głosami głosach głosie głosu głosem głosowało głosował głosowała głosowali głosowały głosuje
    radnych radni radny radna radnego radnej radnymi osób osoby osoba osobami osobę pań panów posłów było był była byli
    były jest są się od oddano padło to a i oraz natomiast zaś ani też również przy przez opowiedziało opowiedziała
    opowiedział państwa państwo tylko na czyli mamy jak nie tak dziękuję bardzo proszę więc no także lub do liczba ilość
    wynosi jako mam widzę ręce wynik wyniki następujące następujący głosowania w z których ze czego przyjęciem
    odpowiednio radnej posłów poseł posłanek posłanka senatorów""")
)
_QUESTION: Final = re.compile(
    r"kto(?: (?!kto|przeciw|wstrz)\w+){0,9}? (?P<za>za)\b(?! to\b)|kto(?: (?!kto|wstrz)\w+){0,5}? (?P<przeciw>przeciw(?:ko|ny)?)\b"
    r"|kto(?: (?!kto)\w+){0,5}? (?P<wstrz>wstrzym\w+|zatrzymał)\b|czy (?:ktoś|są|jest)(?: \w+){0,3}? (?P<p2>przeciw\w*)\b"
    r"|czy (?:ktoś|są|jest)(?: \w+){0,3}? (?P<w2>wstrzym\w+)\b"
)
_OBJECT_OF_CHOICE: Final = re.compile(
    r"(?:za|przeciw(?:ko)?) (?!#)(?:(?!kto |przeciw|wstrz|stwierdz|dziękuj|proszę|#)\S+ ){1,22}?(?:głosował[oaiy]?|był[oaiy]?|jest|są"
    r"|opowiedział[oaiy]? się|oddano|padło) (?=(?:głosów )?(?:#|nikt|wszyscy))"
    r"|(?:za|przeciw(?:ko)?) (?:(?:tej|temu|tą|tym|uchwale|uchwałą|wnioskowi|wnioskiem|poprawce|poprawką|projektowi|projektem"
    r"|przyjęciem|podjęciem|uchwały|wniosku|poprawki) )+(?=#)"
    r"|za kandydatur\w+ (?:(?!kto |przeciw|wstrz|#)\w+ ){1,4}(?=#)"
)
_NAMES: Final = re.compile(
    r"(?:to(?: jest| są| był| była| byli)?|czyli|mianowicie|w tym|głosował[ai]?|przeciw(?:ko)? (?:był|głosował)a?)"
    r"(?: \w+)? (?:pan\w* )?radn(?:y|a|i|ego|ej)\b"
)
_MEASURE: Final = re.compile(
    r"minut\w*|godzin\w*|dni|dnia|dzień|tygod\w+|miesi\w+|rok|roku|lat|lata|złot\w+|zł|groszy|tysięcy|procent|metr\w*"
    r"|sekund\w*|kwadrans\w*|kilometr\w*|ton\w*|hektar\w*|m2"
)
"""What is counted here is no vote: "za pięć minut", "za trzy godziny"."""
_GAP: Final = 7
_NAMES_GAP: Final = 14
_HANDS_GAP: Final = 25
_BEFORE_HANDS: Final = frozenset(
    word_list("dziękuję ręki ręce rękę rąk widzę przycisk naliczyłem naliczyłam mamy jest")
)
"""Said just before the count of raised hands: "kto jest za podjęciem uchwały, proszę o podniesienie ręki, dwanaście"."""
_AFTER_HANDS: Final = frozenset(word_list("dziękuję kto osób osoby głosów głosy radnych rąk"))
_NUMBERED_THINGS: Final = frozenset(word_list("druk druku numer nr punkt punktu z na do w o paragraf artykuł"))
_ONE_BY_NAME: Final = re.compile(
    r"(?: się| od głosu| głosował[ao]?| był[a]?| jest| to| tylko| jedynie)* (?:pani? )?radn[ya]\b"
    r"(?P<more>(?: \w+){1,3} i (?:pani? )?radn[ya]\b)?"
)
_MOST_LABELS: Final = 9
_FOR_CANDIDATE: Final = frozenset(word_list("na padło otrzymał otrzymała uzyskał uzyskała"))


@dataclass(frozen=True, slots=True)
class _Item:
    kind: Literal["label", "count", "unanimous", "question"]
    first: int
    last: int
    choice: Choice | None = None
    value: int | None = None  # of a count; -1 everybody, -2 the rest


@dataclass(slots=True)
class Tally:
    """Counts that were said in one go. `asked_ms`-like facts are the vote's; here only units [first, last)."""

    first: int
    last: int
    counts: dict[Choice, int] = field(default_factory=dict)
    unanimous: bool = False
    everybody: bool = False  # "wszyscy za"
    rest_in_favour: bool = False
    asked: bool = False  # the numbers answered "kto jest za?", one by one
    instrumental: bool = False  # "pięcioma głosami za": how opinions are told

    @property
    def says_something(self) -> bool:
        voiced = {"za", "przeciw", "wstrzymał się"} & set(self.counts)
        return bool(voiced) or self.unanimous or self.everybody


def find_tallies(speech: Speech) -> list[Tally]:
    """All runs of counts in order, whoever said them and whatever of: votes.py decides which are the council's."""
    found: list[Tally] = []
    for cluster in _clusters(speech, list(_items(speech))):
        tally = _read(speech, cluster)
        if tally is not None:
            found.append(tally)
    return found


# --- items -----------------------------------------------------------------------------------------------------------


def _items(speech: Speech) -> Iterator[_Item]:
    line, units = speech.line, speech.units
    questions = {speech.span(match)[0]: match for match in _QUESTION.finditer(line)}
    objects = {speech.span(match)[0]: speech.span(match)[1] for match in _OBJECT_OF_CHOICE.finditer(line)}
    at = 0
    while at < len(units):
        if at in questions:
            match = questions[at]
            last = speech.span(match)[1]
            # A question ends where the sentence does: its object says nothing of the count.
            yield _Item("question", at, max(last, _object_end(speech, last)), _asked(match))
            at = max(last, _object_end(speech, last))
            continue
        item = _item_at(speech, at, objects)
        if item is not None:
            yield item
        at = item.last if item else at + 1


def _object_end(speech: Speech, last: int) -> int:
    if not speech.punctuated or speech.units[last - 1].raw[-1:] in "?.!":
        return last
    end = speech.sentence_end(last - 1, 30)
    if any(unit.mark == "kto" for unit in speech.units[last:end]):
        return last
    return end if speech.units[end - 1].raw[-1:] == "?" else last


def _asked(match: re.Match[str]) -> Choice:
    if match["za"]:
        return "za"
    return "przeciw" if match["przeciw"] or match["p2"] else "wstrzymał się"


def _item_at(speech: Speech, at: int, objects: dict[int, int]) -> _Item | None:
    unit = speech.units[at]
    if unit.is_count:
        after = speech.units[at + 1].mark if at + 1 < len(speech.units) else ""
        if _MEASURE.fullmatch(after):
            return None
        return _Item("count", at, at + 1, value=unit.value) if unit.value is not None and unit.value < 1_000 else None
    if unit.mark == "głosowało" and _counts_all(speech, at):
        return _Item("label", at, at + 1, "obecni")
    if unit.mark in _UNANIMOUS:
        return _Item("unanimous", at, at + 1)
    if unit.mark in _NOBODY:
        return _Item("count", at, at + 1, value=0)
    if unit.mark in _EVERYBODY or unit.mark in _REST:
        return _Item("count", at, at + 1, value=-1 if unit.mark in _EVERYBODY else -2)
    position = speech.position(at)
    none = _NONE_AFTER.match(speech.line, position)
    if none:
        return _Item("count", at, speech.span(none)[1], value=0)
    for choice, pattern in _LABELS:
        match = pattern.match(speech.line, position)
        if match:
            last = speech.span(match)[1]
            end = objects.get(at, last)
            last = last if any(speech.units[i].starts for i in range(at + 1, end)) else end
            return _Item("label", at, last, choice)
    match = _ASR_ABSTAINED.match(speech.line, position)
    return _Item("label", at, speech.span(match)[1], "wstrzymał się") if match else None


def _counts_all(speech: Speech, at: int) -> bool:
    """ "Głosowało 14 radnych. Za było 12": how many took part, when no choice stands before it."""
    numbered = at + 1 < len(speech.units) and speech.units[at + 1].is_count
    before = speech.units[at - 1].mark if at else ""
    return numbered and (
        speech.units[at].starts or before in ("ogółem", "łącznie", "razem", "wstrzymał", "głosu", "wyniki", "wyników")
    )


# --- runs ------------------------------------------------------------------------------------------------------------


def _clusters(speech: Speech, items: list[_Item]) -> Iterator[list[_Item]]:
    run: list[_Item] = []
    for item in items:
        if run and not _joined(speech, run[-1], item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _joined(speech: Speech, before: _Item, after: _Item) -> bool:
    if speech.units[before.last - 1].turn != speech.units[after.first].turn:
        return False
    gap = speech.units[before.last : after.first]
    if after.kind == "question" and after.choice == "za":
        return False  # asked anew: what was counted before it was something else
    if len(gap) <= _GAP and all(unit.mark in _FILLERS for unit in gap):
        return True
    if before.kind == "question" and after.kind == "count" and len(gap) <= _HANDS_GAP and gap[-1].mark in _BEFORE_HANDS:
        return True
    if before.kind == "question" and _answers_hands(speech, gap, after):
        return True
    if len(gap) > _NAMES_GAP:
        return False
    names = _NAMES.match(speech.line, speech.position(before.last), speech.position(after.first))
    if names is None:
        return False
    rest = speech.units[speech.span(names)[1] : after.first]
    return not any(unit.mark.startswith(("stwierdz", "uchwał", "punkt", "dziękuj")) for unit in rest)


def _answers_hands(speech: Speech, gap: Sequence[Unit], after: _Item) -> bool:
    """Without full stops: "kto jest za przyjęciem protokołu czternaście dziękuję kto jest przeciw"."""
    if after.kind != "count" or not 0 < len(gap) <= _HANDS_GAP or gap[-1].mark in _NUMBERED_THINGS:
        return False
    if speech.punctuated and (not speech.units[after.first].comma or any(unit.starts for unit in gap)):
        return False
    following = speech.units[after.last].mark if after.last < len(speech.units) else ""
    return following in _AFTER_HANDS


# --- pairing ---------------------------------------------------------------------------------------------------------


def _read(speech: Speech, cluster: list[_Item]) -> Tally | None:
    cluster = _trimmed(speech, cluster)
    labels = [index for index, item in enumerate(cluster) if item.kind in ("label", "question")]
    unanimous = any(item.kind == "unanimous" for item in cluster)
    if not labels and not unanimous:
        return None
    if len(labels) > _MOST_LABELS:
        return None
    pairs = _best_pairs(speech, cluster, labels)
    tally = Tally(cluster[0].first, cluster[-1].last, unanimous=unanimous)
    used = [cluster[number] for number in pairs.values() if number is not None]
    for label, number in pairs.items():
        choice = cluster[label].choice
        if number is None and choice in ("przeciw", "wstrzymał się"):
            _count_by_name(speech, cluster[label], tally)
        if number is None or choice is None:
            continue
        value = cluster[number].value
        if value in (-1, -2):
            tally.everybody |= value == -1 and choice == "za"
            tally.rest_in_favour |= value == -2 and choice == "za"
        elif value is not None and choice == "za" and speech.units[cluster[label].first].mark in _FOR_CANDIDATE:
            tally.counts["za"] = max(value, tally.counts.get("za", 0))  # of several candidates, the one with most
        elif value is not None:
            tally.counts.setdefault(choice, value)
            tally.asked |= cluster[label].kind == "question"
    _share_nothing(speech, cluster, pairs, tally)
    paired = [cluster[label] for label, number in pairs.items() if number is not None]
    firm = [*used, *paired]
    firm += [i for i in cluster if i.kind == "unanimous" or (i.kind == "label" and i.choice in tally.counts)]
    if not firm:
        return None
    tally.first = min(item.first for item in firm)
    tally.last = max(item.last for item in firm)
    tally.instrumental = any(speech.units[i].mark == "głosami" for i in range(tally.first, tally.last))
    return tally if tally.says_something else None


def _count_by_name(speech: Speech, label: _Item, tally: Tally) -> None:
    """ "przeciw głosował radny Kozioł" counts one, "radny Kozioł i radna Gołąb" two."""
    match = _ONE_BY_NAME.match(speech.line, max(speech.position(label.last) - 1, 0))
    if match is None or label.kind != "label" or _roll_call(speech, label.last, speech.span(match)[1]):
        return
    if label.choice is not None:
        tally.counts.setdefault(label.choice, 2 if match["more"] else 1)


def _roll_call(speech: Speech, first: int, last: int) -> bool:
    """ "Przeciw. Radna Pik? Za.": the name is of the one who is asked next."""
    units = speech.units
    if any(unit.starts or unit.turn != units[first - 1].turn for unit in units[first:last]):
        return True
    following = [unit.mark for unit in units[last : last + 3]]
    return not speech.punctuated and any(mark in ("za", "przeciw", "wstrzymuję") for mark in following)


def _trimmed(speech: Speech, cluster: list[_Item]) -> list[_Item]:
    """Without "za" that is a preposition: one with no number and no word of voting beside it."""
    kept: list[_Item] = []
    for index, item in enumerate(cluster):
        if item.kind == "label" and item.choice == "za" and item.last - item.first == 1:
            number_after = index + 1 < len(cluster) and cluster[index + 1].kind == "count"
            number_before = index > 0 and cluster[index - 1].kind in ("count", "unanimous")
            if not (number_after or number_before):
                continue
        kept.append(item)
    return kept


def _best_pairs(speech: Speech, cluster: list[_Item], labels: list[int]) -> dict[int, int | None]:
    options: list[list[int | None]] = []
    for label in labels:
        choices: list[int | None] = [None]
        before, after = label - 1, label + 1
        if before >= 0 and cluster[before].kind == "count" and cluster[label].kind == "label":
            choices.append(before)
        if after < len(cluster) and cluster[after].kind == "count":
            choices.append(after)
        options.append(choices)
    numbers = [index for index, item in enumerate(cluster) if item.kind == "count"]
    best: tuple[float, tuple[int | None, ...]] | None = None
    for pairing in product(*options):
        used = [number for number in pairing if number is not None]
        if len(used) != len(set(used)):
            continue
        cost = sum(2.0 if cluster[n].value == 0 else 6.0 for n in numbers if n not in used)
        cost += sum(_pair_cost(speech, cluster, label, n) for label, n in zip(labels, pairing, strict=True))
        if best is None or cost < best[0]:
            best = (cost, pairing)
    return dict(zip(labels, best[1], strict=True)) if best else dict.fromkeys(labels)


def _pair_cost(speech: Speech, cluster: list[_Item], label: int, number: int | None) -> float:
    item = cluster[label]
    if number is None:
        return 2.0 if item.kind == "question" or item.choice in ("obecni", "nieważne") else 10.0
    left, right = (cluster[number], item) if number < label else (item, cluster[number])
    gap = speech.units[left.last : right.first]
    cost = 0.3 * len(gap)
    for unit in (*gap, speech.units[right.first]):
        cost += 3.0 if unit.starts and item.kind == "label" else 1.5 if unit.comma else 0.0
    if item.kind == "question" and cluster[number].value and number + 1 < len(cluster):
        following = cluster[number + 1]
        if following.kind == "label" and not any(
            unit.comma for unit in speech.units[left.last + 1 : following.first + 1]
        ):
            cost += 4.0  # "Kto się wstrzymał? Sześć głosów za": the number has its own choice
    return cost


def _share_nothing(speech: Speech, cluster: list[_Item], pairs: dict[int, int | None], tally: Tally) -> None:
    """ "nie było głosów przeciwnych ani wstrzymujących": the nothing of one choice goes for the next too."""
    labels = list(pairs)
    for before, after in pairwise(labels):
        number = pairs[before]
        choice = cluster[after].choice
        if number is None or pairs[after] is not None or cluster[number].value != 0 or choice is None:
            continue
        between = {unit.mark for unit in speech.units[cluster[before].last : cluster[after].first]}
        if between & {"ani", "i", "oraz", "lub", "czy"} and choice in ("przeciw", "wstrzymał się"):
            tally.counts.setdefault(choice, 0)
            tally.last = max(tally.last, cluster[after].last)
