"""Why a question is not answered, and how that is said.

Some questions must not be answered whatever the recordings hold: how one person voted in a secret ballot (art. 14 of
the act on municipal self-government makes votes open by name, secret ones only where an act says so), who a complainant
or another private person is, whom to hold for right or good. Others have no answer in what was said.
"""

from __future__ import annotations

import re
from typing import Final

from transcripts.lexemes import fold

NO_EVIDENCE: Final = "no_evidence"
SECRET_VOTE: Final = "secret_vote"  # noqa: S105 - a reason, no password
NOT_BY_NAME: Final = "not_by_name"
PRIVATE_PERSON: Final = "private_person"
JUDGEMENT: Final = "judgement"

SENTENCES: Final = {
    NO_EVIDENCE: "Brak podstaw w nagraniach tej rady",
    SECRET_VOTE: "Głosowanie było tajne, dlatego nie podaje się, jak kto głosował. Można zapytać o jego łączny wynik.",
    NOT_BY_NAME: (
        "Brak podstaw w nagraniach tej rady: nie powiedziano, jak głosowała ta osoba. Imienny wykaz głosowania "
        "publikuje urząd."
    ),
    PRIVATE_PERSON: (
        "Asystent nie odpowiada na pytania o osoby prywatne, ich zdrowie, adresy i dane, ani o to, kto złożył skargę."
    ),
    JUDGEMENT: ("Asystent nie ocenia osób ani tego, kto ma rację. Może pokazać, co kto powiedział i jak zagłosowano."),
}
"""What people read, by reason."""

_PEOPLE: Final = r"(?:radn|burmistrz|wójt|starost|prezydent|polity|przewodnicząc|sołtys|skarbni)\w*"
_BEST: Final = r"naj(?:lepsz|gorsz|mądrzejsz|głupsz|ładniejsz|uczciwsz|leniwsz)\w*"
_BAD: Final = r"(?:głup|mądr|uczciw|nieuczciw|leniw|skorumpowan|kompetentn|niekompetentn)\w*"
_JUDGES: Final = re.compile(
    fold(
        r"\b(?:kto|czy|która? ze stron)\b.{0,60}\b(?:ma|miał|miała|mają|mieli) (?:tu |tutaj )?(?:rację|słuszność)"
        r"|\bczyja (?:jest )?racja|\bpo czyjej stronie (?:jest|leży|była) (?:racja|słuszność)"
        r"|\bkto (?:tu |tutaj )?kłamie\b"
        r"|\bczy\b.{0,40}\b(?:to|była?|jest) (?:dobr|zł|słuszn|mądr|głupi?)\w* (?:decyzj|uchwał|pomysł)\w*"
        r"|\bkto (?:lepiej|gorzej|najlepiej|najgorzej) (?:rządz|pracu|przemawia|argument|mówi|wypad)\w*"
        rf"|\b{_BEST} (?:\w+ ){{0,2}}{_PEOPLE}|\b{_PEOPLE} (?:\w+ ){{0,4}}{_BEST}"
        rf"|\bczy\b.{{0,60}}\b(?:kłamie|kłamał\w*|jest {_BAD}|(?:to|jest) (?:dobr|zł|kiepsk)\w* {_PEOPLE})"
        r"|\b(?:oceń|co sądzisz|jak oceniasz|co myślisz|kogo wybrać|na kogo (?:mam )?(?:za)?głosować)\b"
    )
)
_COMPLAINANT: Final = r"(?:mieszka|skarż|wnioskodaw|petent|sąsiad|zgłaszając|autora)"
_PRIVATE: Final = re.compile(
    fold(
        r"\bgdzie mieszka(?:ją)?\b|\bz kim mieszka\b|\b(?:pesel|stan zdrowia|wyznanie|orientacj\w+)\b"
        r"|\bna co (?:choruje|(?:za)?chorował\w*|jest chor\w+|zmarł\w*|leczy się)\b"
        r"|\bczy\b.{0,40}\b(?:choruje|jest chor[aey]|jest w ciąży)\b"
        r"|\bjak(?:i|im) (?:jest |ma )?(?:prywatn\w+ )?(?:adres|numer telefonu|telefon|mail|e-mail)\b"
        r"(?!.{0,30}\b(?:urzędu|biura|rady|strony)\b)"
        r"|\bkto (?:złożył|napisał|wniósł|podpisał|jest autorem)a? (?:\w+ )?(?:skarg|petycj|donos|anonim)"
        r"|\bkto (?:się )?(?:po)?skarży|\bkto (?:doniósł|donosi)\b|\bczyja (?:to |jest |była )?skarga"
        r"|\bjak (?:się )?(?:nazywa|zwie)\w* (?:się )?(?:\w+ ){0,2}(?:mieszkan|skarż|petent|sąsiad|pacjent)"
        r"|\bkim jest (?:mieszk|skarż|wniosk|petent|autor skargi)"
        rf"|\b(?:nazwisko|imię|dane|adres) (?:\w+ )?{_COMPLAINANT}|\bkto (?:dostaje|pobiera|dostał) zasiłek"
    )
)


def refused_outright(question: str) -> str:
    """The reason for which `question` is not answered whatever was said, or ""."""
    if _PRIVATE.search(fold(question)):
        return PRIVATE_PERSON
    if _JUDGES.search(fold(question)):
        return JUDGEMENT
    return ""


def sentence(reason: str) -> str:
    """What people read for a reason; the plain refusal for one that has no sentence of its own."""
    return SENTENCES.get(reason, SENTENCES[NO_EVIDENCE])


def reason_of(answer: str) -> str:
    """The reason behind a refusal's sentence, as it was kept; "" for any other text."""
    return next((reason for reason, told in SENTENCES.items() if told == answer), "")
