"""Named vote lists of voting systems, as pages, printouts and tables: what is read out of them."""

from __future__ import annotations

import pytest

from council.errors import CouncilError
from transcripts.facts_import.agendas import read_agenda
from transcripts.facts_import.matching import HeardVote, differences, match_votes, present_of
from transcripts.facts_import.vote_lists import OfficialVote, read_vote_list

ESESJA = """Gmina Modrzewica
Wyniki głosowania imiennego w sprawie: podjęcia uchwały w sprawie zmian w budżecie gminy
na 2026 rok (druk nr 205)
ZA: 3, PRZECIW: 1, WSTRZYMUJĘ SIĘ: 0, BRAK GŁOSU: 0, NIEOBECNI: 1
Wyniki imienne:
ZA (3)
Jan Nowak, Anna Kowalska-Lis,
Piotr Zając
PRZECIW (1)
Marek Kozioł
NIEOBECNI (1)
Grażyna Lewandowska
Głosowano w sprawie:
przyjęcia protokołu z poprzedniej sesji.
Wyniki głosowania
ZA: 4, PRZECIW: 0, WSTRZYMUJĘ SIĘ: 0, BRAK GŁOSU: 0, NIEOBECNI: 1
"""
TABLE = """Głosowanie nr 3
Uchwała w sprawie stawki opłaty
Za: 2 Przeciw: 1 Wstrzymało się: 1 Nie głosowało: 1
Lp. Nazwisko i imię Głos
1. Nowak Jan  ZA
2. Kowalska Anna - PRZECIW
3. Zając Piotr\tWSTRZYMUJĘ SIĘ
4. Kozioł Marek | ZA
5. Lis Ewa : NIE GŁOSOWAŁA
Głosowanie nr 4
Głosowanie tajne w sprawie wyboru wiceprzewodniczącego
Za: 10
Przeciw: 6
Wstrzymało się: 0
1. Nowak Jan  ZA
"""


def test_groups_of_names_under_their_choice() -> None:
    budget, minutes = read_vote_list(ESESJA)
    assert budget.subject == "podjęcia uchwały w sprawie zmian w budżecie gminy na 2026 rok (druk nr 205)"
    assert (budget.in_favour, budget.against, budget.abstained, budget.not_voting, budget.absent) == (3, 1, 0, 0, 1)
    assert dict(budget.ballots) == {
        "Jan Nowak": "za", "Anna Kowalska-Lis": "za", "Piotr Zając": "za", "Marek Kozioł": "przeciw",
        "Grażyna Lewandowska": "nieobecny",
    }  # fmt: skip
    assert budget.consistent
    assert minutes.subject == "przyjęcia protokołu z poprzedniej sesji"
    assert minutes.ballots == ()


def test_names_one_a_line_and_a_secret_vote_without_names() -> None:
    rate, election = read_vote_list(TABLE)
    assert rate.subject == "stawki opłaty"
    assert dict(rate.ballots)["Lis Ewa"] == "nie głosował"
    assert dict(rate.ballots)["Zając Piotr"] == "wstrzymał się"
    assert present_of(rate) == 5
    assert (election.secret, election.in_favour, election.against) == (True, 10, 6)
    assert election.ballots == (), "whatever stands below a secret vote is not kept"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_table_of_people(delimiter: str) -> None:
    rows = [("Głosowanie", "Radny", "Głos"), ("Budżet", "Jan Nowak", "ZA"), ("Budżet", "Anna Lis", "PRZECIW"),
            ("Statut", "Jan Nowak", "WSTRZYMUJĘ SIĘ"), ("Statut", "Anna Lis", "NIEOBECNA")]  # fmt: skip
    budget, statute = read_vote_list("\ufeff" + "\r\n".join(delimiter.join(row) for row in rows))
    assert (budget.subject, budget.in_favour, budget.against, budget.abstained) == ("Budżet", 1, 1, 0)
    assert dict(statute.ballots) == {"Jan Nowak": "wstrzymał się", "Anna Lis": "nieobecny"}


def test_a_table_of_sums() -> None:
    (vote,) = read_vote_list("Temat;Za;Przeciw;Wstrzymało się\nBudżet;10;2;1\n")
    assert (vote.in_favour, vote.against, vote.abstained, vote.ballots) == (10, 2, 1, ())


def test_names_that_do_not_add_up_are_seen() -> None:
    (vote,) = read_vote_list("Głosowano w sprawie: budżetu\nZA: 2, PRZECIW: 0, WSTRZYMUJĘ SIĘ: 0\nZA (2)\nJan Nowak\n")
    assert not vote.consistent


@pytest.mark.parametrize(
    "text",
    ["", "Porządek obrad:\n1. Otwarcie", "za górami, za lasami: 7 krasnali", "Za: 5", "a;b;c\n1;2;3", '"' * 200_000,
     "ZA: " * 20_000, "Głosowano w sprawie " * 5_000, "Głosowanie;Radny;Głos\n" + ";" * 1000],
)  # fmt: skip
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(CouncilError, match="vote_list_unreadable"):
        read_vote_list(text)


def listed(
    subject: str, za: int, przeciw: int, wstrzymali: int, not_voting: int | None = 0, absent: int | None = None
) -> OfficialVote:
    return OfficialVote(subject, za, przeciw, wstrzymali, not_voting, absent, False, (), True)


def test_votes_are_matched_by_subject_and_numbers_in_order() -> None:
    official = [listed("przyjęcia protokołu z XXII sesji", 13, 0, 0), listed("zmian w budżecie gminy", 11, 2, 1),
                listed("nadania nazwy ulicy", 14, 0, 0)]  # fmt: skip
    heard = [HeardVote("Przyjęcie protokołu z poprzedniej sesji", (12, 0, 1)), HeardVote("O przerwę", (3, 9, 2)),
             HeardVote("Zmiany w budżecie gminy na 2026 rok", (11, 2, 1))]  # fmt: skip
    assert match_votes(official, heard) == {0: 0, 1: 2}


def test_differences_are_flagged() -> None:
    heard = HeardVote("budżet", (12, 2, 1), present=15)
    assert differences(listed("budżet", 11, 3, 1, absent=0), heard) == ["list_differs_from_speech"]
    assert differences(listed("budżet", 12, 2, 0, absent=1), heard) == [
        "list_differs_from_speech",
        "list_present_differs",
    ]
    assert differences(listed("budżet", 5, 1, 0, absent=9), None) == ["not_heard", "no_quorum"]
    assert differences(listed("budżet", 12, 2, 1, absent=0), heard) == []


def test_an_agenda_with_points_and_letters() -> None:
    text = (
        "PORZĄDEK OBRAD XXIII sesji\n1. Otwarcie sesji.\n2) Przyjęcie protokołu\n   z poprzedniej sesji;\n"
        "Ad 3. Podjęcie uchwał:\na) w sprawie budżetu,\nb) w sprawie statutu.\n4. Zamknięcie."
    )
    assert read_agenda(text) == [
        ("1", "Otwarcie sesji"), ("2", "Przyjęcie protokołu z poprzedniej sesji"), ("3", "Podjęcie uchwał:"),
        ("3a", "w sprawie budżetu"), ("3b", "w sprawie statutu"), ("4", "Zamknięcie"),
    ]  # fmt: skip
    roman = "PORZĄDEK OBRAD\nI. Otwarcie.\nII. Uchwały\n1) budżet,\n2) śmieci,\n3) drogi.\nIII. Zamknięcie.\n"
    assert [label for label, _ in read_agenda(roman)] == ["1", "2", "2.1", "2.2", "2.3", "3"]
    again = "Porządek obrad:\n1. Otwarcie.\n2. Uchwały\n1. budżet\n2. śmieci\n3. drogi\n3. Zamknięcie.\nObecni:\n1. Jan"
    assert [label for label, _ in read_agenda(again)] == ["1", "2", "2.1", "2.2", "2.3", "3"]
    for bad in ("", "Zapraszam na sesję.", "1. Jedno"):
        with pytest.raises(CouncilError, match="agenda_unreadable"):
            read_agenda(bad)


PRINTOUT = """Sesja Rady Miejskiej nr XXIII z dnia 26.03.2026
Głosowanie nr 5
Temat głosowania: Uchwała w sprawie zmian w budżecie gminy na 2026 rok
Typ głosowania: jawne imienne
Data głosowania: 26.03.2026 11:20:14
Wynik głosowania
Za 2 50,00%
Przeciw 1 25,00%
Wstrzymało się 1 25,00%
Nieobecnych 1
Lp. Nazwisko i imię Głos
1 Adamski Jan ZA
2 Bąk Anna PRZECIW
3 Cis-Nowak Ewa WSTRZYMAŁ SIĘ
4 Dąb Adam ZA
5 Fik Iza NIEOBECNA
Głosowanie nr 6
Temat głosowania: Wniosek o zamknięcie dyskusji
Za 4 100,00%
Przeciw 0 0,00%
"""


def test_a_printout_without_colons() -> None:
    budget, motion = read_vote_list(PRINTOUT)
    assert budget.subject == "Uchwała w sprawie zmian w budżecie gminy na 2026 rok"
    assert (budget.in_favour, budget.against, budget.abstained, budget.absent) == (2, 1, 1, 1)
    assert dict(budget.ballots)["Cis-Nowak Ewa"] == "wstrzymał się"
    assert budget.consistent
    assert (motion.subject, motion.in_favour, motion.against) == ("Wniosek o zamknięcie dyskusji", 4, 0)


def test_numbered_names_under_a_verb() -> None:
    (vote,) = read_vote_list(
        "Głosowanie nad podjęciem uchwały w sprawie pomocy finansowej\n"
        "Za: 2 Przeciw: 1 Wstrzymało się: 0 Nie głosowało: 1\n"
        "Za głosowali:\n1. Jan Adamski\n2. Piotr Cis\nPrzeciw głosowali:\n1. Anna Bąk\nNie głosowali:\n1. Ewa Dąb\n"
    )
    assert vote.ballots == (
        ("Anna Bąk", "przeciw"), ("Ewa Dąb", "nie głosował"), ("Jan Adamski", "za"), ("Piotr Cis", "za"),
    )  # fmt: skip
    assert vote.consistent


def test_a_table_of_councillors_by_votes() -> None:
    order, budget, *rest = read_vote_list(
        "Radny;Klub;Przyjęcie porządku obrad;Zmiany w budżecie;Wybór ławnika (tajne)\n"
        "Jan Adamski;Razem;za;przeciw;-\nAnna Bąk;Nasza Gmina;za;za;-\nPiotr Cis;;wstrzymał się;-;-\n"
    )
    assert (order.subject, order.in_favour, order.abstained) == ("Przyjęcie porządku obrad", 2, 1)
    assert (budget.in_favour, budget.against, budget.ballots) == (
        1, 1, (("Anna Bąk", "za"), ("Jan Adamski", "przeciw")),
    )  # fmt: skip
    assert rest == []
