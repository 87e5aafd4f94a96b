"""Answers that come sentence by sentence: over the websocket, as server-sent events, stopped and taken up again."""

from __future__ import annotations

import json
import threading
import time
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from assistant.models import Turn
from assistant.queries import get_turn
from assistant.tests.live_web import running_web
from assistant.tests.meetings import bring_in
from assistant.tests.model_server import StreamingServer
from conftest import World
from council.models import User
from council.tenancy import tenant_scope
from speech.tests import patient_client
from transcripts.tests.sockets import Socket, opened_socket

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"
COST = {"text": "Koszt remontu to 200 tysięcy złotych.", "quote": "Koszt remontu to dwieście tysięcy złotych"}
START = {"text": "Remont ulicy Lipowej zacznie się w maju.", "quote": "Remont ulicy Lipowej zaczniemy w maju"}
LIE = {"text": "Remont potrwa rok.", "quote": "Remont ulicy Lipowej potrwa rok"}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def model(httpserver: HTTPServer, settings: Settings) -> StreamingServer:
    served = StreamingServer(httpserver)
    served.serve(settings)
    return served


async def say(socket: Socket, **wish: Any) -> None:
    await socket._wire.send_input({"type": "websocket.receive", "text": json.dumps(wish)})


async def heard(socket: Socket, until: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] != until:
        events.append(await socket.message())
    return events


async def meeting(world: World) -> Any:
    clerk = await sync_to_async(world.actor)(world.clerk)
    await sync_to_async(bring_in)(clerk)
    return clerk


async def at_the_door(socket: Socket) -> None:
    assert (await socket.next())["type"] == "websocket.accept"


async def test_verified_sentences_come_one_by_one_and_lies_never(
    committed_world: World, model: StreamingServer
) -> None:
    clerk = await meeting(committed_world)
    model.says(COST, LIE, START)
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="ask", question=QUESTION)
        events = await heard(socket, "finished")
    assert [e["type"] for e in events] == ["begun", "stage", "evidence", "sentence", "sentence", "finished"]
    assert [e["text"] for e in events if e["type"] == "sentence"] == [COST["text"], START["text"]]
    assert events[3]["citation"]["quote"] == "Koszt remontu to dwieście tysięcy złotych."
    assert events[2]["places"]
    last = events[-1]
    assert last["answer"] == f"{COST['text']} {START['text']}"
    assert any("usunięto" in note for note in last["notes"])
    kept = await sync_to_async(get_turn)(clerk, UUID(last["turn"]))
    assert kept.answer == last["answer"]


async def test_the_first_sentence_is_shown_while_the_model_still_writes(
    committed_world: World, model: StreamingServer
) -> None:
    await meeting(committed_world)
    shown = threading.Event()
    model.says(COST, START)
    model.before_piece = lambda number: None if number < 20 else _wait(shown)
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="ask", question=QUESTION)
        events = await heard(socket, "sentence")  # the model waits for this before it writes on
        shown.set()
        events += await heard(socket, "finished")
    assert [e["text"] for e in events if e["type"] == "sentence"] == [COST["text"], START["text"]]


async def test_stopping_keeps_what_was_shown(committed_world: World, model: StreamingServer) -> None:
    clerk = await meeting(committed_world)
    over = threading.Event()
    model.says(COST, START)
    model.before_piece = lambda number: None if number < 20 else _wait(over)
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="ask", question=QUESTION)
        await heard(socket, "sentence")
        await say(socket, type="stop")
        (*_, last) = await heard(socket, "stopped")
        over.set()
    kept = await sync_to_async(get_turn)(clerk, UUID(last["turn"]))
    assert (kept.answer, kept.state) == (COST["text"], "stopped")
    assert [c.quote for c in kept.citations] == ["Koszt remontu to dwieście tysięcy złotych."]


async def test_a_broken_line_stops_nothing_and_the_turn_is_taken_up_again(
    committed_world: World, model: StreamingServer
) -> None:
    clerk = await meeting(committed_world)
    back = threading.Event()
    model.says(COST, START)
    model.before_piece = lambda number: None if number < 20 else _wait(back)
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="ask", question=QUESTION)
        first = await heard(socket, "sentence")
    turn = first[0]["turn"]
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="resume", turn=turn, after=first[-1]["number"])
        assert (await socket.message())["text"] == COST["text"]  # the one that may have been lost with the line
        back.set()
        rest = await heard(socket, "finished")
    assert [e["text"] for e in rest if e["type"] == "sentence"] == [START["text"]]
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:  # long afterwards
        await at_the_door(socket)
        await say(socket, type="resume", turn=turn)
        assert (await socket.message())["answer"] == f"{COST['text']} {START['text']}"
    assert (await sync_to_async(get_turn)(clerk, UUID(turn))).state == "done"


async def test_nobody_has_more_than_three_answers_written_at_once(
    committed_world: World, model: StreamingServer
) -> None:
    await meeting(committed_world)
    goes_on = threading.Event()
    model.before_piece = lambda _: _wait(goes_on)
    model.says(COST)
    async with AsyncExitStack() as opened:
        sockets = [
            await opened.enter_async_context(opened_socket(committed_world.clerk, "/ws/lipowa/ask/")) for _ in range(4)
        ]
        for socket in sockets:
            await at_the_door(socket)
            await say(socket, type="ask", question=QUESTION)
            last = await socket.message()
        assert (last["type"], last.get("code")) == ("error", "answer_under_way")
        goes_on.set()
        for socket in sockets[:3]:
            await heard(socket, "finished")
        await say(sockets[3], type="ask", question=QUESTION)
        assert (await sockets[3].message())["type"] == "begun"
        await heard(sockets[3], "finished")


async def test_quote_mode_streams_too(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    await meeting(committed_world)
    async with opened_socket(committed_world.councillor, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="ask", question=QUESTION)
        events = await heard(socket, "finished")
    assert any("dwieście tysięcy" in e["text"] for e in events if e["type"] == "sentence")
    assert events[-1]["mode"] == "quotes"


@pytest.mark.parametrize(("who", "slug"), [("nobody", "lipowa"), ("stranger", "lipowa"), ("clerk", "nie-ma")])
async def test_a_closed_door_closes_the_socket(committed_world: World, who: str, slug: str) -> None:
    person: User | None = None if who == "nobody" else getattr(committed_world, who)
    async with opened_socket(person, f"/ws/{slug}/ask/") as socket:
        await at_the_door(socket)
        assert (await socket.next())["code"] == 4404


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", '{"type": "dance"}', '{"type": "resume"}', '{"type": "resume", "turn": "x"}', "[" * 50_000,
     '{"type": "ask"}', '{"type": "ask", "question": ["a"], "recording": {}}', '{"type": "ask", "question": "?!"}',
     f'{{"type": "resume", "turn": "{UUID(int=7)}"}}',
     f'{{"type": "ask", "question": "Co?", "recording": "{UUID(int=7)}"}}',
     f'{{"type": "ask", "question": "Co?", "conversation": "{UUID(int=7)}"}}'],
)  # fmt: skip
async def test_hostile_messages_are_answered_with_an_error(committed_world: World, text: str) -> None:
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await socket._wire.send_input({"type": "websocket.receive", "text": text})
        event = await socket.message()
        assert (event["type"], bool(event["message"])) == ("error", True)


async def test_nobody_resumes_the_answer_of_another(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    await meeting(committed_world)
    async with opened_socket(committed_world.clerk, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="ask", question=QUESTION)
        turn = (await heard(socket, "finished"))[-1]["turn"]
    async with opened_socket(committed_world.councillor, "/ws/lipowa/ask/") as socket:
        await at_the_door(socket)
        await say(socket, type="resume", turn=turn)
        assert (await socket.message())["code"] == "not_found"


async def test_server_sent_events_tell_the_same(committed_world: World, model: StreamingServer) -> None:
    await meeting(committed_world)
    model.says(COST)
    client = AsyncClient()
    await client.aforce_login(committed_world.clerk)
    response = await client.post("/lipowa/pytaj/strumien/", {"question": QUESTION})
    assert response["Content-Type"] == "text/event-stream"
    body = b"".join([part async for part in response.streaming_content])  # type: ignore[attr-defined]
    events = [json.loads(line.removeprefix("data: ")) for line in body.decode().split("\n\n") if line]
    assert [e["type"] for e in events] == ["begun", "stage", "evidence", "sentence", "finished"]


def test_who_hangs_up_the_stream_of_events_stops_the_answer(committed_world: World, model: StreamingServer) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    over = threading.Event()
    model.says(COST, START)
    model.before_piece = lambda number: None if number < 20 else _wait(over)
    client, token = Client(), "a" * 32
    client.force_login(committed_world.clerk)
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}", "X-CSRFToken": token}
    with running_web() as web:
        address = f"{web}/lipowa/pytaj/strumien/"
        with patient_client.stream("POST", address, data={"question": QUESTION}, headers=headers) as response:
            next(line for line in response.iter_lines() if '"sentence"' in line)
        while (turn := _only_turn(committed_world))[1] == "writing":
            time.sleep(0.02)  # the model's server gives up after a while, and then the turn is "done"
        over.set()
    assert turn == (COST["text"], "stopped")


def _only_turn(world: World) -> tuple[str, str]:
    with tenant_scope(world.lipowa.pk):
        turn = Turn.objects.get()
        return turn.answer, turn.state


def _wait(event: threading.Event) -> None:
    assert event.wait(120)
