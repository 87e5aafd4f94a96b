"""The same meeting as a recogniser might write it: other punctuation, digits, misheard words, other segments.

Every change keeps the time of each word, so that the truth of a meeting stays true of what is made of it. Misheard
words come from a seed: the same ones in every run.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from transcripts.facts import Utterance
from transcripts.facts.numbers import number_at, roman_value

_STOPS: Final = ".,;:!?„”"
_CONFUSED: Final = {
    "wstrzymał": "zatrzymał", "kworum": "quorum", "druk": "drug", "kto": "to", "się": "sie", "radnych": "radny",
    "uchwała": "uchwałą", "podjęta": "podjęto", "jest": "jes", "łamane": "łamana", "proszę": "prosze",
    "głosów": "głosu", "przeciw": "przeciwko", "punktu": "punkt", "dziękuję": "dziękuje",
}  # fmt: skip

_SOUNDS_LIKE: Final = {
    "ą": "o", "ę": "e", "ó": "u", "u": "ó", "ł": "l", "ś": "s", "ź": "z", "ż": "rz", "h": "ch", "b": "p", "p": "b",
    "d": "t", "t": "d", "g": "k", "k": "g", "w": "f", "s": "z", "z": "s", "i": "y", "y": "i", "ć": "dź", "ń": "n",
}  # fmt: skip
_SYNONYMS: Final = {
    "przechodzimy": "przejdźmy", "radnych": "osób", "przeciw": "przeciwko", "dziękuję": "dzięki", "przystępujemy":
    "przechodzimy", "kolejny": "następny", "stwierdzam": "informuję", "jednogłośnie": "jednomyślnie", "podjęta":
    "przyjęta", "proszę": "poproszę", "zamykam": "kończę", "otwieram": "rozpoczynam",
}  # fmt: skip


class Word(NamedTuple):
    text: str
    start_ms: int
    end_ms: int
    speaker: str


Change = Callable[[list[Word], random.Random], list[Word]]
Cut = Callable[[Sequence[Word]], list[list[Word]]]


def words_of(utterances: Sequence[Utterance]) -> list[Word]:
    found: list[Word] = []
    for said in utterances:
        texts = said.text.split()
        step = (said.end_ms - said.start_ms) / max(len(texts), 1)
        for index, text in enumerate(texts):
            start_ms = said.start_ms + round(index * step)
            found.append(Word(text, start_ms, said.start_ms + round((index + 1) * step), said.speaker))
    return found


def no_speakers(words: list[Word], _: random.Random) -> list[Word]:
    return [word._replace(speaker="") for word in words]


def numbered_speakers(words: list[Word], _: random.Random) -> list[Word]:
    names = {name: f"SPEAKER_{at:02}" for at, name in enumerate(dict.fromkeys(word.speaker for word in words))}
    return [word._replace(speaker=names[word.speaker]) for word in words]


def no_punctuation(words: list[Word], _: random.Random) -> list[Word]:
    bare = [word._replace(text=word.text.strip(_STOPS)) for word in words]
    return [word for word in bare if word.text]


def commas_for_stops(words: list[Word], chance: random.Random) -> list[Word]:
    """A third of the full stops and questions become commas, as between hasty phrases."""
    return [
        word._replace(text=word.text[:-1] + ",") if word.text[-1] in ".?" and chance.random() < 0.33 else word
        for word in words
    ]


def stops_for_commas(words: list[Word], chance: random.Random) -> list[Word]:
    """A third of the commas become full stops, and what follows begins with a capital."""
    found: list[Word] = []
    for word in words:
        text = word.text.capitalize() if found and found[-1].text.endswith(".") else word.text
        found.append(word._replace(text=text[:-1] + "." if text[-1] == "," and chance.random() < 0.33 else text))
    return found


def lower_case(words: list[Word], _: random.Random) -> list[Word]:
    return [word._replace(text=word.text.lower()) for word in words]


def digits(words: list[Word], _: random.Random) -> list[Word]:
    """Numbers as digits: "jedenaście" 11, "drugiego" "2.", "dwadzieścia trzy łamane przez sto" "23/100"."""
    found: list[Word] = []
    at = 0
    plain = [word.text.strip(_STOPS) for word in words]
    while at < len(words):
        window = []
        for index in range(at, min(at + 12, len(words))):
            window.append(plain[index])
            if words[index].text[-1] in _STOPS:
                break
        number = number_at(window, 0)
        if number is None or not number.spelled or plain[at].lower() in ("jeden", "jedna", "jedno", "drugie", "raz"):
            found.append(words[at])
            at += 1
            continue
        last = words[at + number.size - 1]
        tail = last.text[len(last.text.rstrip(_STOPS)) :]
        dot = "." if number.form == "ordinal" and not tail and number.value < 1900 else ""
        found.append(Word(f"{number.value}{dot}{tail}", words[at].start_ms, last.end_ms, words[at].speaker))
        at += number.size
    return _with_slashes(found)


def _with_slashes(words: list[Word]) -> list[Word]:
    found: list[Word] = []
    at = 0
    while at < len(words):
        here = words[at]
        slash = [word.text for word in words[at : at + 2]] in (["łamane", "przez"], ["łamane", "na"])
        if (
            slash
            and found
            and at + 2 < len(words)
            and found[-1].text[-1:].isdigit()
            and words[at + 2].text[:1].isdigit()
        ):
            before, after = found.pop(), words[at + 2]
            found.append(before._replace(text=f"{before.text}/{after.text}", end_ms=after.end_ms))
            at += 3
            continue
        found.append(here)
        at += 1
    return found


def arabic(words: list[Word], _: random.Random) -> list[Word]:
    """Roman numerals as Arabic ones: "XLVII sesję" "47. sesję", "XLVII/733/2026" "47/733/2026"."""

    def one(text: str) -> str:
        head = re.match(r"[XVILC]{2,8}(?=[/ .,;]|$)", text)
        value = roman_value(head[0]) if head else None
        if head is None or value is None:
            return text
        rest = text[head.end() :]
        return f"{value}{rest}" if rest else f"{value}."

    return [word._replace(text=one(word.text)) for word in words]


def misheard(words: list[Word], chance: random.Random) -> list[Word]:
    """One word in twenty wrong: lost, doubled, without diacritics, with another ending, or a usual confusion.

    Numbers are left alone: a number misheard is another number, and no rule could tell.
    """
    found: list[Word] = []
    for word in words:
        plain = word.text.strip(_STOPS)
        if (
            chance.random() >= 0.05
            or number_at([plain], 0)
            or re.search(r"\d", plain)
            or plain.lower() in ("nikt", "za")
        ):
            found.append(word)
            continue
        tail = word.text[len(word.text.rstrip(_STOPS)) :]
        kind = chance.randrange(4)
        if plain.lower() in _CONFUSED:
            found.append(word._replace(text=_CONFUSED[plain.lower()] + tail))
        elif kind == 0:
            if plain.lower() not in ("nie", "przeciw"):
                continue
            found.append(word)
        elif kind == 1:
            found.extend((word._replace(text=plain), word))
        elif kind == 2:
            found.append(word._replace(text=plain.translate(str.maketrans("ąćęłńóśźż", "acelnoszz")) + tail))
        else:
            found.append(word._replace(text=(plain[:-1] + "a" if len(plain) > 4 else plain) + tail))
    return found


def letter_noise(words: list[Word], chance: random.Random) -> list[Word]:
    """Three words in a hundred with a letter lost, doubled or changed for one that sounds like it; numbers are left."""
    found: list[Word] = []
    for word in words:
        plain = word.text.strip(_STOPS)
        spared = len(plain) < 4 or re.search(r"\d", plain) or number_at([plain], 0) or plain.lower() == "nikt"
        if spared or chance.random() >= 0.03:
            found.append(word)
            continue
        at = chance.randrange(1, len(plain))
        letter = plain[at]
        changed = chance.choice(("", letter * 2, _SOUNDS_LIKE.get(letter, letter)))
        found.append(word._replace(text=word.text.replace(plain, plain[:at] + changed + plain[at + 1 :], 1)))
    return found


def fillers(words: list[Word], chance: random.Random) -> list[Word]:
    """ "Yyy", "no", "prawda" between one word and the next in twenty-five, at the time of the word before."""
    found: list[Word] = []
    for word in words:
        found.append(word)
        if word.text[-1] not in _STOPS and chance.random() < 0.04:
            found.append(word._replace(text=chance.choice(("yyy", "eee", "yyy,", "no", "prawda"))))
    return found


def other_words(words: list[Word], chance: random.Random) -> list[Word]:
    """Every third formula said in other words: "przechodzimy" "przejdźmy", "radnych" "osób", "przeciw" "przeciwko"."""
    found: list[Word] = []
    for word in words:
        plain = word.text.strip(_STOPS)
        other = _SYNONYMS.get(plain.lower())
        if other is None or chance.random() >= 0.33:
            found.append(word)
            continue
        other = other[0].upper() + other[1:] if plain[0].isupper() else other
        found.append(word._replace(text=word.text.replace(plain, other, 1)))
    return found


def by_speaker(words: Sequence[Word]) -> list[list[Word]]:
    lumps: list[list[Word]] = []
    for word in words:
        if lumps and lumps[-1][-1].speaker == word.speaker:
            lumps[-1].append(word)
        else:
            lumps.append([word])
    return lumps


def by_sentence(words: Sequence[Word]) -> list[list[Word]]:
    lumps: list[list[Word]] = []
    for word in words:
        if lumps and lumps[-1][-1].speaker == word.speaker and lumps[-1][-1].text[-1] not in ".?!":
            lumps[-1].append(word)
        else:
            lumps.append([word])
    return lumps


def by_lumps(words: Sequence[Word]) -> list[list[Word]]:
    """Pieces of 27 seconds, cut anywhere; a piece has the speaker of its first word."""
    lumps: dict[int, list[Word]] = {}
    for word in words:
        lumps.setdefault(word.start_ms // 27_000, []).append(word)
    return list(lumps.values())


def by_word(words: Sequence[Word]) -> list[list[Word]]:
    return [[word] for word in words]


def utterances_of(lumps: Sequence[Sequence[Word]], *, timed: bool = False) -> list[Utterance]:
    return [
        Utterance(
            lump[0].start_ms, lump[-1].end_ms, " ".join(word.text for word in lump), lump[0].speaker,
            tuple((word.start_ms, word.end_ms, word.text, None) for word in lump) if timed else (),
        )
        for lump in lumps
    ]  # fmt: skip


PERTURBATIONS: Final[dict[str, tuple[tuple[Change, ...], Cut]]] = {
    "as_written": ((), by_speaker),
    "no_speakers": ((no_speakers,), by_speaker),
    "numbered_speakers": ((numbered_speakers,), by_speaker),
    "no_punctuation": ((no_punctuation,), by_speaker),
    "commas_for_stops": ((commas_for_stops,), by_speaker),
    "stops_for_commas": ((stops_for_commas,), by_speaker),
    "lower_case": ((lower_case,), by_speaker),
    "digits": ((digits,), by_speaker),
    "arabic": ((arabic,), by_speaker),
    "misheard": ((misheard,), by_speaker),
    "letter_noise": ((letter_noise,), by_speaker),
    "fillers": ((fillers,), by_speaker),
    "other_words": ((other_words,), by_speaker),
    "sentences": ((), by_sentence),
    "lumps_27_s": ((no_speakers,), by_lumps),
    "single_words": ((), by_word),
    "as_whisper": ((no_speakers, digits, arabic, commas_for_stops, misheard), by_lumps),
    "raw": ((no_speakers, no_punctuation, lower_case), by_lumps),
    "raw_misheard": ((no_speakers, misheard, no_punctuation, lower_case), by_lumps),
}


def perturbed(utterances: Sequence[Utterance], name: str, seed: int = 1) -> list[Utterance]:
    changes, cut = PERTURBATIONS[name]
    words, chance = words_of(utterances), random.Random(seed)
    for change in changes:
        words = change(words, chance)
    return utterances_of(cut(words), timed=name in ("lumps_27_s", "as_whisper", "raw", "raw_misheard"))
