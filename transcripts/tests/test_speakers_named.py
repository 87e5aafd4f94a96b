"""Who speaks, by what the chair says: people of the council by any form of their names, and nobody when in doubt."""

from __future__ import annotations

import pytest

from transcripts.facts import Utterance
from transcripts.speakers.naming import name_voices
from transcripts.speakers.roster import Member, member, who_is_meant

RADA = "Rada Gminy Lipowa"
ROSTER = (
    member(1, "Stanisław Bieniek", [("przewodniczący", RADA)]),
    member(2, "Ewa Sroka", [("wiceprzewodnicząca", RADA)]),
    member(3, "Krzysztof Zając", [("", RADA), ("przewodniczący", "Komisja Budżetu")]),
    member(4, "Danuta Gołąb", [("", RADA)]),
    member(5, "Ewa Świderska-Lis", [("", RADA)]),
    member(6, "Jan Kowalski", [("", RADA)]),
    member(7, "Anna Kowalska", [("", RADA)]),
    member(8, "Piotr Nowak", [("", RADA)]),
    member(9, "Paweł Nowak", [("", RADA)]),
    member(10, "Halina Pstrągowska", [("wójt", RADA)]),
    member(11, "Renata Wójtowicz", [("skarbnik gminy", RADA)]),
    member(12, "Marek Kozioł", [("", RADA)]),
)
BY_NAME = {one.name: one for one in ROSTER}
OPENING = ("CHAIR", "Otwieram obrady dwudziestej trzeciej sesji rady gminy, stwierdzam prawomocność obrad.")
LONG = "Szanowni państwo, ta droga jest dziurawa od wielu lat i trzeba ją naprawić."


def named(*turns: tuple[str, str], roster: tuple[Member, ...] = ROSTER, lower: bool = False) -> dict[str, str]:
    """Voice -> name of those that got one."""
    said, at_ms = [], 0
    for label, words in turns:
        spoken = "".join(char for char in words.lower() if char not in ".,?!") if lower else words
        said.append(Utterance(at_ms, at_ms + 400 * len(words.split()), spoken, label, ()))
        at_ms += 400 * len(words.split())
    return {label: voice.member.name for label, voice in name_voices(said, roster).items() if voice.member}


@pytest.mark.parametrize("lower", [False, True], ids=["written", "bare words"])
@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("Udzielam głosu panu radnemu Zającowi.", "Krzysztof Zając"),
        ("Głos ma radna Gołąb.", "Danuta Gołąb"),
        ("Głos ma pan radny Krzysztof Zając, proszę.", "Krzysztof Zając"),
        ("Oddaję głos pani wójt.", "Halina Pstrągowska"),
        ("Panie wójcie, pani wójt, bardzo proszę.", "Halina Pstrągowska"),
        ("Proszę, pani skarbnik.", "Renata Wójtowicz"),
        ("Proszę panią skarbnik o przedstawienie projektu.", "Renata Wójtowicz"),
        ("Zgłosił się radny Marek Kozioł, udzielam głosu.", "Marek Kozioł"),
        ("Radny Kozioł, proszę.", "Marek Kozioł"),
        ("Proszę bardzo, radna Świderska-Lis.", "Ewa Świderska-Lis"),
        ("Udzielam głosu radnej Ewie Świderskiej-Lis.", "Ewa Świderska-Lis"),
        ("Udzielam głosu radnej Świderskiej Lis.", "Ewa Świderska-Lis"),
        ("Głos ma radna Kowalska.", "Anna Kowalska"),
        ("Udzielam głosu radnemu Kowalskiemu.", "Jan Kowalski"),
        ("Udzielam głosu radnemu Piotrowi Nowakowi.", "Piotr Nowak"),
        ("Zapraszam panią radną Danutę Gołąb.", "Danuta Gołąb"),
        ("Dobrze, oddaję głos panu Koziołowi.", "Marek Kozioł"),
    ],
)
def test_the_chair_names_who_speaks_next(formula: str, name: str, lower: bool) -> None:
    assert named(OPENING, ("A", LONG), ("CHAIR", f"Dziękuję. {formula}"), ("B", LONG), lower=lower).get("B") == name


@pytest.mark.parametrize(
    "formula",
    [
        "Udzielam głosu radnemu Nowakowi.",  # two of that name
        "Udzielam głosu radnemu Wiśniewskiemu.",  # not of this council
        "Udzielam głosu radnej Zając.",  # there is no woman of that name
        "Udzielam głosu radnemu Janowi Koziołowi.",  # another first name
        "Proszę o spokój na sali.",
        "Proszę państwa radnych o oddanie głosów.",
        "Głos ma przewodniczący komisji.",  # which one is not said
        "Poproszę o opinię Komisji Budżetu i Finansów.",
        "Zgadzam się z radnym Zającem, przechodzimy dalej.",
        "Przeciw głosował radny Kozioł.",
        "Pani przewodnicząca, panie przewodniczący, proszę.",
    ],
)
def test_in_doubt_it_is_nobody(formula: str) -> None:
    assert "B" not in named(OPENING, ("A", LONG), ("CHAIR", f"Dziękuję. {formula}"), ("B", LONG))


def test_thanks_name_who_spoke_before() -> None:
    turns = (OPENING, ("B", LONG), ("CHAIR", "Dziękuję bardzo panu radnemu Zającowi. Przechodzimy dalej."), ("C", LONG))
    assert named(*turns) == {"CHAIR": "Stanisław Bieniek", "B": "Krzysztof Zając"}
    assert named(OPENING, ("B", LONG), ("CHAIR", "Dziękuję panu radnemu."), ("C", LONG)).get("B") is None


def test_only_the_chair_gives_the_floor() -> None:
    turns = (OPENING, ("A", f"{LONG} Głos ma radna Gołąb."), ("B", LONG), ("CHAIR", "Przystępujemy do głosowania."))
    assert "B" not in named(*turns)


def test_signals_that_disagree_name_nobody() -> None:
    call = "Dziękuję. Głos ma radny {}."
    turns = [
        OPENING, ("CHAIR", call.format("Zając")), ("B", LONG), ("CHAIR", call.format("Kozioł")), ("B", LONG),
    ]  # fmt: skip
    assert "B" not in named(*turns)
    more = [("CHAIR", call.format("Zając")), ("B", LONG)] * 3
    assert named(*turns, *more)["B"] == "Krzysztof Zając", "one slip among many calls does not count"


def test_a_call_after_which_the_chair_goes_on_names_nobody() -> None:
    long_after = "Głos ma radny Zając. " + "Najpierw jednak przypominam o zasadach dyskusji na tej sali. " * 5
    assert "B" not in named(OPENING, ("A", LONG), ("CHAIR", long_after), ("B", LONG))


def test_a_voice_from_the_hall_is_not_the_one_called() -> None:
    turns = (OPENING, ("A", LONG), ("CHAIR", "Głos ma radny Zając."), ("B", "Tak jest."), ("CHAIR", "Proszę."))
    assert "B" not in named(*turns)


def test_who_presides_hands_over_to_an_office() -> None:
    turns = (
        ("CHAIR", "Rozpoczynamy obrady dwudziestej sesji rady gminy."), ("A", LONG),
        ("CHAIR", "Zabieram głos jako radny, więc przekazuję prowadzenie pani wiceprzewodniczącej."),
        ("B", f"Dziękuję, przejmuję prowadzenie. {LONG}"),
    )  # fmt: skip
    assert named(*turns) == {"CHAIR": "Stanisław Bieniek", "B": "Ewa Sroka"}


def test_an_address_alone_names_who_answers_it_twice() -> None:
    asked = (("CHAIR", "Jest pytanie o drogę. Pani skarbnik?"), ("B", LONG))
    assert "B" not in named(OPENING, ("A", LONG), *asked), "anybody may answer once"
    assert named(OPENING, ("A", LONG), *asked, *asked)["B"] == "Renata Wójtowicz"
    whether = (("CHAIR", "Czy jest na sali radny Zając?"), ("B", LONG))
    assert "B" not in named(OPENING, ("A", LONG), *whether, *whether)


def test_somebody_who_says_their_name_is_named() -> None:
    zenon = member(20, "Zenon Dudek", [("sołtys", "Sołectwo Kamionka")])
    roster = (*ROSTER, zenon)
    turns = (OPENING, ("A", LONG), ("CHAIR", "Proszę."), ("B", f"Dzień dobry, Zenon Dudek, sołtys Kamionki. {LONG}"))
    assert named(*turns, roster=roster)["B"] == "Zenon Dudek"
    told = (OPENING, ("A", LONG), ("CHAIR", "Proszę."), ("B", f"Dzień dobry, nazywam się Zenon Dudek. {LONG}"))
    assert named(*told, roster=roster)["B"] == "Zenon Dudek"


def test_a_deputy_who_stands_in_is_not_taken_for_the_chair() -> None:
    opening = ("CHAIR", "Pod nieobecność przewodniczącego otwieram obrady dwudziestej sesji rady gminy.")
    assert named(opening, ("B", LONG)) == {}


def test_without_people_or_voices_nothing_is_named() -> None:
    assert named(OPENING, ("B", LONG), roster=()) == {}
    assert named(("", OPENING[1]), ("", LONG)) == {}
    assert named() == {}


def test_titles_are_the_function_or_the_seat() -> None:
    titles = [one.title for one in ROSTER]
    assert titles[0] == "Przewodniczący Stanisław Bieniek"
    assert titles[2] == "Radny Krzysztof Zając", "chairing a committee is not chairing the council"
    assert titles[3] == "Radna Danuta Gołąb"
    assert titles[10] == "Skarbnik gminy Renata Wójtowicz"
    assert member(99, "Jan Obcy").title == "Jan Obcy"


@pytest.mark.parametrize("form", ["Zając", "Zająca", "Zającowi", "Zającem", "Zającu", "zając"])
def test_every_case_form_is_the_same_person(form: str) -> None:
    assert who_is_meant(ROSTER, [form]) is BY_NAME["Krzysztof Zając"]


@pytest.mark.parametrize("words", [[""], ["\x00"], ["-"], ["–"], ["🙂"], ["a" * 5_000], ["\ud800"], ["Nowak"] * 50])
def test_odd_names_mean_nobody(words: list[str]) -> None:
    assert who_is_meant(ROSTER, words) is None
