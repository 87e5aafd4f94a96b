"""Named vote lists of voting systems (eSesja and its like) as votes: out of the text of HTML and PDF, or out of CSV.

The lists differ in look and agree in words: what was voted on, then "ZA: 20, PRZECIW: 0, WSTRZYMUJĘ SIĘ: 0, BRAK GŁOSU: 0,
NIEOBECNI: 1", then the names, either in groups under their choice or one a line with the choice beside it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from council.errors import CouncilError

IN_FAVOUR, AGAINST, ABSTAINED, NOT_VOTING, ABSENT = "za", "przeciw", "wstrzymał się", "nie głosował", "nieobecny"
MOST_VOTES: Final = 1_000
_MOST_PEOPLE: Final = 200  # councils have up to 45 members, the Sejm's 460 are none of ours
_SUBJECT_CHARS: Final = 500
_NAME_CHARS: Final = 200

_CHOICE: Final = (
    r"(?P<za>za)|(?P<pr>przeciw(?:ko)?)|(?P<ws>wstrzym\w+(?:\s+(?:się|sie))?(?:\s+od\s+głosu)?)"
    r"|(?P<nb>nieobecn\w+)|(?P<bg>brak\s+głosu|brak\s+głosów|nie\s*(?:głosowa[łl]\w*|odda[łl]\w*(?:\s+głosu)?|wzi[ąę][łl]\w*\s+udziału)|nieoddan\w+(?:\s+głosy)?)"
)
_GROUPS: Final = {"za": IN_FAVOUR, "pr": AGAINST, "ws": ABSTAINED, "nb": ABSENT, "bg": NOT_VOTING}
_TOTAL: Final = re.compile(
    rf"(?<!\w)(?:głos\w*\s+)?(?:{_CHOICE})(?:\s+głosów)?\s*(?::|-|–|=|\()\s*(?P<n>\d{{1,3}})\b\)?", re.I
)
_TOTAL_LINE: Final = re.compile(
    rf"^\s*(?:{_CHOICE})(?:\s+głosów)?\s+(?P<n>\d{{1,3}})\s*(?:$|\(?\s*\d{{1,3}}(?:[.,]\d+)?\s*%|głos)", re.I
)
""" "Za 11 73,33%": a line of its own, without a colon."""
_GROUP_HEAD: Final = re.compile(
    rf"^\s*(?:głos\w*\s+)?(?:{_CHOICE})(?:\s+(?:za)?głosowal[io]|\s+byli)?\s*(?::|\(\s*\d{{1,3}}\s*\)\s*:?|-\s*\d{{1,3}}\s*:?)?\s*$",
    re.I,
)
_GROUP_LINE: Final = re.compile(rf"^\s*(?:{_CHOICE})\s*(?:\(\s*\d{{1,3}}\s*\))?\s*:\s*(?P<names>[^\d].*)$", re.I)
_PERSON_LINE: Final = re.compile(
    rf"^\s*(?:\d{{1,3}}[.)]?\s*)?(?P<name>[^\W\d_][^\d:;|]{{3,80}}?)\s*(?:[-–—:;|\t]|\s{{2,}})\s*(?:{_CHOICE})\s*$",
    re.I,
)
_PERSON_IN_TABLE: Final = re.compile(
    rf"^\s*(?P<row>\d{{1,3}}[.)]?\s+)?(?P<name>[^\W\d_][^\d:;|]{{3,80}}?)\s+(?P<choice>{_CHOICE})\s*$", re.I
)
""" "12 Kowalska Anna WSTRZYMAŁ SIĘ": a row of a printed table, its number before it or its choice in capitals."""
_TOPIC: Final = re.compile(r"\b(?:temat|przedmiot|tytuł|treść)(?:\s+głosowania)?\s*:\s*(?P<subject>\S.*)", re.I | re.S)
_SUBJECT: Final = re.compile(
    r"(?:głosow\w+(?:\s+imienn\w+)?|głosowano|wniosek)\s+(?:\w+\s+){0,3}?(?:w\s+sprawie|nad)\s*:?\s*(?P<subject>.*)",
    re.I | re.S,
)
_HEADING: Final = re.compile(
    r"^\s*(?:wyniki?\s+głosowania(?:\s+imienn\w+)?|głosowano\b|głosowanie\s+(?:nr|imienne|jawne|tajne|w\s+sprawie))",
    re.I,
)
_NOISE: Final = re.compile(
    r"^\s*(?:wyniki?\s+(?:głosowania|imienne)\s*:?|wyniki?|głosy|lp\.?|nazwisko.*|imię.*|strona\s+\d+.*|data\s+głosowania.*|"
    r"typ\s+głosowania.*|większość.*|kworum.*|quorum.*|wygenerowano.*|przeprowadzono.*|głosowanie\s+(?:jawne|imienne|tajne).*)\s*$", re.I
)  # fmt: skip
_AFTER_SUBJECT: Final = re.compile(
    r"\bwyniki?\s+(?:głosowania|imienne)\b|\bgłosowanie\s+(?:jawne|tajne)\b|\b(?:typ|rodzaj|data(?: i godzina)?|czas)(?:\s+głosowania)?\s*:"
    r"|\b(?:uprawnionych|obecnych|większość)\b.{0,25}:", re.I
)  # fmt: skip
_SECRET: Final = re.compile(r"\btajn(?:e|ego|ym)\b", re.I)
_NAME: Final = re.compile(r"^[^\W\d_][\w'’.\-]*(?:[ \-][^\W\d_][\w'’.\-]*){1,4}$")


@dataclass(frozen=True, slots=True)
class OfficialVote:
    """One vote as the office recorded it. Counts not given are None; `ballots` are (name, choice), none of a secret vote.

    `absent` are not part of the vote. `consistent`: the names add up to the counts (or there are no names).
    """

    subject: str
    in_favour: int | None
    against: int | None
    abstained: int | None
    not_voting: int | None
    absent: int | None
    secret: bool
    ballots: tuple[tuple[str, str], ...]
    consistent: bool


def read_vote_list(text: str) -> tuple[OfficialVote, ...]:
    """Votes in the order of the list.

    Raises:
        CouncilError: "vote_list_unreadable" when there is none in it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    votes = _from_csv(text) or _from_lines(lines)
    if not votes or len(votes) > MOST_VOTES:
        raise CouncilError("vote_list_unreadable")
    return tuple(votes)


# --- text ------------------------------------------------------------------------------------------------------------


def _from_lines(lines: list[str]) -> list[OfficialVote]:
    """Each run of totals (ZA and PRZECIW at least) makes a vote: its subject stands before it, its names after it."""
    totals = _runs_of_totals(lines)
    votes = []
    for index, (first, last, counts) in enumerate(totals):
        before = totals[index - 1][1] + 1 if index else 0
        until = totals[index + 1][0] if index + 1 < len(totals) else len(lines)
        start = _heading_before(lines, before, first)
        end = _heading_before(lines, last + 1, until) if index + 1 < len(totals) else until
        secret = any(_SECRET.search(line) for line in lines[start : last + 1])
        ballots = {} if secret else _ballots(lines[last + 1 : end])
        votes.append(
            _vote(_subject(lines[start : first + (not _TOTAL_LINE.match(lines[first]))]), counts, secret, ballots)
        )
    return votes


def _runs_of_totals(lines: list[str]) -> list[tuple[int, int, dict[str, int]]]:
    """First line, last line and counts of each place where the sums stand, on one line or one below the other."""
    runs: list[tuple[int, int, dict[str, int]]] = []
    for number, line in enumerate(lines):
        found = {_choice(match): int(match["n"]) for match in _TOTAL.finditer(line)}
        if not found and (alone := _TOTAL_LINE.match(line)):
            found = {_choice(alone): int(alone["n"])}
        if not found:
            continue
        if runs and number - runs[-1][1] <= 1 and not found.keys() & runs[-1][2].keys():
            runs[-1] = (runs[-1][0], number, {**runs[-1][2], **found})
        else:
            runs.append((number, number, found))
    return [run for run in runs if IN_FAVOUR in run[2] and AGAINST in run[2]]


def _heading_before(lines: list[str], first: int, last: int) -> int:
    """Where the block that ends before line `last` begins: at its heading; without one, three lines up."""
    for number in range(first, last):
        if _HEADING.match(lines[number]) and not re.match(
            r"^\s*wyniki?\s+(?:głosowania|imienne)\s*:?\s*$", lines[number], re.I
        ):
            return number
    return max(first, last - 3) if last < len(lines) or first == 0 else last


def _subject(lines: list[str]) -> str:
    text = " ".join(lines)
    match = _TOPIC.search(text) or _SUBJECT.search(text)
    told = match["subject"] if match else " ".join(line for line in lines[:-1] if not _NOISE.match(line))
    told = _AFTER_SUBJECT.split(told)[0]
    if total := _TOTAL.search(told):
        told = told[: total.start()]
    return " ".join(told.split()).strip(" .,:;-–").removesuffix(" (")[:_SUBJECT_CHARS]


def _ballots(lines: list[str]) -> dict[str, str]:
    """Name -> choice."""
    ballots: dict[str, str] = {}
    group = ""
    for line in lines:
        if head := _GROUP_HEAD.match(line):
            group = _choice(head)
        elif (named := _GROUP_LINE.match(line)) and _names(named["names"]):
            group = _choice(named)
            ballots.update(dict.fromkeys(_names(named["names"]), group))
        elif person := _PERSON_LINE.match(line):
            ballots.update(dict.fromkeys(_names(person["name"]), _choice(person)))
        elif (row := _PERSON_IN_TABLE.match(line)) and (row["row"] or row["choice"].isupper()):
            ballots.update(dict.fromkeys(_names(row["name"]), _choice(row)))
        elif _HEADING.match(line) and not _NOISE.match(line):
            break
        elif group:
            ballots.update(dict.fromkeys(_names(line), group))
    return ballots if len(ballots) <= _MOST_PEOPLE else {}


def _names(text: str) -> list[str]:
    """The people in "Jan Nowak, Anna Kowalska"; what does not look like a name is left out."""
    parts = (re.sub(r"^\s*\d{1,3}[.)]\s*", "", part).strip(" .\t") for part in re.split(r"[,;\t]|\s{2,}", text))
    return [" ".join(part.split()) for part in parts if _is_name(part)]


def _is_name(text: str) -> bool:
    return (
        len(text) <= _NAME_CHARS
        and bool(_NAME.match(text))
        and all(w[0].isupper() for w in text.split() if w[0].isalpha())
    )


# --- CSV -------------------------------------------------------------------------------------------------------------

_SUBJECT_COLUMN: Final = re.compile(r"przedmiot|temat|tytuł|w sprawie|głosowanie|uchwała|punkt", re.I)
_NAME_COLUMN: Final = re.compile(r"nazwisko|radny|radna|imię i", re.I)
_DASH: Final = re.compile(r"[-–—.]")
_CHOICE_COLUMN: Final = re.compile(r"^(?:głos|oddany głos|wybór|decyzja|jak głosował\w*)$", re.I)


def _from_csv(text: str) -> list[OfficialVote]:
    """Rows of (vote, person, choice), or one row a vote with columns of sums; [] when it is no such table."""
    head = text.lstrip("\ufeff\n ").split("\n", 1)[0]
    delimiter = max(";\t,|", key=head.count)
    if not head.count(delimiter):
        return []
    try:
        rows = list(csv.reader(text.lstrip("\ufeff\n ").splitlines(), delimiter=delimiter))
    except csv.Error:
        return []
    header = [cell.strip() for cell in rows[0]]
    name, choice = _column(header, _NAME_COLUMN), _column(header, _CHOICE_COLUMN)
    subject = _column([cell if at not in (name, choice) else "" for at, cell in enumerate(header)], _SUBJECT_COLUMN)
    if name is not None and choice is not None:
        return _by_person(rows[1:], subject, name, choice)
    if name is not None and (columns := _columns_of_choices(header, rows[1:], name)):
        return _by_column(header, rows[1:], name, columns)
    sums = {found: at for at, cell in enumerate(header) if (found := _exact_choice(cell))}
    if subject is None or IN_FAVOUR not in sums or AGAINST not in sums:
        return []
    return [
        _vote(_cell(row, subject)[:_SUBJECT_CHARS], counts, bool(_SECRET.search(_cell(row, subject))), {})
        for row in rows[1:]
        if (counts := {found: int(_cell(row, at)) for found, at in sums.items() if _is_count(_cell(row, at))})
    ]


def _by_person(rows: list[list[str]], subject: int | None, name: int, choice: int) -> list[OfficialVote]:
    grouped: dict[str, dict[str, str]] = {}
    for row in rows:
        found, who = _exact_choice(_cell(row, choice)), " ".join(_cell(row, name).split())
        if found and who:
            key = " ".join(_cell(row, subject).split())[:_SUBJECT_CHARS] if subject is not None else ""
            grouped.setdefault(key, {})[who[:_NAME_CHARS]] = found
    votes = []
    for told, ballots in grouped.items():
        count = Counter(ballots.values())
        counts = {group: count[group] for group in _GROUPS.values()}
        votes.append(_vote(told, counts, bool(_SECRET.search(told)), ballots))
    return votes


def _columns_of_choices(header: list[str], rows: list[list[str]], name: int) -> list[int]:
    """Columns of a table of councillors by votes: nothing but choices in them, and dashes where nobody is told."""
    found = []
    for at in range(len(header)):
        cells = [cell for row in rows if (cell := _cell(row, at)) and not _DASH.fullmatch(cell)]
        if at != name and cells and all(map(_exact_choice, cells)):
            found.append(at)
    return found


def _by_column(header: list[str], rows: list[list[str]], name: int, columns: list[int]) -> list[OfficialVote]:
    votes = []
    for at in columns:
        told = " ".join(header[at].split())[:_SUBJECT_CHARS]
        people = ((" ".join(_cell(row, name).split())[:_NAME_CHARS], _exact_choice(_cell(row, at))) for row in rows)
        ballots = {who: choice for who, choice in people if who and choice}
        count = Counter(ballots.values())
        votes.append(_vote(told, {g: count[g] for g in _GROUPS.values()}, bool(_SECRET.search(told)), ballots))
    return votes


def _column(header: list[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if pattern.search(cell)), None)


def _cell(row: list[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def _exact_choice(text: str) -> str:
    match = re.fullmatch(rf"\s*(?:głos\w*\s+)?(?:{_CHOICE})\s*", text, re.I)
    return _choice(match) if match else ""


# --- both ------------------------------------------------------------------------------------------------------------


def _choice(match: re.Match[str]) -> str:
    return next(told for group, told in _GROUPS.items() if match[group])


def _vote(subject: str, counts: dict[str, int], secret: bool, ballots: dict[str, str]) -> OfficialVote:
    listed = Counter(ballots.values())
    consistent = not ballots or all(listed[group] == counts.get(group, 0) for group in (IN_FAVOUR, AGAINST, ABSTAINED))
    return OfficialVote(
        subject, counts.get(IN_FAVOUR), counts.get(AGAINST), counts.get(ABSTAINED), counts.get(NOT_VOTING),
        counts.get(ABSENT), secret, () if secret else tuple(sorted(ballots.items())), consistent or secret,
    )  # fmt: skip
