"""Questions put to the vote, and the counts that answer them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from transcripts.facts.tallies import Tally
from transcripts.facts.text import Speech

_TRIGGER: Final = re.compile(
    r"\b(?:kto (?:(?!kto|przeciw|wstrz|zatrzym)\w+ ){0,9}?(?:jest |głosuje |opowiada się )?za\b(?! (?:to|ile|co|nami|tym (?:stoi|przemawia))\b)"
    r"|kto (?:\w+ ){0,4}?(?:popiera|poprze)\b|kto (?:\w+ ){0,4}?(?:jest )?przeciw\w*|kto (?:\w+ ){0,4}?(?:wstrzym\w+|zatrzymał\w*)|(?:przystępujemy|przechodzimy|przystąpimy|przejdziemy) (?:\w+ ){0,2}?do (?:\w+ )?głosowania"
    r"|(?:poddaję|poddajemy) (?:\S+ ){0,14}?pod głosowanie|pod głosowanie poddaj\w+|zarządzam głosowanie|otwieram głosowanie"
    r"|rozpoczynam(?:y)? głosowanie|głosujemy|proszę o (?:oddanie|oddawanie|podniesienie|naciśnięcie|przyciśnięcie) (?:\w+ ){0,2}?(?:głos\w+|ręk\w+|przycisk\w*)"
    r"|proszę (?:\w+ ){0,2}?głosować|proszę o (?:za|prze)?głosowanie|proszę o przegłosowanie|zamykam głosowanie"
    r"|(?:podaję|ogłaszam|odczytam|odczytuję|proszę (?:\w+ ){0,3}?o|wyświetl\w+) (?:\w+ ){0,2}?wynik\w*|wynik(?:i)? głosowania|głosowanie (?:jest )?zakończone"
    r"|(?:proszę o (?:\w+ )?uruchomienie|uruchamiam\w*|włączam\w*|proszę (?:\w+ )?(?:włączyć|uruchomić|otworzyć)) (?:\w+ ){0,2}?głosowani\w+|czas na głosowanie"
    r"|protok\w+ komisji skrutacyjnej|w @2 turze|oddano #\d+ (?:ważn\w+ )?(?:głos|kart)\w*|(?:mam|mamy|jest|są|znamy) (?:już )?wynik\w*|(?:system|tablica|ekran) (?:pokazuje|wskazuje|podaje|wyświetla)"
    r"|na (?:tablicy|ekranie) (?:mamy|widzę|jest|widać)|rozstrzyg(?:amy|nijmy|niemy)|(?:za|prze)głosuj(?:my|emy)|ręce (?:w górę|do góry)|ręka w górę|klik(?:amy|ać|ajcie)|naciskamy|głosowanie (?:trwa|w toku)|trwa głosowanie|wszyscy (?:już )?(?:od|za)?głosowali|z urny wyjęto|wyjęto z urny|w wyniku głosowania|w (?:\w+ )?głosowaniu tajnym|(?:wydano|rozdano|pobrano|wydaliśmy|rozdaliśmy|wydała|rozdała) (?:\w+ )?#\d+ kart|w urnie (?:było|znalazło się|znaleziono|jest)|w głosowaniu (?:\w+ ){0,3}?(?:udział|wzięło|za\b)|czy (?:\w+ ){0,4}?(?:jest|są) przeciw\w*)"
)
_BY_SCRUTINEERS: Final = ("w ", "wyda", "rozda", "pobrano", "oddano", "protok", "z urny", "wyjęto")
"""What those who count secret votes say themselves."""


@dataclass(slots=True)
class Counted:
    """A count taken for the council's, before it is made a vote."""

    tally: Tally
    called: int  # unit where the question was put
    corrected: bool = False


def triggers(speech: Speech, chairs: frozenset[int] | None) -> list[int]:
    places = []
    for match in speech.find_all(_TRIGGER):
        at = speech.index_at(match.start())
        if chairs is not None and speech.units[at].turn not in chairs and not match[0].startswith(_BY_SCRUTINEERS):
            continue
        lead = speech.marks(speech.sentence_start(at, 4), at)
        if re.search(r"(?:^| )(?:zanim|kiedy|gdy|jeśli|dlaczego|nie|będziemy|wtedy|potem)(?: \w+)?$", lead):
            continue
        places.append(at)
    return places


def first_of_group(since: list[int]) -> int:
    """The first question of the last row of questions: earlier ones belong to what was broken off."""
    first = since[-1]
    for at in reversed(since[:-1]):
        if first - at > 60:
            break
        first = at
    return first
