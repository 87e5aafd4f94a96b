"""Facts of a meeting read out of its transcript: agenda, votes, resolutions, attendance, questions, promises.

Pure rules over words: no database, no model, no network. `read_meeting` is the door.
"""

from transcripts.facts.outline import match_agenda
from transcripts.facts.reading import VERSION, read_meeting
from transcripts.facts.text import Utterance
from transcripts.facts.types import MeetingFacts

__all__ = ["VERSION", "MeetingFacts", "Utterance", "match_agenda", "read_meeting"]
