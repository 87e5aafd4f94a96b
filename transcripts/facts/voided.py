"""Votes struck out: declared void, repeated, or voted over once more."""

from __future__ import annotations

import re
from typing import Final

from transcripts.facts.calls import Counted, triggers
from transcripts.facts.text import Speech
from transcripts.facts.types import FoundVote

_VOID: Final = re.compile(
    r"\b(?:unieważniam\w*|anuluj(?:ę|emy)|kasujemy|głosowanie (?:jest|zostaje|było|uznaję za|uważam za) nieważne"
    r"|uzna(?:ję|jemy) (?:\S+ ){0,4}?(?:niebył\w+|nieważn\w+)|powtarzamy|powtórzymy|powtórzmy|(?:musimy|będziemy|trzeba) (?:\w+ )?(?:powtórzyć|powtarzać)"
    r"|głosujemy (?:\w+ ){0,2}?(?:jeszcze raz|ponownie|powtórnie)|(?:zarządzam|przeprowadz\w+|przystępujemy do) (?:\w+ )?(?:ponown\w+ głosowani\w+|powtórn\w+ głosowani\w+"
    r"|reasumpcj\w+|powtórzeni\w+)|ponawiam(?:y)? głosowanie|jeszcze raz (?:poddaję|głosujemy|zagłosujemy))"
)
_VOID_IN_DOUBT: Final = re.compile(
    r"\b(?:czy|wniosek o|wnoszę o|proszę o|dlaczego|nie|żeby|aby|może|jeśli|gdyby)(?: \w+)?$"
)
_NOT_DONE: Final = re.compile(r"\b(?:czy|nie)$")
""" "Tablet nie zadziałał anulujemy": without full stops the denial is of something else."""


def strike_out(speech: Speech, chairs: frozenset[int] | None, counted: list[Counted], found: list[FoundVote]) -> None:
    asked = triggers(speech, chairs)
    for match in speech.find_all(_VOID):
        at = speech.index_at(match.start())
        if chairs is not None and speech.units[at].turn not in chairs:
            continue
        lead = speech.marks(speech.sentence_start(at, 5), at)
        if _VOID_IN_DOUBT.search(lead) and not (match[0].startswith("anuluj") and not _NOT_DONE.search(lead)):
            continue
        earlier = [index for index, entry in enumerate(counted) if entry.tally.last <= at]
        if not earlier:
            continue
        target = earlier[-1]
        if _asked_to_repeat(speech, counted[target], found[target]) and target > 0:
            if found[target].result == "odrzucono":
                continue
            target -= 1
        broken_off = any(counted[earlier[-1]].tally.last < t < at for t in asked)
        repeated = any(entry.tally.first > at for entry in counted)
        definite = match[0].startswith(("unieważni", "anuluj", "kasuj", "głosowanie", "uzna"))
        if (repeated or definite) and not (broken_off and found[target].result and not definite):
            far = at - counted[target].tally.last > 400 and not definite
            if not far:
                found[target].superseded = True


def _asked_to_repeat(speech: Speech, entry: Counted, vote: FoundVote) -> bool:
    """The vote was over voting once more, not over the matter itself."""
    asked = speech.marks(entry.called, entry.tally.last + 6)
    return "reasumpcj" in vote.subject.lower() or "reasumpcj" in asked


def strike_out_after_motion(speech: Speech, counted: list[Counted], found: list[FoundVote]) -> None:
    """A motion to vote again that was carried and acted upon: the vote before it no longer counts."""
    for index in range(1, len(found) - 1):
        motion, following = found[index], found[index + 1]
        carried = motion.result in ("przyjęto", "podjęto") and motion.point == following.point
        if carried and _asked_to_repeat(speech, counted[index], motion):
            found[index - 1].superseded = True
            motion.superseded = False
