"""How many turns of a meeting get the right name from what its chair says, when voices are told apart without error.

    python -m benchmarks.speakers SCRIPT [SCRIPT ...] [--wrong 0.05] [--json FILE]

A SCRIPT has one turn a line, "FUNKCJA Imię Nazwisko: words". Its speakers are the roster; their names are hidden from
the product (voices are SPEAKER_00...) and compared with what it finds. `--wrong` gives that share of the turns a
random other voice, as a diarizer's mistakes would.
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


def read_script(path: Path) -> list[tuple[str, str, str]]:
    """(function, name, words) of every turn."""
    turns = []
    for line in path.read_text(encoding="utf-8").splitlines():
        who, found, words = line.partition(": ")
        function, _, name = who.partition(" ")
        while name.split() and name.split()[0].isupper():
            more, _, name = name.partition(" ")
            function = f"{function} {more}"
        if found and name:
            turns.append((function, name, words))
    return turns


def roster_of(turns: list[tuple[str, str, str]]) -> list[Member]:
    people = dict.fromkeys((name, function) for function, name, _ in turns)
    found = []
    for number, (name, function) in enumerate(people):
        known = next((value for start, value in _FUNCTIONS.items() if function.startswith(start)), function.lower())
        found.append(member(number, name, [(known, "Rada Gminy")]))
    return found


def measure(path: Path, wrong: float, seed: int = 7) -> dict[str, float | int | str]:
    """Shares of all turns that are named rightly and wrongly; the rest is left to nobody."""
    turns = read_script(path)
    labels = {name: f"SPEAKER_{number:02d}" for number, name in enumerate(dict.fromkeys(name for _, name, _ in turns))}
    chance = random.Random(seed)
    said, truth, at_ms = [], [], 0
    for _, name, words in turns:
        label = labels[name]
        if chance.random() < wrong:
            label = chance.choice([other for other in labels.values() if other != label])
        length_ms = 380 * len(words.split())
        said.append(Utterance(at_ms, at_ms + length_ms, words, label, ()))
        truth.append(name)
        at_ms += length_ms
    voices = name_voices(said, roster_of(turns))
    found = [voice.member.name if (voice := voices[one.speaker]).member else "" for one in said]
    right = sum(one == name for one, name in zip(found, truth, strict=True))
    nobody = found.count("")
    return {
        "script": path.name, "turns": len(said), "voices": len(voices), "right": round(right / len(said), 3),
        "wrong": round((len(said) - right - nobody) / len(said), 3), "nobody": round(nobody / len(said), 3),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="+", type=Path)
    parser.add_argument("--wrong", type=float, default=0.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = [measure(path, given.wrong) for path in given.scripts]
    for row in rows:
        print(row)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
