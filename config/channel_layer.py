"""The channel layer without Redis: PostgreSQL's LISTEN/NOTIFY carries small messages between processes.

Who is in which group is known only to the process (and event loop) whose sockets they are, so there is no table to
clean up: every process hears every message and keeps what is for its own groups. Messages are doorbells
(council/live.py): the truth lies in rows, and whoever hears the bell reads them. That is why a full queue may drop its
oldest message, and why a listener that lost its connection wakes everybody once it is back.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections import defaultdict, deque
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from channels.layers import BaseChannelLayer
from django.conf import settings
from psycopg.conninfo import make_conninfo

from config import embedded
from council.live import NOTIFY_CHANNEL

logger = logging.getLogger(__name__)

Message = dict[str, Any]
WAKE: Message = {"type": "look"}
MAX_PAYLOAD_BYTES = 7_000  # PostgreSQL refuses 8,000 and more
_PING_EVERY_S = 30.0  # a connection that silently died is noticed after this long
_READY_WITHIN_S = 15.0
_RETRY_DELAYS_S = (0.2, 1.0, 3.0, 10.0)


class PostgresChannelLayer(BaseChannelLayer):  # type: ignore[misc]
    """Channel layer for websockets on one or several web processes that share a PostgreSQL database.

    Args:
        capacity: messages that wait for one consumer; further ones push out the oldest.
    """

    extensions = ["groups"]

    def __init__(self, capacity: int = 100, **options: Any) -> None:
        super().__init__(capacity=capacity, **options)
        self._hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = WeakKeyDictionary()

    async def new_channel(self, prefix: str = "specific") -> str:
        return f"{prefix}.{secrets.token_hex(8)}!{secrets.token_hex(8)}"

    async def group_add(self, group: str, channel: str) -> None:
        """From the return of this call on, no message to `group` is missed. Raises TimeoutError without a database."""
        self.require_valid_group_name(group)
        hub = self._hub()
        hub.join(group, channel)
        await hub.listening()

    async def group_discard(self, group: str, channel: str) -> None:
        self._hub().leave(group, channel)

    async def group_send(self, group: str, message: Message) -> None:
        """Synchronous code inside a transaction rings with council.live.ring instead: that needs no new connection."""
        self.require_valid_group_name(group)
        await _notify({"group": group, "message": message})

    async def send(self, channel: str, message: Message) -> None:
        self.require_valid_channel_name(channel)
        await _notify({"channel": channel, "message": message})

    async def receive(self, channel: str) -> Message:
        """The next message. Cancelling it says that the consumer is gone: its channel leaves all groups."""
        hub = self._hub()
        try:
            await hub.listening()
            return await hub.mailbox(channel).get()
        except (asyncio.CancelledError, TimeoutError):
            hub.forget(channel)
            raise

    async def close(self) -> None:
        """Stop listening on the running loop (tests; a process that ends needs no call)."""
        hub = self._hubs.pop(asyncio.get_running_loop(), None)
        if hub is not None:
            await hub.stop()

    def _hub(self) -> _Hub:
        loop = asyncio.get_running_loop()
        hub = self._hubs.get(loop)
        if hub is None:
            hub = self._hubs[loop] = _Hub(self.capacity)
        return hub


class _Mailbox:
    """What waits for one consumer; putting never blocks and never fails."""

    def __init__(self, capacity: int) -> None:
        self._messages: deque[Message] = deque(maxlen=capacity)
        self._arrived = asyncio.Event()

    def put(self, message: Message) -> None:
        self._messages.append(message)
        self._arrived.set()

    async def get(self) -> Message:
        while not self._messages:
            self._arrived.clear()
            await self._arrived.wait()
        return self._messages.popleft()


class _Hub:
    """One event loop's groups, and the task that listens for them."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._groups: defaultdict[str, set[str]] = defaultdict(set)
        self._mailboxes: dict[str, _Mailbox] = {}
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def join(self, group: str, channel: str) -> None:
        self._groups[group].add(channel)
        self.mailbox(channel)

    def leave(self, group: str, channel: str) -> None:
        self._groups[group].discard(channel)
        if not self._groups[group]:
            del self._groups[group]

    def forget(self, channel: str) -> None:
        self._mailboxes.pop(channel, None)
        for group in [name for name, members in self._groups.items() if channel in members]:
            self.leave(group, channel)

    def mailbox(self, channel: str) -> _Mailbox:
        if channel not in self._mailboxes:
            self._mailboxes[channel] = _Mailbox(self._capacity)
        return self._mailboxes[channel]

    async def listening(self) -> None:
        """Return once the database is listened to; starts the listener when needed."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen(), name="channel-layer")
        if not self._ready.is_set():
            await asyncio.wait_for(self._ready.wait(), _READY_WITHIN_S)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        failures, listened_before = 0, False
        while True:
            try:
                async with await _connect() as connection:
                    await connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    self._ready.set()
                    if listened_before:
                        self._wake_everybody()  # something may have happened while nobody listened
                    failures, listened_before = 0, True
                    await self._deliver_from(connection)
            except (psycopg.Error, OSError) as error:
                delay_s = _RETRY_DELAYS_S[min(failures, len(_RETRY_DELAYS_S) - 1)]
                failures += 1
                logger.warning("Listening for live progress was interrupted, again in %s s: %s", delay_s, error)
                await asyncio.sleep(delay_s)
            finally:
                self._ready.clear()

    async def _deliver_from(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=_PING_EVERY_S):
                self._deliver(notice.payload)
            await connection.execute("SELECT 1")

    def _deliver(self, payload: str) -> None:
        try:
            parcel = json.loads(payload)
            message = parcel["message"]
            receivers = self._groups.get(parcel["group"], ()) if "group" in parcel else (parcel["channel"],)
        except (ValueError, KeyError, TypeError):
            logger.warning("A message that is not ours on channel %s was left out", NOTIFY_CHANNEL)
            return
        for channel in receivers:
            if channel in self._mailboxes:
                self._mailboxes[channel].put(dict(message))

    def _wake_everybody(self) -> None:
        for channel in {channel for members in self._groups.values() for channel in members}:
            self._mailboxes[channel].put(dict(WAKE))


async def _connect() -> psycopg.AsyncConnection:
    """A connection of its own: LISTEN must not go through a transaction pooler or Django's pool."""
    if settings.DATABASE_EMBEDDED:
        await asyncio.to_thread(embedded.acquire, settings.DATA_DIR)
    database = settings.DATABASES["default"]
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    target = {name: str(database[key]) for name, key in names.items() if database.get(key)}
    return await psycopg.AsyncConnection.connect(make_conninfo(**target, connect_timeout=10), autocommit=True)


async def _notify(parcel: Message) -> None:
    payload = json.dumps(parcel)
    if len(payload.encode()) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"a channel layer message may have {MAX_PAYLOAD_BYTES} bytes: put the data in a row and ring")
    async with await _connect() as connection:
        await connection.execute("SELECT pg_notify(%s, %s)", [NOTIFY_CHANNEL, payload])
