"""How many turns of a meeting get the right name from what its chair says, when voices are told apart without error.

    python -m benchmarks.speakers SCRIPT [SCRIPT ...] [--wrong 0.05] [--json FILE]

A SCRIPT has one turn a line, "FUNKCJA Imię Nazwisko: words"; a speaker without both names is a voice that is on no
roster, and must stay nobody. "# Imię Nazwisko: funkcja, Komisja X" gives a seat besides. The others are the roster;
their names are hidden from the product (voices are SPEAKER_00...) and compared with what it finds. `--wrong` gives that
share of the turns a random other voice, as a diarizer's mistakes would.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from transcripts.facts.text import Utterance
from transcripts.speakers.naming import name_voices
from transcripts.speakers.roster import Member, member

_FUNCTIONS = {"PRZEWODNICZĄC": "przewodniczący", "WICEPRZEW": "wiceprzewodniczący", "RADN": ""}
_LONGEST_HEADER = 6  # words; a line without a speaker is no turn


def read_script(path: Path) -> list[tuple[str, str, str]]:
    """(function, name, words) of every turn; the name is "" where the script has none."""
    turns = []
    for line in path.read_text(encoding="utf-8").splitlines():
        header, found, words = line.partition(": ")
        if found and not header.startswith("#") and len(header.split()) <= _LONGEST_HEADER:
            parts = header.split()
            named = len(parts) > 2 and all(part.istitle() or "-" in part for part in parts[-2:])
            name = " ".join(parts[-2:]) if named else ""
            turns.append((" ".join(parts[:-2] if named else parts), name, words))
    return turns


def read_seats(path: Path) -> dict[str, tuple[str, str]]:
    """Seats besides those that the headers of turns tell: (function, body) by name."""
    lines = [line[2:].partition(": ") for line in path.read_text(encoding="utf-8").splitlines() if line[:2] == "# "]
    seats = {name: seat.partition(", ") for name, found, seat in lines if found}
    return {name: (function, body) for name, (function, comma, body) in seats.items() if comma}


def roster_of(turns: list[tuple[str, str, str]], seats: dict[str, tuple[str, str]]) -> list[Member]:
    people = dict.fromkeys((name, function) for function, name, _ in turns if name)
    found: list[Member] = []
    for number, (name, function) in enumerate(people):
        if any(one.name == name for one in found):
            continue  # the same person in another function
        upper = function.upper()
        known = next((value for start, value in _FUNCTIONS.items() if upper.startswith(start)), function.lower())
        of_committee = "KOMISJI" in upper
        body = f"Komisja{function.lower().partition('komisji')[2]}" if of_committee else "Rada Gminy"
        found.append(member(number, name, [(known, body), *([seats[name]] if name in seats else [])]))
    return found


def measure(path: Path, wrong: float, seed: int = 7) -> dict[str, float | int | str]:
    """Shares of all turns that are named rightly and wrongly; the rest is left to nobody.

    `could`: the share of people with a name; `of_named`: how many of the named turns are named rightly.
    """
    turns = read_script(path)
    people = [name or f"? {function}" for function, name, _ in turns]
    labels = {who: f"SPEAKER_{number:02d}" for number, who in enumerate(dict.fromkeys(people))}
    chance = random.Random(seed)
    said, at_ms = [], 0
    for who, (_, _, words) in zip(people, turns, strict=True):
        label = labels[who]
        if chance.random() < wrong:
            label = chance.choice([other for other in labels.values() if other != label])
        length_ms = 380 * len(words.split())
        said.append(Utterance(at_ms, at_ms + length_ms, words, label, ()))
        at_ms += length_ms
    voices = name_voices(said, roster_of(turns, read_seats(path)))
    found = [voice.member.name if (voice := voices[one.speaker]).member else "" for one in said]
    truth = [name for _, name, _ in turns]
    right = sum(bool(one) and one == name for one, name in zip(found, truth, strict=True))
    named = len(found) - found.count("")
    return {
        "script": path.name, "turns": len(said), "voices": len(voices),
        "could": round(sum(map(bool, truth)) / len(said), 3), "right": round(right / len(said), 3),
        "wrong": round((named - right) / len(said), 3), "nobody": round(found.count("") / len(said), 3),
        "of_named": round(right / named, 3) if named else 1.0,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="+", type=Path)
    parser.add_argument("--wrong", type=float, default=0.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = [measure(path, given.wrong) for path in given.scripts if read_script(path)]
    for row in rows:
        print(row)
    for share in ("could", "right", "wrong", "of_named"):
        turns = sum(int(row["turns"]) for row in rows)
        print(share, round(sum(float(row[share]) * int(row["turns"]) for row in rows) / turns, 3))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
