"""Live progress: what was missed comes first, then what happens, in order, each once."""

from __future__ import annotations

from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from conftest import World
from council.models import Council, Membership
from council.tenancy import tenant_scope
from transcripts import progress
from transcripts.models import RunState
from transcripts.tests.finished import finished_recording
from transcripts.tests.sockets import opened_socket

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def note(council: Council, recording_id: UUID, stage: str, done: int = 0) -> None:
    with tenant_scope(council.pk):
        progress.note(council.pk, recording_id, stage=stage, state=RunState.RUNNING, done=done, total=10)


async def test_a_client_that_comes_back_gets_what_it_missed_and_then_what_happens(committed_world: World) -> None:
    world = committed_world
    recording_id = await sync_to_async(finished_recording)(world.lipowa, [])
    for done in range(4):
        await note(world.lipowa, recording_id, "fetch", done)
    async with opened_socket(world.councillor, f"/ws/lipowa/recordings/{recording_id}/?after=2") as socket:
        assert (await socket.next())["type"] == "websocket.accept"
        missed = [await socket.message(), await socket.message()]
        assert [(event["sequence"], event["done"]) for event in missed] == [(3, 2), (4, 3)]
        await note(world.lipowa, recording_id, "audio", 7)
        assert await socket.message() == {
            "sequence": 5, "stage": "audio", "state": "running", "done": 7, "total": 10, "eta_ms": None,
            "error_code": "", "error_message": "",
        }  # fmt: skip
        assert await socket.is_silent()


async def test_another_recordings_events_do_not_come(committed_world: World) -> None:
    world = committed_world
    watched = await sync_to_async(finished_recording)(world.lipowa, [])
    other = await sync_to_async(finished_recording)(world.lipowa, [], content_hash="b")
    async with opened_socket(world.clerk, f"/ws/lipowa/recordings/{watched}/") as socket:
        await socket.next()
        await note(world.lipowa, other, "fetch")
        await note(world.lipowa, watched, "audio")
        assert (await socket.message())["stage"] == "audio"


async def test_who_loses_the_role_hears_nothing_more(committed_world: World) -> None:
    world = committed_world
    recording_id = await sync_to_async(finished_recording)(world.lipowa, [])
    async with opened_socket(world.councillor, f"/ws/lipowa/recordings/{recording_id}/") as socket:
        await socket.next()
        assert await socket.is_silent()
        await Membership.objects.filter(user=world.councillor).adelete()
        await note(world.lipowa, recording_id, "audio")
        assert await socket.next() == {"type": "websocket.close", "code": 4404}


async def test_a_page_of_another_site_cannot_listen(committed_world: World) -> None:
    world = committed_world
    recording_id = await sync_to_async(finished_recording)(world.lipowa, [])
    address = f"/ws/lipowa/recordings/{recording_id}/"
    async with opened_socket(world.clerk, address, origin="https://evil.example") as socket:
        assert (await socket.next())["type"] == "websocket.close"
