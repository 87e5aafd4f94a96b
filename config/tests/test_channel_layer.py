"""The channel layer over LISTEN/NOTIFY: what one process rings, every other hears, also after a lost line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from config import channel_layer
from config.channel_layer import PostgresChannelLayer
from council import live

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 120


@pytest.fixture
async def layer() -> AsyncIterator[PostgresChannelLayer]:
    layer = PostgresChannelLayer()
    yield layer
    await layer.close()


async def joined(layer: PostgresChannelLayer, group: str) -> str:
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def next_message(layer: PostgresChannelLayer, channel: str) -> dict[str, object]:
    return await asyncio.wait_for(layer.receive(channel), WAIT_S)


async def test_a_hundred_messages_reach_every_member_of_the_group_and_nobody_else(layer: PostgresChannelLayer) -> None:
    sender = PostgresChannelLayer()
    one, other = await joined(layer, "recording.1"), await joined(layer, "recording.1")
    outsider = await joined(layer, "recording.2")
    for number in range(100):
        await sender.group_send("recording.1", {"type": "look", "number": number})
    for channel in (one, other):
        heard = [(await next_message(layer, channel))["number"] for _ in range(100)]
        assert heard == list(range(100))
    await sender.group_send("recording.2", {"type": "last"})
    assert await next_message(layer, outsider) == {"type": "last"}


@sync_to_async
def ring_and_keep_or_not(keep: bool) -> None:
    try:
        with transaction.atomic():
            live.ring("recording.1")
            if not keep:
                raise InterruptedError
    except InterruptedError:
        return


async def test_the_bell_of_a_worker_commits_or_rolls_back_with_its_row(layer: PostgresChannelLayer) -> None:
    channel = await joined(layer, "recording.1")
    await ring_and_keep_or_not(False)
    await layer.group_send("recording.1", {"type": "between"})
    await ring_and_keep_or_not(True)
    assert [(await next_message(layer, channel))["type"] for _ in range(2)] == ["between", "look"]


async def test_after_a_lost_connection_everybody_looks_and_the_line_works_again(layer: PostgresChannelLayer) -> None:
    channel = await joined(layer, "recording.1")
    await end_all_listeners()
    assert await next_message(layer, channel) == {"type": "look"}
    await layer.group_send("recording.1", {"type": "after"})
    assert await next_message(layer, channel) == {"type": "after"}


async def end_all_listeners() -> None:
    async with await channel_layer._connect() as connection:
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'listen %'")


async def test_a_consumer_that_left_hears_nothing_more(layer: PostgresChannelLayer) -> None:
    gone, stays = await joined(layer, "recording.1"), await joined(layer, "recording.1")
    waiting = asyncio.create_task(layer.receive(gone))
    await asyncio.sleep(0)
    waiting.cancel()
    await layer.group_send("recording.1", {"type": "look"})
    assert await next_message(layer, stays) == {"type": "look"}
    hub = layer._hub()
    assert gone not in hub._mailboxes
    assert hub._groups["recording.1"] == {stays}


async def test_a_slow_consumer_loses_the_oldest_messages() -> None:
    layer = PostgresChannelLayer(capacity=3)
    slow, witness = await joined(layer, "recording.1"), await joined(layer, "recording.1")
    for number in range(5):
        await layer.group_send("recording.1", {"type": "look", "number": number})
        await next_message(layer, witness)
    assert [(await next_message(layer, slow))["number"] for _ in range(3)] == [2, 3, 4]
    await layer.close()


async def test_a_message_too_large_for_the_database_is_refused_at_once(layer: PostgresChannelLayer) -> None:
    with pytest.raises(ValueError, match="7000 bytes"):
        await layer.group_send("recording.1", {"type": "look", "text": "ż" * 4000})


async def test_without_a_database_joining_fails_and_does_not_hang(
    layer: PostgresChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse() -> psycopg.AsyncConnection:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(channel_layer, "_connect", refuse)
    monkeypatch.setattr(channel_layer, "_READY_WITHIN_S", 0.2)
    with pytest.raises(TimeoutError):
        await layer.group_add("recording.1", await layer.new_channel())
