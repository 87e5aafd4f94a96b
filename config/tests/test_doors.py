"""Every door, tried by those who must not come in: each route and websocket with the other council's ids."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assistant.models import Conversation, Turn
from conftest import World
from council.models import User
from council.tenancy import tenant_scope
from speech.engine.types import Segment
from transcripts.routing import websocket_urlpatterns
from transcripts.tests.finished import finished_recording
from transcripts.tests.sockets import opened_socket

TURN_ID = UUID(int=7)

# Routes that name no council. Everything else must have a <slug> and is walked below.
OPEN = {
    "",  # the caller's own councils
    "zaloguj/",
    "wyloguj/",
    "haslo/",  # one's own password: council/tests/test_pages_sign_in.py
    "health",
    "admin/login/",
    "admin/council/",  # council/tests/test_admin_council.py
    "admin/",  # Django's own doors; content by council: council/tests/test_admin_council.py
    "api/schema/",
    "api/docs/",
    "media/<str:token>/<str:name>",  # a signed capability: transcripts/tests/test_media_links.py
}
# Read by the council's office alone, though the recording is published.
OF_THE_OFFICE = ("corrections/", "removed/", "names/", "edytuj/")
# Of a published recording, but published (or written) one by one, and here nobody has.
ON_ITS_OWN = (
    "/<uuid:document_id>/",
    "/<int:summary_id>/",
    "/wersje/<int:index>/",
    "protokoly/<uuid:recording_id>/plik/",
    "recordings/<uuid:recording_id>/minutes/",
)
METHODS = ("get", "post", "patch", "delete")
CLOSED = {404, 405}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route == "admin/":
            yield route, pattern  # type: ignore[misc]
        elif isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern


ALL = list(routes(get_resolver().url_patterns))
COUNCIL_ROUTES = sorted({route for route, _ in ALL if "<slug:slug>" in route})
RECORDING_ROUTES = [route for route in COUNCIL_ROUTES if "<uuid:recording_id>" in route]


def address(route: str, slug: str, recording_id: UUID) -> str:
    for placeholder, value in (
        ("<slug:slug>", slug),
        ("<uuid:recording_id>", str(recording_id)),
        ("<uuid:turn_id>", str(TURN_ID)),
        ("<uuid:document_id>", str(TURN_ID)),
        ("<uuid:conversation_id>", str(TURN_ID)),
        ("<int:summary_id>", "1"),
        ("<int:index>", "0"),
        ("<str:kind>", "votes"),
        ("<int:fact_id>", "1"),
        ("<int:segment_id>", "1"),
        ("<int:sequence>", "1"),
    ):
        route = route.replace(placeholder, value)
    assert "<" not in route, f"tell this test what to put into {route}"
    return f"/{route}?{'format=txt' if route.endswith('export/') else 'q=droga'}"


@pytest.fixture
def hidden(world: World) -> UUID:
    """A finished recording of Lipowa that nobody published, and a question that was asked there in a conversation."""
    with tenant_scope(world.lipowa.pk):
        Conversation.objects.create(
            id=TURN_ID, council=world.lipowa, started_by=world.councillor, title="Co?", asked_at=timezone.now()
        )
        Turn.objects.create(
            id=TURN_ID, council=world.lipowa, asked_by=world.councillor, question="Co?", answer="Nic.", refused=False,
            mode="quotes",
        )  # fmt: skip
    return finished_recording(world.lipowa, [Segment(0, 1000, "Dzień dobry.")])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_every_route_names_a_council_or_is_on_the_short_list_of_open_ones() -> None:
    assert {route for route, _ in ALL if "<slug:slug>" not in route} == OPEN
    assert len(RECORDING_ROUTES) >= 10


@pytest.mark.parametrize("route", COUNCIL_ROUTES)
def test_a_stranger_finds_nothing_in_another_council(route: str, world: World, hidden: UUID) -> None:
    client = signed_in(world.stranger)
    answers = {method: getattr(client, method)(address(route, "lipowa", hidden)).status_code for method in METHODS}
    assert set(answers.values()) <= CLOSED, answers
    assert 404 in answers.values(), answers


@pytest.mark.parametrize("route", RECORDING_ROUTES)
def test_a_stranger_cannot_reach_another_councils_recording_through_their_own(
    route: str, world: World, hidden: UUID
) -> None:
    client = signed_in(world.stranger)
    payload = {"published": "1", "title": "Zmieniony"}
    for method in METHODS:
        given = [payload] if method == "post" else []
        answer = getattr(client, method)(address(route, "debowa", hidden), *given)
        assert answer.status_code in CLOSED, method
    assert signed_in(world.clerk).get(reverse("recording", args=["lipowa", hidden])).status_code == 200


@pytest.mark.parametrize("route", COUNCIL_ROUTES)
def test_who_did_not_sign_in_is_sent_to_the_door(route: str, world: World, hidden: UUID) -> None:
    for method in METHODS:
        answer = getattr(Client(), method)(address(route, "lipowa", hidden))
        if route.startswith("api/"):
            assert answer.status_code == 401
        else:
            assert answer.status_code in {302, 405}
            assert answer.status_code == 405 or answer["Location"].startswith("/zaloguj/")


@pytest.mark.parametrize("route", RECORDING_ROUTES)
def test_a_resident_sees_only_what_was_published_and_changes_nothing(route: str, world: World, hidden: UUID) -> None:
    client = signed_in(world.resident)
    words = [Segment(0, 1000, "Witam.")]
    shown = finished_recording(world.lipowa, words, title="Jawne", published_at=timezone.now(), content_hash="b")
    for method in METHODS:
        assert getattr(client, method)(address(route, "lipowa", hidden)).status_code in CLOSED
    needs_more = route.endswith(OF_THE_OFFICE) or any(part in route for part in ON_ITS_OWN)
    wanted = {404, 405} if needs_more else {200, 405}
    assert client.get(address(route, "lipowa", shown)).status_code in wanted
    payload = {"published": "0", "title": "Zmieniony"}
    for method in ("post", "delete"):
        assert getattr(client, method)(address(route, "lipowa", shown), payload).status_code in CLOSED
    page = client.get(reverse("recording", args=["lipowa", shown])).content.decode()
    assert "Jawne" in page


@pytest.mark.parametrize("name", ["recordings", "api-recordings"])
def test_a_residents_list_leaves_out_what_is_not_published(name: str, world: World, hidden: UUID) -> None:
    finished_recording(world.lipowa, [], title="Jawne obrady", published_at=timezone.now(), content_hash="b")
    listed = signed_in(world.resident).get(reverse(name, args=["lipowa"])).content.decode()
    assert "Jawne obrady" in listed
    assert "Sesja próbna" not in listed


@pytest.mark.parametrize("name", ["recordings", "api-recordings"])
@pytest.mark.parametrize("role", ["resident", "councillor"])
def test_only_a_clerk_brings_recordings_in(name: str, role: str, world: World) -> None:
    answer = signed_in(getattr(world, role)).post(reverse(name, args=["lipowa"]), {"address": "https://example.pl/a"})
    assert answer.status_code == 404


# --- websockets ------------------------------------------------------------------------------------------------------

SOCKETS = [str(pattern.pattern) for pattern in websocket_urlpatterns]


async def close_code(person: User | None, path: str) -> int:
    """The code a socket is closed with, which may take a moment."""
    async with opened_socket(person, path) as socket:
        assert (await socket.next())["type"] == "websocket.accept"
        return int((await socket.next())["code"])


async def stays_open(person: User, path: str) -> bool:
    async with opened_socket(person, path) as socket:
        assert (await socket.next())["type"] == "websocket.accept"
        return await socket.is_silent()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("route", SOCKETS)
async def test_a_websocket_is_closed_to_everybody_who_may_not_see_the_recording(
    route: str, committed_world: World
) -> None:
    world = committed_world
    hidden = await sync_to_async(finished_recording)(world.lipowa, [])
    shown = await sync_to_async(finished_recording)(world.lipowa, [], published_at=timezone.now(), content_hash="b")
    at = {slug: address(route, slug, hidden) for slug in ("lipowa", "debowa")}
    assert await close_code(world.stranger, at["lipowa"]) == 4404
    assert await close_code(world.stranger, at["debowa"]) == 4404
    assert await close_code(world.resident, at["lipowa"]) == 4404
    assert await close_code(None, at["lipowa"]) == 4404
    assert await stays_open(world.clerk, at["lipowa"])
    assert await stays_open(world.resident, address(route, "lipowa", shown))
