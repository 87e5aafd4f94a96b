"""Commitments: who said they would do what, and by when. Proposals, waiting and memories are not commitments."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Final

from speech.engine.reading.dictionary import readings
from transcripts.facts.chair import is_councillor
from transcripts.facts.dates import Term, find_terms
from transcripts.facts.names import person_of
from transcripts.facts.numbers import word_list
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundPromise, Span

_PLANS: Final = re.compile(
    r"\b(?:przewiduj(?:ę|emy)|planuj(?:ę|emy)|zakład(?:am|amy)|zobowiązuj(?:ę|emy) się|obiecuj(?:ę|emy)|deklaruj(?:ę|emy)|gwarantuj(?:ę|emy)|postaram(?:y)? się"
    r"|(?:ma|mają|mam|mamy|chcemy|chcę|zamierzam|zamierzamy|musimy|muszę) (?:\w+ ){0,3}?\w{2,}ć\b|(?:będzie|będą) (?:\w+ ){0,2}?(?:gotow|czynn|otwart|dostępn)\w+|(?:zostanie|zostaną|będzie|będą) (?:\w+ ){0,2}?\w+(?:an|on|ęt|yt|ut)[aeyio]\b|(?:ruszy|ruszą|rozpoczni\w+|zakończ(?:y|ą|ymy)|powstanie|otworzymy))\b"
)
_NOT_A_PROMISE: Final = re.compile(
    r"\b(?:(?:jeżeli|jeśli)(?! chodzi)|grozi|nadziej\w+|być może|nie zostan\w+|ustaw(?:a|y|ie|ę|ą)|przepis\w*|wówczas|czekamy|czekam|proponuj\w+|chciał\w+|chcieli\w+|gdyby|jeśli byśmy|czy|kiedy|dlaczego|ile|obiecał\w*|mówił\w*|powinien|powinna|powinno|powinni|należy|proszę"
    r"|apeluj\w+|wniosku\w+|przypominam|nie będziemy|nie planuj\w+|miał\w* być|zobaczymy|sesję planuj\w+|nie (?:zrobimy|zrobię|będzie))\b"
)
_PROCEDURE: Final = re.compile(
    r"\b(?:przejdziemy|przystąpimy|zaczniemy|rozpoczniemy|powiem|powiemy|przypomnę|dodam|zapytam|spróbuję|pozwolę|zagłosuj\w+|przegłosujemy|wrócimy|rozważ\w+|zobacz\w+"
    r"|poproszę|oddam|przedstawię|przeczytam|odczytam|zacznę|skończę|zrobimy (?:przerwę|chwilę)|zdążę|poddam|udzielę|ogłoszę przerwę|ogłaszam przerwę|przekażę głos|będę głosował\w*|poprę)\b"
)
_SOLEMN: Final = re.compile(r"\b(?:zobowiązuj\w+ się|obiecuj\w+|deklaruj\w+|gwarantuj\w+)\b")
_BY_OTHERS: Final = re.compile(
    r"\b(?:protokolant\w*|pani sekretarz|pan sekretarz|biuro rady|urząd|gmina|wójt|burmistrz|referat\w*|wydział|pracownicy) (?:\w+ ){0,2}?(?P<verb>\w+)"
)
_AMOUNT: Final = re.compile(r"(?P<n>#\d{3,12})(?= (?:złotych|złote|zł|tysięcy))")
_CORRECTS: Final = re.compile(
    r"\b(?:przepraszam|poprawiam się|poprawka|poprawię|koryguję|korekta|sprostowanie|prostuję|pomyłka|pomyliłem się|pomyliłam się"
    r"|źle (?:powiedział\w+|podał\w+|odczytał\w+|przeczytał\w+)|przejęzyczył\w+|to znaczy|a właściwie)\b"
)
_CORRECTED_AMOUNT: Final = re.compile(r"(?P<n>#\d{3,12})(?! (?:roku|r)\b)(?P<unit> (?:złot\w+|zł))?")
_CORRECTED_WITHIN: Final = 2  # sentences after the amount
_MOST_WORDS: Final = 45
_WORDS_BEFORE: Final = 10
_WORDS_AFTER: Final = 8
_SHORTEST_VERB: Final = 5  # letters: shorter ones are often something else
_NO_DEED: Final = frozenset(
    word_list("""wejdzie wejdą upłynie upłyną minie miną wygaśnie wygasną odbędzie odbędą skończy zdarzy przypadnie spotkamy
    pozostanie zostanie zostaną wyniesie wyniosą wynosi spadnie wzrośnie potrwa potrwają""")
)
"""Verbs of what comes of itself, in the third person."""


def find_promises(speech: Speech, held_on: date | None) -> list[FoundPromise]:
    found: list[FoundPromise] = []
    at = 0
    while at < len(speech.units):
        end = speech.sentence_end(at, _MOST_WORDS)
        found += _in_sentence(speech, at, end, held_on)
        at = end
    return found


def _in_sentence(speech: Speech, first: int, last: int, held_on: date | None) -> list[FoundPromise]:
    if speech.units[last - 1].raw.endswith("?"):
        return []
    found = []
    for start, end in (
        _clauses(speech, first, last, held_on) if speech.punctuated else _around_terms(speech, first, last, held_on)
    ):
        marks = speech.marks(start, end)
        if _NOT_A_PROMISE.search(marks) or (_PROCEDURE.search(marks) and not _SOLEMN.search(marks)):
            continue
        terms = find_terms(speech, start, end, held_on)
        verb = _verb(speech, start, end)
        planned = _PLANS.search(marks) is not None
        ahead = [t for t in terms if _ahead(speech, t, held_on)]
        corrected = speech.find(_CORRECTS, start, end)
        after = [t for t in ahead if corrected and speech.position(t.first) > corrected.start()]
        term = next(iter(after or ahead), None)
        by_others = _by_others(marks)
        councillor = is_councillor(speech.units[start].speaker)
        deed = term is not None and not councillor and _deed(speech, start, end)
        if not ((term and (verb or planned or deed)) or by_others):
            continue
        if councillor and not verb:
            continue  # a councillor tells what others plan
        found.append(_promise(speech, (start, end), term, by_others))
    return found


def _corrected_amount(speech: Speech, after: int) -> tuple[int, int] | None:
    """The amount of the next sentences of the same turn, when they correct what was just said; and where they end."""
    at = after
    for _ in range(_CORRECTED_WITHIN):
        if at >= len(speech.units) or speech.units[at].turn != speech.units[after - 1].turn:
            return None
        end = speech.sentence_end(at, _MOST_WORDS)
        correction = speech.find(_CORRECTS, at, end)
        if correction:
            start = speech.index_at(correction.start())
            return _amount_after(speech, start, min(speech.turn_end(start), start + 20))
        at = end
    return None


def _corrected_within(speech: Speech, first: int, last: int) -> tuple[int, int] | None:
    """The same said in one sentence: "za sto tysięcy złotych, przepraszam, sto dwadzieścia"."""
    correction = speech.find(_CORRECTS, first, last)
    found = _amount_after(speech, speech.index_at(correction.start()), last) if correction else None
    return (found[0], last) if found else None


def _amount_after(speech: Speech, first: int, last: int) -> tuple[int, int] | None:
    for match in speech.find_all(_CORRECTED_AMOUNT, first, last):
        value = int(match["n"][1:])
        if match["unit"] or (value >= 1_000 and not 1_990 <= value < 2_100):
            return value, speech.span(match)[1]
    return None


def _clauses(speech: Speech, first: int, last: int, held_on: date | None) -> list[tuple[int, int]]:
    """Parts of a sentence between "a", "natomiast", "i" after a comma: each may promise something of its own. So may
    the parts around two terms with a comma between them."""
    cuts = [first]
    terms = find_terms(speech, first, last, held_on)
    for before, after in pairwise(terms):
        if not speech.find(_CORRECTS, before.last, after.first):
            cuts += [at for at in range(before.last, after.first) if speech.units[at].comma][:1]
    for at in range(first + 3, last - 2):
        unit = speech.units[at]
        if unit.mark in ("a", "natomiast", "ale", "zaś") and (unit.comma or not speech.punctuated):
            cuts.append(at)
    cuts = sorted(set(cuts))
    return list(zip(cuts, [*cuts[1:], last], strict=True))


_CUT: Final = re.compile(
    r"\b(?:czy|kto|kiedy|dlaczego|dziękuję|proszę|punkt|przechodzimy|głosujemy|otwieram|zamykam|pani|pan|radn[ya]|ja|szanowni|natomiast|ale|poza)\b"
)
"""Where words have no full stops: what stands beyond these is said of something else, or by somebody else."""


def _around_terms(speech: Speech, first: int, last: int, held_on: date | None) -> list[tuple[int, int]]:
    """Where no sentences are marked: some words on both sides of each term, none of which are another's."""
    said = find_terms(speech, first, last, held_on)
    taken_back = {id(one) for one, two in pairwise(said) if speech.find(_CORRECTS, one.last, two.first)}
    terms = [term for term in said if id(term) not in taken_back]
    places = []
    for at, term in enumerate(terms):
        start = max(term.first - _WORDS_BEFORE, first, terms[at - 1].last if at else 0)
        end = min(term.last + _WORDS_AFTER, last)
        if at + 1 < len(terms):  # what stands nearer to the next term is said of that one
            end = min(end, (term.last + terms[at + 1].first) // 2 + 1)
        for cut in speech.find_all(_CUT, start, term.first):
            start = speech.index_at(cut.start()) + 1
        stop = speech.find(_CUT, term.last, end)
        end = speech.index_at(stop.start()) if stop else end
        places += [(s, e) for s, e in _clauses(speech, start, end, held_on) if s <= term.first < e]
    return places


def _ahead(speech: Speech, term: Term, held_on: date | None) -> bool:
    before = speech.marks(max(term.first - 1, 0), term.first)
    if before in ("od", "z", "dnia"):
        return False
    said = speech.marks(term.first, term.last)
    if said.startswith(("od ", "dnia ")):
        return False
    return term.last_day is None or held_on is None or term.last_day >= held_on


def _verb(speech: Speech, first: int, last: int) -> bool:
    """A perfective verb in the first person: "złożymy", "odpowiem"; such a present is a future in Polish."""
    for unit in speech.units[first:last]:
        if unit.value is not None or not unit.mark.endswith(("my", "ę", "em", "am")):
            continue
        if any(tag.startswith("fin") and ":pri:perf" in tag for _, tag, _ in readings(unit.mark)):
            return True
    return bool(re.search(r"\b(?:będę|będziemy) (?:\w+ ){0,2}?\w+(?:ć|li|ły|ł|ła)\b", speech.marks(first, last)))


def _deed(speech: Speech, first: int, last: int) -> bool:
    """A perfective verb in the third person: "parkomaty staną do stycznia", "wykonawca wróci w maju"."""
    for unit in speech.units[first:last]:
        if unit.value is not None or unit.mark in _NO_DEED or len(unit.mark) < _SHORTEST_VERB:
            continue
        found = readings(unit.mark)
        if found and all(tag.startswith("fin") and ":ter:perf" in tag for _, tag, _ in found):
            return True
    return False


def _by_others(marks: str) -> bool:
    match = _BY_OTHERS.search(marks)
    if match is None:
        return False
    return any(tag.startswith("fin") and ":ter:perf" in tag for _, tag, _ in readings(match["verb"]))


def _promise(speech: Speech, clause: tuple[int, int], term: Term | None, by_others: bool) -> FoundPromise:
    first, last = clause
    words = re.sub(
        r"^(?:a|ale|natomiast|i|no|więc|dobrze|tak),? ", "", speech.raw(first, last).strip(" ,;"), flags=re.I
    )
    amounts = [int(match["n"][1:]) for match in speech.find_all(_AMOUNT, first, last)]
    corrected = (_corrected_within(speech, first, last) or _corrected_amount(speech, last)) if amounts else None
    if corrected is not None:
        amounts, last = [corrected[0]], corrected[1]
    speaker = speech.units[first].speaker
    who = person_of(speaker) or speaker
    if by_others:
        match = _BY_OTHERS.search(speech.marks(first, last))
        who = match[0].split()[0] if match else who
    due_text = speech.raw(term.first, term.last).strip(" .,;") if term else ""
    return FoundPromise(
        who=who, what=words[:1].upper() + words[1:].rstrip("."), due=term.iso if term else "", due_text=due_text,
        amount=amounts[-1] if amounts else None,
        span=Span(speech.units[first].start_ms, speech.units[last - 1].end_ms, speech.raw(first, last), first, last),
    )  # fmt: skip
