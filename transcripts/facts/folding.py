"""Words of the formulae set right: without Polish letters ("wstrzymal sie"), or with one letter misheard ("punkd").

Only what is no Polish word is set right by its sound, and only by one letter: what was really said is never changed
into something else that could have been said.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from speech.engine.reading.dictionary import readings
from transcripts.facts.numbers import NUMBER_WORDS, number_at, word_list

_PLAIN: Final = str.maketrans("ąćęłńóśźż", "acelnoszz")
_FORMULAE: Final = word_list("""
    się głosów głos głosy głosu głosowało głosował głosowała głosowali głosujemy głosować głosowanie głosowania
    wstrzymał wstrzymała wstrzymało wstrzymali wstrzymujący wstrzymujących wstrzymujące wstrzymująca jednogłośnie
    jednomyślnie uchwała uchwały uchwałę uchwał podjęta podjęto podjęcie podjęcia podjęliśmy przyjęta przyjęty
    przyjęte przyjęto przyjęcie przyjęciem przyjęcia podjęciem został została zostało łamane dziękuję proszę porządek
    porządku ogłaszam przystępujemy przejdźmy poddaję większością większość większości nieważny
    padło otrzymała wzięło udział nieważnych obecność skład składu złożyć złożymy zdjęcie zdjęciem udzieleniem
    unieważniam wniosków różne zapytań
""")
_OTHER_FORMULAE: Final = word_list("""
    przeciw przeciwko przeciwny przeciwne przeciwnych punkt punktu punkcie przechodzimy przejdziemy kolejny następny
    podpunkt litera otwieram zamykam wznawiam sesję sesji obrady obrad stwierdzam radnych radny radna radni osób osoba
    osoby obecnych obecny kworum quorum wniosek wniosku poprawka poprawkę poprawki odrzucona odrzucony upadła upadł
    przeszła przeszedł protokół protokołu interpelacje interpelację zapytania zapytanie wolne wnioski nikt jest ustawowy
    ustawowym komisja komisji tajne tajnym kart oddano wydano nieważne uzyskała reasumpcji reasumpcję powtarzamy
    padło otrzymał otrzymała uzyskał wzięło udział uczestniczy bierze stawiło uczestniczyło zalogowanych połączonych
    głosowaniu zarządzam stanowisko apel przyjętej przewodniczący przewodnicząca ogłaszam przerwy przerwę numer
""")
_FOLDED: Final = {
    word.translate(_PLAIN): word
    for word in (*NUMBER_WORDS, *_FORMULAE)
    if not word.isascii() and word.translate(_PLAIN) not in {*NUMBER_WORDS, "piec", "uchwale"}
}
""" "Piec" is an oven, "uchwale" stands in "przeciw uchwale"."""
_MISHEARD: Final = {"drug": "druk", "drugu": "druku", "drugiem": "drukiem"}
"""Words of the formulae that recognisers take for another: "druk numer pięć" for "drug numer pięć"."""
_SHORTEST: Final = 5
_LONGEST: Final = 24
_MENDED: Final = sorted(word for word in {*_FORMULAE, *_OTHER_FORMULAE, *NUMBER_WORDS} if len(word) >= _SHORTEST)


def unfolded(word: str) -> str:
    """The word with its Polish letters, when it is one of the formulae's; else the word itself."""
    return _FOLDED.get(word.lower(), word) if word.isascii() and word.isalpha() else word


def mended(word: str) -> str:
    """The word of a formula that `word`, which is no Polish word, differs from by one letter; else the word itself."""
    misheard = _MISHEARD.get(word.lower())
    if misheard:
        return misheard
    if not (word.isalpha() and _SHORTEST - 1 <= len(word) <= _LONGEST):
        return word
    return _nearest(word.lower()) or word


@lru_cache(maxsize=16_384)
def _nearest(lower: str) -> str:
    if lower in _KNOWN or readings(lower) or readings(lower.capitalize()):
        return ""
    near = [found for found, _, _ in process.extract(lower, _MENDED, scorer=OSA.distance, score_cutoff=1, limit=6)]
    values = {number.value if number else None for number in (number_at([found], 0) for found in near)}
    return near[0] if len(values) == 1 else ""


_KNOWN: Final = frozenset(_MENDED)
