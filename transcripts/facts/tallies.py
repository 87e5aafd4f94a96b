"""Counts of votes out of speech: "za głosowało jedenastu, przeciw dwoje", "13 za, 0 przeciw", "nikt nie był przeciw".

A tally is a run of choices (za, przeciw, wstrzymał się) and numbers with nothing but small words between them. Which
number belongs to which choice is not told by order alone: all pairings of neighbours are weighed and the one that
leaves least unexplained wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from transcripts.facts.numbers import word_list
from transcripts.facts.presence import Presence
from transcripts.facts.tally_items import Choice, Item, items_of
from transcripts.facts.text import Speech, Unit

_FILLERS: Final = frozenset(
    word_list("""głosów głosy głos głosami głosach głosie głosu głosem zagłosowało zagłosował zagłosowała zagłosowali głosowało głosował głosowała głosowali głosowały głosuje
    radnych radni radny radna radnego radnej radnymi osób osoby osoba osobami osobę pań panów posłów było był była byli
    były jest są się od oddano padło to a i oraz natomiast zaś ani też również przy przez opowiedziało opowiedziała
    opowiedział państwa państwo tylko na czyli mamy jak nie tak dziękuję bardzo proszę więc no także lub do liczba ilość
    wynosi jako mam widzę ręce wynik wyniki następujące następujący głosowania w z których ze czego przyjęciem
    odpowiednio radnej posłów poseł posłanek posłanka senatorów rąk ręka karty karta kart nas góry górę górze rączka""")
)
_NAMES: Final = re.compile(
    r"(?:to(?: jest| są| był| była| byli)?|czyli|mianowicie|w tym|głosował[ai]?|przeciw(?:ko)? (?:był|głosował)a?)"
    r"(?: \w+)? (?:pan\w* )?radn(?:y|a|i|ego|ej)\b"
)
_GAP: Final = 7
_NAMES_GAP: Final = 14
_HANDS_GAP: Final = 25
_BEFORE_HANDS: Final = frozenset(
    word_list("dziękuję ręki ręce rękę rąk widzę przycisk naliczyłem naliczyłam mamy jest")
)
"""Said just before the count of raised hands: "kto jest za podjęciem uchwały, proszę o podniesienie ręki, dwanaście"."""
_AFTER_HANDS: Final = frozenset(word_list("dziękuję kto osób osoby głosów głosy radnych rąk przeciw"))
_NUMBERED_THINGS: Final = frozenset(word_list("druk druku numer nr punkt punktu z na do w o paragraf artykuł"))
_ONE_BY_NAME: Final = re.compile(
    r"(?: się| od głosu| głosował[ao]?| był[a]?| jest| to| tylko| jedynie)* (?:(?:pani? )?radn[ya]|(?P<called>pani?))\b"
    r"(?P<more>(?: \w+){1,3} i (?:(?:pani? )?radn[ya]|pani?)\b)?"
)
_MOST_LABELS: Final = 9
_TOO_MANY: Final = 5.0
_TOO_FEW: Final = 1.0
_GOT: Final = frozenset(word_list("otrzymał otrzymała uzyskał uzyskała"))
_FOR_CANDIDATE: Final = frozenset(word_list("na padło otrzymał otrzymała uzyskał uzyskała"))


@dataclass(slots=True)
class Tally:
    """Counts that were said in one go. `asked_ms`-like facts are the vote's; here only units [first, last)."""

    first: int
    last: int
    answered: int = 0  # unit of the first number
    counts: dict[Choice, int] = field(default_factory=dict)
    unanimous: bool = False
    everybody: bool = False  # "wszyscy za"
    rest_in_favour: bool = False
    asked: bool = False  # the numbers answered "kto jest za?", one by one
    candidates: list[tuple[int, int, int]] = field(default_factory=list)  # units with the name, votes
    instrumental: bool = False  # "pięcioma głosami za": how opinions are told

    @property
    def says_something(self) -> bool:
        voiced = {"za", "przeciw", "wstrzymał się"} & set(self.counts)
        return bool(voiced) or self.unanimous or self.everybody


def find_tallies(speech: Speech, presence: Presence) -> list[Tally]:
    """All runs of counts in order, whoever said them and whatever of: votes.py decides which are the council's."""
    found: list[Tally] = []
    for cluster in _clusters(speech, items_of(speech)):
        tally = _read(speech, cluster, presence.at(cluster[0].first))
        if tally is not None:
            found.append(tally)
    return found


# --- runs ------------------------------------------------------------------------------------------------------------


def _clusters(speech: Speech, items: list[Item]) -> Iterator[list[Item]]:
    run: list[Item] = []
    for item in items:
        if run and not _joined(speech, run[-1], item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _joined(speech: Speech, before: Item, after: Item) -> bool:
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
    if before.kind == "label" and after.kind == "count" and _names_only(gap):
        return True
    if before.kind == "count" and _next_candidate(speech, gap, after):
        return True
    if len(gap) > _NAMES_GAP:
        return False
    names = _NAMES.match(speech.line, speech.position(before.last), speech.position(after.first))
    if names is None:
        return False
    rest = speech.units[speech.span(names)[1] : after.first]
    return not any(unit.mark.startswith(("stwierdz", "uchwał", "punkt", "dziękuj")) for unit in rest)


def _names_only(gap: Sequence[Unit]) -> bool:
    """ "Przeciw Czesław Pokora, to jeden"."""
    named = [unit for unit in gap if unit.mark not in _FILLERS]
    return len(gap) <= _GAP and all(unit.raw[:1].isupper() and not unit.starts for unit in named)


def _next_candidate(speech: Speech, gap: Sequence[Unit], after: Item) -> bool:
    """ "... otrzymał siedem głosów, kandydatka Nina Kłos otrzymała sześć"."""
    got = after.kind == "label" and after.choice == "za" and speech.units[after.first].mark in _GOT
    return got and len(gap) <= _GAP and not any(unit.mark.startswith(("stwierdz", "tur", "wobec")) for unit in gap)


def _answers_hands(speech: Speech, gap: Sequence[Unit], after: Item) -> bool:
    """Without full stops: "kto jest za przyjęciem protokołu czternaście dziękuję kto jest przeciw"."""
    if after.kind != "count" or not 0 < len(gap) <= _HANDS_GAP or gap[-1].mark in _NUMBERED_THINGS:
        return False
    if speech.punctuated and (not speech.units[after.first].comma or any(unit.starts for unit in gap)):
        return False
    following = speech.units[after.last].mark if after.last < len(speech.units) else ""
    return following in _AFTER_HANDS


# --- pairing ---------------------------------------------------------------------------------------------------------


def _read(speech: Speech, cluster: list[Item], present: int | None) -> Tally | None:
    cluster = _trimmed(speech, cluster)
    labels = [index for index, item in enumerate(cluster) if item.kind in ("label", "question")]
    unanimous = any(item.kind == "unanimous" for item in cluster)
    if not labels and not unanimous:
        return None
    if len(labels) > _MOST_LABELS:
        return None
    pairs = _best_pairs(speech, cluster, labels, present)
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
        elif value is not None and choice == "za" and _of_candidate(speech, cluster[label]):
            tally.counts["za"] = max(value, tally.counts.get("za", 0))  # of several candidates, the one with most
            tally.candidates.append((*_place_of_name(speech, cluster[label]), value))
        elif value is not None:
            tally.counts.setdefault(choice, value)
            tally.asked |= cluster[label].kind == "question"
            also = cluster[label].also
            if also is not None and value == 0:
                tally.counts.setdefault(also, 0)
    paired = [cluster[label] for label, number in pairs.items() if number is not None]
    firm = [*used, *paired]
    firm += [i for i in cluster if i.kind == "unanimous" or (i.kind == "label" and i.choice in tally.counts)]
    if not firm:
        return None
    tally.first = min(item.first for item in firm)
    tally.answered = min((item.first for item in used), default=tally.first)
    tally.last = max(item.last for item in firm)
    tally.instrumental = any(speech.units[i].mark == "głosami" for i in range(tally.first, tally.last))
    return tally if tally.says_something else None


def _of_candidate(speech: Speech, label: Item) -> bool:
    """ "na pana Mazura padło", "otrzymał": not "na tak", "na nie"."""
    return speech.units[label.first].mark in _FOR_CANDIDATE and speech.units[label.last - 1].mark not in ("tak", "nie")


def _place_of_name(speech: Speech, label: Item) -> tuple[int, int]:
    """Units with the candidate's name: within "na pana Mazura padło", before "kandydat Jan Mazur otrzymał"."""
    if label.last - label.first > 2:
        return label.first, label.last
    return max(speech.sentence_start(label.first, 6), label.first - 6), label.first


def _count_by_name(speech: Speech, label: Item, tally: Tally) -> None:
    """ "przeciw głosował radny Kozioł" counts one, "radny Kozioł i radna Gołąb" two."""
    match = _ONE_BY_NAME.match(speech.line, max(speech.position(label.last) - 1, 0))
    if match is None or label.kind != "label" or _roll_call(speech, label.last, speech.span(match)[1]):
        return
    if match["called"]:
        named = speech.span(match, "called")[1]
        if named >= len(speech.units) or not speech.units[named].raw[:1].isupper():
            return  # "przeciw, pani wójt": somebody addressed
    if label.choice is not None:
        tally.counts.setdefault(label.choice, 2 if match["more"] else 1)


def _roll_call(speech: Speech, first: int, last: int) -> bool:
    """ "Przeciw. Radna Pik? Za.": the name is of the one who is asked next."""
    units = speech.units
    if any(unit.starts or unit.turn != units[first - 1].turn for unit in units[first:last]):
        return True
    following = [unit.mark for unit in units[last : last + 3]]
    return not speech.punctuated and any(mark in ("za", "przeciw", "wstrzymuję") for mark in following)


def _trimmed(speech: Speech, cluster: list[Item]) -> list[Item]:
    """Without "za" that is a preposition: one with no number and no word of voting beside it; and without the choices
    called out before they are counted ("za, przeciw, wstrzymujące?")."""
    called = [item.choice for item in cluster[:3] if item.kind == "label"]
    if called == ["za", "przeciw", "wstrzymał się"] and any(item.choice == "przeciw" for item in cluster[3:]):
        cluster = cluster[3:]
    kept: list[Item] = []
    for index, item in enumerate(cluster):
        if item.kind == "label" and item.choice == "za" and item.last - item.first == 1:
            number_after = index + 1 < len(cluster) and cluster[index + 1].kind == "count"
            number_before = index > 0 and cluster[index - 1].kind in ("count", "unanimous")
            if not (number_after or number_before):
                continue
        kept.append(item)
    return kept


def _best_pairs(speech: Speech, cluster: list[Item], labels: list[int], present: int | None) -> dict[int, int | None]:
    options: list[list[int | None]] = []
    for label in labels:
        choices: list[int | None] = [None]
        before, after = label - 1, label + 1
        named = _of_candidate(speech, cluster[label])
        if before >= 0 and cluster[before].kind == "count" and cluster[label].kind == "label" and not named:
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
        cost += _sum_cost(speech, cluster, labels, pairing, present)
        if best is None or cost < best[0]:
            best = (cost, pairing)
    return dict(zip(labels, best[1], strict=True)) if best else dict.fromkeys(labels)


def _bound_to_next(speech: Speech, cluster: list[Item], number: int) -> bool:
    """ "dziewięć głosów za": the number belongs to the choice that follows."""
    if number + 1 >= len(cluster) or cluster[number + 1].kind != "label":
        return False
    gap = speech.units[cluster[number].last : cluster[number + 1].first]
    return (
        len(gap) == 1
        and gap[0].mark in ("głosów", "głosy", "głos")
        and not speech.units[cluster[number + 1].first].comma
    )


def _sum_cost(
    speech: Speech, cluster: list[Item], labels: list[int], pairing: tuple[int | None, ...], present: int | None
) -> float:
    """Votes add up to those who took part, and never to more; void ones of a secret vote are among them."""
    pairs = [(cluster[label], cluster[n].value or 0) for label, n in zip(labels, pairing, strict=True) if n is not None]
    told = {item.choice: value for item, value in pairs}
    void = sum(value for item, value in pairs if speech.units[item.first].mark.startswith("nieważn"))
    taking_part = told.get("obecni") or present
    voted = [max(told.get(choice, 0), 0) for choice in ("za", "przeciw", "wstrzymał się")] + [void]
    if taking_part is None or sum(choice in told for choice in ("za", "przeciw", "wstrzymał się")) < 2:
        return 0.0
    return _TOO_MANY if sum(voted) > taking_part else 0.0 if sum(voted) == taking_part else _TOO_FEW


def _pair_cost(speech: Speech, cluster: list[Item], label: int, number: int | None) -> float:
    item = cluster[label]
    if number is None:
        if item.kind == "question" or item.choice in ("obecni", "nieważne"):
            return 2.0
        if any(other.choice == item.choice for other in (*cluster[:label], *cluster[label + 1 :])):
            # the question once more: "się wstrzymał, siedem głosów za, dwa wstrzymujące"
            return 4.0 if any(other.kind == "label" for other in cluster[:label]) else 4.5
        return 7.0 if label == len(cluster) - 1 else 10.0  # the last may belong to what is said next
    left, right = (cluster[number], item) if number < label else (item, cluster[number])
    gap = speech.units[left.last : right.first]
    cost = 0.3 * len(gap)
    for unit in (*gap, speech.units[right.first]):
        cost += 3.0 if unit.starts and item.kind == "label" else 1.5 if unit.comma else 0.0
    if number > label and item.kind == "label" and _bound_to_next(speech, cluster, number):
        cost += 4.0
    if item.kind == "question" and cluster[number].value and number + 1 < len(cluster):
        following = cluster[number + 1]
        if following.kind == "label" and not any(
            unit.comma for unit in speech.units[left.last + 1 : following.first + 1]
        ):
            own = number + 2 >= len(cluster) or cluster[number + 2].value != 0
            cost += 7.0 if own else 1.0  # "Kto się wstrzymał? Sześć głosów za": the number has its own choice
    return cost
