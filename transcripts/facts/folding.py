"""Words of the formulae written without Polish letters ("wstrzymal sie", "piec glosow"), as in hasty transcripts."""

from __future__ import annotations

from typing import Final

from transcripts.facts.numbers import NUMBER_WORDS, word_list

_PLAIN: Final = str.maketrans("ąćęłńóśźż", "acelnoszz")
_FORMULAE: Final = word_list("""
    się głosów głos głosy głosu głosowało głosował głosowała głosowali głosujemy głosować głosowanie głosowania
    wstrzymał wstrzymała wstrzymało wstrzymali wstrzymujący wstrzymujących wstrzymujące wstrzymująca jednogłośnie
    jednomyślnie uchwała uchwały uchwałę uchwał podjęta podjęto podjęcie podjęcia podjęliśmy przyjęta przyjęty
    przyjęte przyjęto przyjęcie przyjęciem przyjęcia podjęciem został została zostało łamane dziękuję proszę porządek
    porządku ogłaszam przystępujemy przejdźmy poddaję większością większość większości nieważny
    nieważnych obecność skład składu złożyć złożymy zdjęcie zdjęciem udzieleniem
    unieważniam wniosków różne zapytań
""")
_FOLDED: Final = {
    word.translate(_PLAIN): word
    for word in (*NUMBER_WORDS, *_FORMULAE)
    if not word.isascii() and word.translate(_PLAIN) not in {*NUMBER_WORDS, "piec"}  # an oven
}


def unfolded(word: str) -> str:
    """The word with its Polish letters, when it is one of the formulae's; else the word itself."""
    return _FOLDED.get(word.lower(), word) if word.isascii() and word.isalpha() else word
