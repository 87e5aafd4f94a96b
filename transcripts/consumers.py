"""Live progress of one recording: the events a client missed, then each new one when its bell rings."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from council.access import access_council
from council.errors import CouncilError
from transcripts import queries
from transcripts.progress import group_of

logger = logging.getLogger(__name__)

CLOSED_DOOR = 4404
FAILED = 4500


class RecordingConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """`ws/<slug>/recordings/<uuid>/?after=<sequence>`: sends EventRow objects as JSON text, in order, each once.

    Who may not see the recording is accepted and closed with 4404 at once, so that a browser can tell a closed door
    from a broken line. Access is asked again at every event. The socket stays open at the end: a retry goes on here.
    """

    async def connect(self) -> None:
        self.slug = self.scope["url_route"]["kwargs"]["slug"]
        self.recording_id = self.scope["url_route"]["kwargs"]["recording_id"]
        self.last = _sequence(self.scope["query_string"])
        self.watching = False
        await self.accept()
        try:
            await self._missed()  # the door, before anything is subscribed to
            await self.channel_layer.group_add(group_of(self.recording_id), self.channel_name)
            self.watching = True
        except CouncilError:
            await self.close(CLOSED_DOOR)
            return
        except Exception:  # one of the two edges; the traceback is logged, the client comes back
            logger.exception("websocket of %s", self.recording_id)
            await self.close(FAILED)
            return
        await self.look({})  # only now: what happens from here on rings

    async def disconnect(self, code: int) -> None:
        if self.watching:
            await self.channel_layer.group_discard(group_of(self.recording_id), self.channel_name)

    async def look(self, bell: dict[str, Any]) -> None:
        """The bell rang: send what is new."""
        try:
            for event in await self._missed():
                self.last = event.sequence
                await self.send(text_data=json.dumps(asdict(event), ensure_ascii=False))
        except CouncilError:
            await self.close(CLOSED_DOOR)
        except Exception:  # one of the two edges; the traceback is logged, the client comes back
            logger.exception("websocket of %s", self.recording_id)
            await self.close(FAILED)

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _missed(self) -> list[queries.EventRow]:
        actor = access_council(self.scope["user"], self.slug)
        return queries.events_after(actor, self.recording_id, self.last)


def _sequence(query_string: bytes) -> int:
    given = parse_qs(query_string.decode("latin-1")).get("after", ["0"])[0]
    return int(given) if given.isdecimal() and len(given) < 10 else 0
