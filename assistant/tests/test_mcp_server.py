"""The Model Context Protocol, spoken by its official client over a real port and over standard input and output."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from asgiref.sync import sync_to_async
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pytest_django import Settings

from assistant.mcp_server import _actor, server
from assistant.tests.live_web import running_web
from assistant.tests.meetings import bring_in
from conftest import World
from council import actions
from council.access import access_council_from_shell
from speech.tests import patient_client
from speech.tests.patient_client import PATIENCE_S

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"


@pytest.fixture
def web(committed_world: World, settings: Settings) -> Iterator[str]:
    settings.LLM_BASE_URL = ""
    with running_web() as address:
        yield address


@asynccontextmanager
async def connected(web: str, secret: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {secret}"}, timeout=PATIENCE_S) as http,
        Client(streamable_http_client(f"{web}/mcp", http_client=http)) as client,
    ):
        yield client


def key_of(world: World) -> str:
    return actions.create_key(world.actor(world.clerk)).secret


async def called(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    found: Any = result.structured_content
    return found.get("result", found)


async def test_a_program_searches_asks_and_reads(web: str, committed_world: World) -> None:
    clerk = await sync_to_async(committed_world.actor)(committed_world.clerk)
    recording_id = str(await sync_to_async(bring_in)(clerk))
    secret = await sync_to_async(key_of)(committed_world)
    async with connected(web, secret) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names >= {"search", "ask", "get_transcript", "list_votes", "list_recordings"}
        hits = await called(client, "search", query="remont ulicy Lipowej")
        assert hits[0]["recording"] == recording_id
        assert "#t=" in hits[0]["url"]
        answer = await called(client, "ask", question=QUESTION)
        assert "dwieście tysięcy" in answer["citations"][0]["quote"]
        transcript = await called(client, "get_transcript", recording=recording_id, limit=2)
        assert [s["index"] for s in transcript["segments"]] == [0, 1]
        assert isinstance(await called(client, "list_votes", recording=recording_id), list)
        wrong = await client.call_tool("get_transcript", {"recording": "nie-numer"})
        assert wrong.is_error


async def test_another_council_sees_nothing_of_it(web: str, committed_world: World) -> None:
    clerk = await sync_to_async(committed_world.actor)(committed_world.clerk)
    recording_id = str(await sync_to_async(bring_in)(clerk))
    stranger = await sync_to_async(committed_world.actor)(committed_world.stranger, committed_world.debowa)
    secret = (await sync_to_async(actions.create_key)(stranger)).secret
    async with connected(web, secret) as client:
        assert await called(client, "search", query="remont ulicy Lipowej") == []
        assert (await client.call_tool("get_transcript", {"recording": recording_id})).is_error


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer ar_made-up"}, {"Authorization": "Basic x"}])
def test_nobody_comes_in_without_a_key(web: str, headers: dict[str, str]) -> None:
    answer = patient_client.post(
        f"{web}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=headers
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"jsonrpc": "2.0"}', b"x" * 2_000_000])
def test_hostile_bodies_are_refused(web: str, committed_world: World, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {key_of(committed_world)}", "Content-Type": "application/json",
               "Accept": "application/json, text/event-stream"}  # fmt: skip
    assert 400 <= patient_client.post(f"{web}/mcp", content=body, headers=headers).status_code < 500


@pytest.mark.django_db(transaction=True)
async def test_over_standard_input_it_serves_the_named_council(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    clerk = await sync_to_async(committed_world.actor)(committed_world.clerk)
    await sync_to_async(bring_in)(clerk)
    _actor.set(await sync_to_async(access_council_from_shell)("lipowa"))
    async with Client(server) as client:
        assert (await called(client, "search", query="remont ulicy Lipowej"))[0]["title"] == "XII sesja"
