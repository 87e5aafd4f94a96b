"""Who speaks, by what the chair says: people of the council by any form of their names, and nobody when in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speakers import measure
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
    member(13, "Tomasz Bury", [("komendant gminny policji", RADA)]),
    member(14, "Jolanta Lipa", [("dyrektorka szkoły", RADA)]),
    member(15, "Zofia Polna", [("dyrektorka przedszkola", RADA)]),
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
        ("Teraz radny Kozioł.", "Marek Kozioł"),
        ("Radny Kozioł pierwszy.", "Marek Kozioł"),
        ("Radny Kozioł raz jeszcze.", "Marek Kozioł"),
        ("Pani radna Gołąb, słuchamy.", "Danuta Gołąb"),
        ("Ad vocem radna Gołąb.", "Danuta Gołąb"),
        ("Radna Gołąb, ad vocem.", "Danuta Gołąb"),
        ("Pan radny Zając, zapraszam.", "Krzysztof Zając"),
        ("Widzę zgłoszenie pana radnego Zająca.", "Krzysztof Zając"),
        ("Zgłasza się radna Gołąb.", "Danuta Gołąb"),
        ("Jako następna zgłosiła się radna Kowalska.", "Anna Kowalska"),
        ("Radny Kozioł prosił o głos.", "Marek Kozioł"),
        ("Radna Gołąb w trybie sprostowania.", "Danuta Gołąb"),
        ("Referuje skarbnik gminy, pani Renata Wójtowicz.", "Renata Wójtowicz"),
        ("Projekt przedstawi pani skarbnik.", "Renata Wójtowicz"),
        ("Odpowie pani wójt.", "Halina Pstrągowska"),
        ("Pani wójt odpowie na pytania.", "Halina Pstrągowska"),
        ("Prosimy o wypowiedź panią skarbnik.", "Renata Wójtowicz"),
        ("Marek Kozioł, bardzo proszę.", "Marek Kozioł"),
        ("Proszę przewodniczącego komisji budżetu o opinię.", "Krzysztof Zając"),
        ("Przewodniczący Komisji Budżetowej, proszę.", "Krzysztof Zając"),
        ("Opinię przedstawi przewodniczący komisji budżetu, radny Zając.", "Krzysztof Zając"),
        ("Zapraszam pana komendanta.", "Tomasz Bury"),
        ("Głos ma dyrektor Lipa.", "Jolanta Lipa"),
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
        "Głos ma przewodniczący komisji rewizyjnej.",  # nobody on the roster chairs it
        "Zapraszam panią dyrektor.",  # two of them
        "Głosował jeszcze radny Kozioł, ale system nie zapisał jego głosu i trzeba to powtórzyć.",
        "Czy radny Zając chce zabrać głos w tej sprawie, czy przechodzimy do kolejnego punktu obrad?",
        "Panie radny, proszę.",
        "Radny Kozioł wyszedł.",
        "Radna Gołąb nieobecna.",
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


def test_a_deputy_who_stands_in_is_the_only_deputy_or_nobody() -> None:
    opening = ("CHAIR", "Pod nieobecność przewodniczącego otwieram obrady dwudziestej sesji rady gminy.")
    assert named(opening, ("B", LONG)) == {"CHAIR": "Ewa Sroka"}
    two = (*ROSTER, member(30, "Adam Lipka", [("wiceprzewodniczący", RADA)]))
    assert named(opening, ("B", LONG), roster=two) == {}


def test_a_committee_is_opened_by_its_own_chair() -> None:
    committee = ("CHAIR", "Otwieram posiedzenie Komisji Budżetu i Finansów, witam państwa.")
    assert named(committee, ("B", LONG)) == {"CHAIR": "Krzysztof Zając"}
    other = ("CHAIR", "Otwieram posiedzenie Komisji Rewizyjnej, witam państwa.")
    assert named(other, ("B", LONG)) == {}, "the council's chair does not chair that committee"


def test_who_answers_questions_put_to_an_office_is_named_after_the_second() -> None:
    asked = (("B", f"{LONG} Pani wójt, kiedy?"), ("C", LONG))
    assert "C" not in named(OPENING, *asked)
    assert named(OPENING, *asked, *asked)["C"] == "Halina Pstrągowska"
    inquiry = (("B", "Mam pytanie do pani skarbnik o dochody."), ("C", LONG))
    assert named(OPENING, *inquiry, *inquiry)["C"] == "Renata Wójtowicz"
    called = (("CHAIR", "Pani skarbnik, proszę."), ("C", LONG))
    assert named(OPENING, *called, *called, *asked)["C"] == "Renata Wójtowicz", "the chair's word weighs more"


def test_a_name_that_only_questions_give_is_not_given_to_two_voices() -> None:
    asked = (("B", f"{LONG} Pani wójt, kiedy?"), ("C", LONG), ("B", f"{LONG} Pani wójt, ile?"), ("D", LONG))
    called = (("CHAIR", "Oddaję głos pani wójt."), ("E", LONG))
    found = named(OPENING, *asked, *asked, *called)
    assert found == {"CHAIR": "Stanisław Bieniek", "E": "Halina Pstrągowska"}


def test_votes_by_name_tell_voices_after_the_second() -> None:
    votes = (("CHAIR", "Radna Gołąb?"), ("B", "Za."), ("CHAIR", "Radny Kozioł?"), ("C", "Wstrzymuję się."))
    assert named(OPENING, *votes) == {"CHAIR": "Stanisław Bieniek"}
    assert named(OPENING, *votes, *votes)["B"] == "Danuta Gołąb"
    assert named(OPENING, *votes, *votes)["C"] == "Marek Kozioł"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Dzień dobry, nazywam się Kozioł, mam pytanie.", "Marek Kozioł"),
        ("Radny Marek Kozioł, szanowni państwo, mam pytanie.", "Marek Kozioł"),
        ("Dzień dobry, z tej strony radna Gołąb.", "Danuta Gołąb"),
        ("Ja jako skarbnik muszę państwa ostrzec przed tym wydatkiem.", "Renata Wójtowicz"),
        ("Nazywam się Nowak i mam pytanie.", ""),  # two of that name
        ("Radny Marek Kozioł powiedział dzisiaj nieprawdę.", ""),  # of somebody else
        ("Jestem za, bo radna Gołąb ma rację.", ""),
        ("Ja jako radny nie mogę się na to zgodzić.", ""),
        ("Tu Marek Kozioł pisał w piśmie, że drogi nie będzie.", ""),
    ],
)
def test_what_speakers_say_of_themselves(words: str, name: str) -> None:
    assert named(OPENING, ("A", LONG), ("CHAIR", "Proszę."), ("B", words)).get("B", "") == name


SCRIPTS = Path(__file__).parent / "speaker_meetings"


@pytest.mark.parametrize(("script", "least"), [("grabowiec", 0.9), ("komisja", 0.9), ("miasto_noc", 0.8)])
def test_whole_meetings_are_named_without_a_wrong_name(script: str, least: float) -> None:
    measured = measure(SCRIPTS / f"{script}.txt", wrong=0.0)
    assert measured["wrong"] == 0
    assert float(measured["right"]) >= least


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
