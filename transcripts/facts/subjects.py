"""What a vote was about, and which majority it needed."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts import results, titles
from transcripts.facts.text import Speech
from transcripts.facts.types import Majority

_THING: Final = (
    r"(?:wnios\w+|popraw\w+|autopopraw\w+|projekt\w*|uchwał\w+|protok\w+|porząd\w+|stanowisk\w+|apel\w*|opini\w+|kandydat\w+|zmian\w+"
    r"|wprowadzeni\w+|zdjęci\w+|wycofani\w+|zamknięci\w+|przerw\w+|reasumpcj\w+|sprawozdani\w+|absolutori\w+|wotum|udzieleni\w+"
    r"|przyjęci\w+|podjęci\w+|zatwierdzeni\w+|odrzuceni\w+|wyrażeni\w+|powołani\w+|wybor\w+|odwołani\w+|przesunięci\w+|rozszerzeni\w+"
    r"|ogłoszeni\w+|całości\w*|druk\w*|skład\w*|uzupełnieni\w+|przekazani\w+|skierowani\w+|ustaleni\w+|raport\w*|skróceni\w+|odroczeni\w+|odesłani\w+|zamian\w+)"
)
_ASKED: Final = re.compile(
    rf"\bkto(?: (?!kto|przeciw|wstrz|zatrzym)\w+){{0,9}}? (?:jest |głosuje |opowiada się )?za (?:tym |przyjęciem |głosowaniem )?(?:taki\w+ |taką |tą |powyższ\w+ |(?:za)?proponowan\w+ |przedstawion\w+ |zgłoszon\w+ |udzieleniem (?=wotum|absolut))?(?P<o>(?:tą |tym |pierwsz\w+ )?{_THING}\b)"
)
_ASKED_THAT: Final = re.compile(r"\bkto(?: (?!kto|przeciw|wstrz|zatrzym)\w+){0,5}? za tym (?P<o>(?:żeby|aby|by) )")
_PUT: Final = re.compile(
    rf"\b(?:(?:poddaję|poddajemy|poddam) (?:\w+ ){{0,3}}?pod głosowanie (?:\w+ ){{0,2}}?(?P<a>{_THING}\b)"
    rf"|(?:poddaję|poddajemy) (?P<b>{_THING}\b)(?= (?:\S+ ){{0,12}}?pod głosowanie)"
    rf"|(?:głosujemy|przegłosujemy|przegłosujmy|przegłosowanie|zagłosujemy)(?: teraz| więc| najpierw| nad| w sprawie| o| za)* (?P<c>{_THING}\b)"
    rf"|głosowani\w+(?: nad| w sprawie| dotyczące| o)* (?P<d>{_THING}\b))"
)
_MOTION: Final = re.compile(
    r"\b(?:wnoszę|wnosi|wnioskuję|wnioskuje|wniosek(?: formalny)?(?: (?:pan\w*|radn\w+|wójt\w*|burmistrz\w*|prezydent\w*|staro\w+|zarządu|klubu|komisji|grupy|radnych)){0,2}(?: \w+)?(?= o )|zgłasza(?:m|my)? wniosek(?: formalny)?|składam wniosek(?: formalny)?"
    r"|stawiam wniosek(?: formalny)?|proponuję(?: poprawkę)?|(?:proszę|prosi|prosimy|prosić)(?= o (?:wprowadzenie|zdjęcie|wycofanie|dołożenie|dodanie|rozszerzenie|uzupełnienie|przesunięcie))|(?:zgłasza(?:m|my)?|wnoszę o|mamy|składam?) poprawkę|poprawka)(?P<o> (?:o|aby|żeby|by|polega|dotyczy)\b)"
)
_OF_BLOCK: Final = re.compile(
    r"(?:pierwsz\w|@\d+|kolejn\w|następn\w|ostatni\w) (?:projekt )?(?P<o>uchwał[ay]) (?=w sprawie|dotycząc)"
)
_VAGUE: Final = re.compile(
    r"^(?:(?:podjęcie|przyjęcie|projekt|uchwała|projektu|uchwały|tej|tego|tych|te|uchwał|projektów|ten|tę|całość|całości|za|jako|punkt\w*|tym|w wersji z druku"
    r"|w wersji \w+|z druku|druk\w*|z poprawką|z poprawkami|z autopoprawką|wraz|numer|nr|\d+|w całości|proszę.*|wniosek|wniosku|wniosk\w+|pierwotn\w+|oryginaln\w+|łamane|przez|na|ukośnik"
    r"|poprawka|poprawk\w+|wprowadzenie|tej zmiany|zmiana|zmiany|ten wniosek|oraz|i|o)(?: |$))+$",
    re.IGNORECASE,
)
_OBJECT_END: Final = re.compile(
    r"\b(?:kto|to(?= (?:jest |się )?(?:przeciw|wstrz))|proszę|poproszę|bardzo|czy|przystępujemy|głosujemy|za głosował\w+|pod głosowanie|dziękuję|zgodnie|zarządzam|jest za|otwieram|najpierw|pozostałe|przypominam|za(?= #)|bo|ponieważ|natomiast|o ile|a (?:resztę|pozostałe|teraz)"
    r"|przypominam|naciśni\w+|klik\w+|zechc\w+|ręk[aęi]|rączk\w+|ręce|został\w*|mamy)\b"
)
_OF_PROCEDURE: Final = re.compile(r"przerw|odrocze|reasumpc|skrócen|odesłan|zamknięc|autopopraw", re.IGNORECASE)
"""What is voted on beside the matter of the point."""
_NEXT_IN_TURN: Final = re.compile(
    r"\b(?:najpierw|teraz|następnie|pierwszy wniosek|drugi wniosek|@\d wniosek|jako @\d|kolejny wniosek)(?: to| jest| czyli| dotyczy)* "
    r"(?P<o>(?:zdjęci|wprowadzeni|wycofani|wykreśleni|przesunięci|zamian|zmian|odrzuceni|zamknięci|przerw|skróceni|rozszerzeni|uzupełnieni|dodani"
    r"|odesłani|przekazani|skierowani|reasumpcj|powołani|odwołani|przyjęci)\w+)\b"
)
_OF_THE_AGENDA: Final = ("wprowadz", "zdjęci", "wycofan", "wykreśl")
_NEAR: Final = 35  # words before a count in which its object may be announced
_ABSOLUTE: Final = re.compile(r"\b(?:bezwzględn\w+ większo\w+|większo\w+ bezwzględn\w+)")
_STATUTORY: Final = re.compile(r"\bustawow\w+ skład\w+|skład\w+ ustawow\w+")
_THREE_FIFTHS: Final = re.compile(r"(?<!\S)(?:#3 @5|trzech piątych|#3 piąt\w+|trzy piąte)")
_OF_AGENDA: Final = re.compile(
    r"(?:wprowadz\w+|zdjęci\w+|zdjąć|wycofani\w+|rozszerzeni\w+|uzupełnieni\w+|zmian\w+|przesunięci\w+)(?: \S+){0,6} (?:do |z )?porządku",
    re.IGNORECASE,
)


_ANNOUNCED: Final = re.compile(
    r"\b(?:(?:autopopraw|popraw|propozycj)(?:ka|kę|a|ę)|wniosek(?: formalny)?|wprowadzenie|zdjęcie|wycofanie|wykreślenie"
    r"|przesunięcie|zamian[aę]|rozszerzenie|uzupełnienie|odesłanie|skrócenie|odroczenie)\b"
)
"""What comes next is said in a sentence of its own: "Poprawka druga, autorstwa radnego Wolnego. Głosujemy."."""
_OF_SOMEBODY: Final = re.compile(
    r" (?:@\d+|numer|nr|radn\w+|pan\w*|klub\w*|zgłoszon\w+|komisj\w+|autorstwa|do |wójta|burmistrza|prezydent\w*|staro\w+|zarządu)"
)
_JUST_BEFORE: Final = 3  # words
_BEFORE_ANNOUNCED: Final = re.compile(
    r"(?:(?:teraz|najpierw|następnie|kolejn\w+|pierwsz\w+|drug\w+|@\d+|po kolei|i|a|to|więc|zatem|dobrze|mamy|jest|pozostaje|pozostał"
    r"|wracamy do|w @1 kolejności|tak)(?: |$))*"
)


def object_of_vote(speech: Speech, first: int, last: int) -> tuple[str, int] | None:
    """What the chair put to the vote within units [first, last), and the unit where it is named."""
    found: list[tuple[int, int]] = []
    for match in speech.find_all(_ASKED_THAT, first, last):
        at = speech.span(match, "o")[0]
        wish = titles.as_title(speech.units[at : min(speech.sentence_end(at, 20), last)])
        return f"Wniosek, {wish[:1].lower()}{wish[1:]}", at
    for match in speech.find_all(_ASKED, first, last):
        found.append((speech.span(match, "o")[0], 2))
    for match in speech.find_all(_PUT, first, last):
        group = next(name for name in "abcd" if match[name])
        found.append((speech.span(match, group)[0], 1))
    for at, _ in sorted(found, reverse=True):
        end = min(speech.sentence_end(at, 30 if speech.punctuated else 12), last)
        stop = speech.find(_OBJECT_END, at + 1, end)
        end = speech.index_at(stop.start()) if stop else end
        title = titles.as_title(speech.units[at:end])
        if not _VAGUE.match(title):
            return title, at
    return (titles.as_title(speech.units[found[-1][0] : found[-1][0] + 1]), found[-1][0]) if found else None


def motion_before(speech: Speech, first: int, last: int, head: str = "") -> str:
    """The words of a motion within units [first, last): "o wprowadzenie do porządku obrad ...". The last one that names
    `head`, or else the last."""
    matches = list(speech.find_all(_MOTION, first, last))
    if not matches:
        return ""
    stem = head[:8].lower()
    naming = [m for m in matches if stem and stem in speech.line[m.end() : m.end() + 40]]
    if not naming and stem.startswith(_OF_THE_AGENDA):
        return ""  # the motion that asked for it was put in other words
    at = speech.index_at((naming or matches)[-1].start("o") + 1)  # "o wprowadzenie ...", "żeby ..."
    end = min(speech.sentence_end(at, 30 if speech.punctuated else 16), last)
    stop = speech.find(_OBJECT_END, at + 1, end)
    plain = titles.as_title(speech.units[at : speech.index_at(stop.start()) if stop else end])
    return plain[:1].lower() + plain[1:]


def subject_of_vote(speech: Speech, point_title: str, first: int, last: int) -> str:
    """A line that tells this vote from the others of its point."""
    named = object_of_vote(speech, first, last)
    title = named[0] if named else _announced(speech, first, last)
    if title and " " not in title and point_title and not _VAGUE.match(title):
        motion = motion_before(speech, max(first - 60, 0), last, title) if title.endswith(("nie", "cie")) else ""
        if motion and title[:8].lower() in motion and title[:5].lower() not in point_title.lower():
            return titles.in_nominative(re.sub(r"^o ", "", motion))
        if title.lower().startswith(_OF_THE_AGENDA):
            return f"{title} {'do' if title.lower().startswith('wprowadz') else 'z'} porządku obrad"
        if not _OF_PROCEDURE.match(title):
            return point_title  # "poddaję protokół pod głosowanie": the point says which
    if title and not _VAGUE.match(title):
        if re.match(r"(?:wniosek|poprawka|wprowadzenie)\b", title, re.IGNORECASE) and len(title.split()) <= 5:
            head = title.split()[0]
            motion = motion_before(speech, first, last, head)
            if motion and head[:8].lower() in motion:
                return titles.in_nominative(re.sub(r"^o ", "", motion))
            if motion and re.sub(r"^o ", "", motion).lower() in title.lower():
                return title
            if motion:
                return f"{title}: {motion}"
        return _without_generic(title, point_title)
    title = re.sub(r"^Przyjęcie (?=zmian|wnios|popraw)", "", title)
    if re.match(r"(?:wniosek|wniosku|poprawka|poprawki|wprowadzenie|zmian[ay])", title, re.IGNORECASE):
        head = titles.in_nominative(title.split()[0])
        motion = motion_before(speech, max(first - 150, 0), last, head)
        if not motion and point_title and re.fullmatch(r"(?:poprawka|wniosek)(?: nr)?(?: \d+)?", title, re.IGNORECASE):
            return f"{title}: {point_title}"  # nobody said what it changes: at least it is not the matter itself
        if motion:
            return (
                titles.in_nominative(re.sub(r"^o ", "", motion)) if head[:8].lower() in motion else f"{head} {motion}"
            )
    if point_title and not re.search(r"w sprawie|dotycząc", point_title, re.IGNORECASE):
        block = _one_of_a_block(speech, first, last)
        if block:
            return block
    if re.match(r"(?:wprowadzenie|zdjęcie|wycofanie|wykreślenie) .*\d", title, re.IGNORECASE):
        return title  # "Wprowadzenie druku 612": the number tells it from the others
    return point_title or title


def _announced(speech: Speech, first: int, last: int) -> str:
    for match in reversed(list(speech.find_all(_NEXT_IN_TURN, max(first, last - _NEAR), last))):
        at = speech.span(match, "o")[0]
        end = min(speech.sentence_end(at, 20 if speech.punctuated else 9), last)
        stop = speech.find(_OBJECT_END, at + 1, end)
        return titles.as_title(speech.units[at : speech.index_at(stop.start()) if stop else end])
    for match in reversed(list(speech.find_all(_ANNOUNCED, max(first, last - _NEAR), last))):
        at = speech.index_at(match.start())
        own = speech.punctuated and _BEFORE_ANNOUNCED.fullmatch(speech.marks(speech.sentence_start(at, 6), at))
        told = results.stated_result(speech, at, min(speech.sentence_end(at, 16), last)) is not None
        apart = not speech.punctuated or speech.units[at].comma or _BEFORE_ANNOUNCED.fullmatch(speech.marks(at - 1, at))
        of_somebody = apart and _OF_SOMEBODY.match(speech.line, match.end())
        if not told and (own or of_somebody or last - at <= _JUST_BEFORE):
            end = min(speech.sentence_end(at, 16 if speech.punctuated else 5), last)
            stop = speech.find(_OBJECT_END, at + 1, end)
            return titles.as_title(speech.units[at : speech.index_at(stop.start()) if stop else end])
    return ""


def _one_of_a_block(speech: Speech, first: int, last: int) -> str:
    """ "Pierwsza uchwała w sprawie dotacji" under a point that only says "podjęcie uchwał"."""
    matches = list(speech.find_all(_OF_BLOCK, first, last))
    if not matches:
        return ""
    at = speech.span(matches[-1], "o")[0]
    end = min(speech.sentence_end(at, 25 if speech.punctuated else 12), last)
    stop = speech.find(_OBJECT_END, at + 1, end)
    return titles.as_title(speech.units[at : speech.index_at(stop.start()) if stop else end])


def _without_generic(title: str, point_title: str) -> str:
    """ "Podjęcie uchwały w sprawie X" says X already; a bare "Podjęcie uchwały" takes the point's own title."""
    if re.fullmatch(r"(?:podjęcie|przyjęcie) (?:tej |projektu )?uchwały\.?", title, re.IGNORECASE):
        return point_title or title
    return title


def majority_of(speech: Speech, subject: str, point_title: str, first: int, last: int) -> Majority:
    """What the law or the chair asks for. Changing the agenda: art. 20 ust. 1a of the Act on communal self-government;
    absolutorium: art. 28a ust. 2; vote of confidence: art. 28aa ust. 9."""
    said = speech.marks(first, last)
    about = f"{subject} {point_title}".lower()
    if _THREE_FIFTHS.search(said):
        return "three_fifths_statutory"
    if _ABSOLUTE.search(said):
        return "absolute_statutory" if _STATUTORY.search(said) else "absolute"
    if _OF_AGENDA.search(subject) or re.search(r"absolutori|wotum zaufania", about):
        return "absolute_statutory"
    return "simple"


def needed(majority: Majority, statutory: int | None, cast: int) -> int | None:
    """How many votes in favour make the majority; None where it takes a number that is not known."""
    if majority == "absolute":
        return cast // 2 + 1
    if majority == "absolute_statutory":
        return statutory // 2 + 1 if statutory else None
    if majority == "three_fifths_statutory":
        return -(-statutory * 3 // 5) if statutory else None
    return None
