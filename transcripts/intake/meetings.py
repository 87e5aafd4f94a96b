"""The meeting of a recording, found or made from its title."""

from __future__ import annotations

import re
from datetime import date
from typing import Final
from uuid import UUID

from council.models import Meeting
from council.tenancy import tenant_scope
from transcripts import ledger
from transcripts.intake.titles import MeetingName, read_title
from transcripts.models import Recording

TITLE_PREFIX: Final = "Auto-processed - "
"""What titles of recordings from the watched folder begin with."""
_TITLE_CHARS: Final = 300
_PART: Final = re.compile(r"[,|–-]?\s*\(?\bcz(?:ęść|esc|\.)?\s*\.?\s*(?:\d{1,2}|[IVX]{1,4})\)?\s*$", re.IGNORECASE)


def place_recording(council_id: int, recording_id: UUID) -> int | None:
    """Give the recording its meeting, unless it has one or its title names none; the meeting's id.

    Two recordings belong to one meeting when kind, number and body agree (or one of them does not say) on the same day;
    without a day, when kind, number and body are the same.
    """
    with tenant_scope(council_id):
        recording = Recording.objects.filter(pk=recording_id).first()
        if recording is None:
            return None
        if recording.meeting_id is not None:
            return int(recording.meeting_id)
        name = read_title(recording.title)
        if not name.is_meeting:
            return None
        held_on = name.held_on or recording.held_on
        ledger.serialize(f"meetings {council_id}")
        meeting_id = _found(council_id, name, held_on)
        if meeting_id is None:
            title = meeting_title(recording.title)
            meeting = Meeting.objects.create(council_id=council_id, title=title, held_on=held_on)
            meeting_id = meeting.pk
        values = {"meeting_id": meeting_id} | ({"held_on": name.held_on} if recording.held_on is None else {})
        Recording.objects.filter(pk=recording_id, meeting=None).update(**values)
        return int(meeting_id)


def meeting_title(title: str) -> str:
    """A recording's title without what belongs to the file: "Auto-processed - ", underscores, "cz. 2"."""
    plain = " ".join(title.removeprefix(TITLE_PREFIX).replace("_", " ").split())
    return (_PART.sub("", plain).strip(" ,-–|") or plain)[:_TITLE_CHARS]


def _found(council_id: int, name: MeetingName, held_on: date | None) -> int | None:
    meetings = Meeting.objects.filter(council_id=council_id)
    meetings = meetings.filter(held_on=held_on) if held_on else meetings.filter(held_on=None)
    for meeting in meetings.order_by("pk"):
        if _same(name, read_title(meeting.title), with_day=held_on is not None):
            return int(meeting.pk)
    return None


def _same(one: MeetingName, other: MeetingName, *, with_day: bool) -> bool:
    if one.kind != other.kind:
        return False
    if not with_day:
        return one.number is not None and (one.number, one.body.lower()) == (other.number, other.body.lower())
    numbers_agree = one.number == other.number or None in (one.number, other.number)
    bodies_agree = one.body.lower() == other.body.lower() or "" in (one.body, other.body)
    return numbers_agree and bodies_agree
