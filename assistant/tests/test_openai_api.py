"""The council's assistant as a model of OpenAI's API, spoken to by OpenAI's own client over a real port."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openai
import pytest
from pytest_django import Settings

from assistant.models import Turn
from assistant.tests.live_web import running_web
from assistant.tests.meetings import bring_in
from conftest import World
from council import actions
from council.models import KeyScope
from council.tenancy import tenant_scope
from speech.tests import patient_client

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"
MODEL = "asystent-radnego"


@pytest.fixture
def web(committed_world: World, settings: Settings) -> Iterator[str]:
    settings.LLM_BASE_URL = ""
    with running_web() as address:
        yield address


def client_of(web: str, world: World, scope: KeyScope = KeyScope.ALL) -> openai.OpenAI:
    secret = actions.create_key(world.actor(world.clerk), scope=scope).secret
    return openai.OpenAI(base_url=f"{web}/v1", api_key=secret, max_retries=0)


def test_a_question_is_answered_with_numbered_sources(web: str, committed_world: World) -> None:
    recording_id = bring_in(committed_world.actor(committed_world.clerk))
    client = client_of(web, committed_world)
    assert MODEL in [model.id for model in client.models.list()]
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "system", "content": "Mów po angielsku."}, {"role": "user", "content": QUESTION}],
        tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}],
        temperature=2,
        seed=1,
    )
    text = answer.choices[0].message.content or ""
    assert "dwieście tysięcy złotych" in text
    assert "[1]" in text
    assert f"/lipowa/nagrania/{recording_id}/#t=" in text
    (citation, *_) = answer.model_extra["citations"] if answer.model_extra else []
    assert text.count(citation["quote"]) == 1  # the list of sources does not say it again
    assert citation["url"].startswith("http")
    assert answer.choices[0].finish_reason == "stop"
    with tenant_scope(committed_world.lipowa.pk):
        assert Turn.objects.get().by_program


def test_a_streamed_answer_is_the_same_text_in_pieces(web: str, committed_world: World) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    client = client_of(web, committed_world)
    question: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model=MODEL, messages=question)
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=question, stream=True, stream_options={"include_usage": True}
        )
    )
    pieces = [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content]
    assert len(pieces) >= 2
    assert "".join(pieces) == whole.choices[0].message.content
    last = [c for c in chunks if c.choices][-1]
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra
    assert last.model_extra["citations"]
    assert chunks[-1].usage is not None


def test_a_follow_up_leans_on_the_messages_before_it(web: str, committed_world: World) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    client_of(web, committed_world).chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "Dwieście tysięcy."},
            {"role": "user", "content": [{"type": "text", "text": "A kiedy się zacznie?"}]},
        ],
    )
    with tenant_scope(committed_world.lipowa.pk):
        assert "Lipowej" in Turn.objects.get().understood_as


def test_what_is_not_in_the_recordings_is_refused_in_words(web: str, committed_world: World) -> None:
    answer = client_of(web, committed_world).chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Kto wygrał wybory prezydenckie na Marsie?"}]
    )
    assert "Brak podstaw" in (answer.choices[0].message.content or "")
    assert answer.model_extra
    assert answer.model_extra["citations"] == []


def test_a_key_of_the_speech_server_only_opens_no_assistant(web: str, committed_world: World) -> None:
    client = client_of(web, committed_world, KeyScope.SPEECH)
    with pytest.raises(openai.PermissionDeniedError):
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": QUESTION}])


def test_another_councils_key_finds_nothing_of_ours(web: str, committed_world: World) -> None:
    bring_in(committed_world.actor(committed_world.clerk))
    stranger = committed_world.actor(committed_world.stranger, committed_world.debowa)
    client = openai.OpenAI(base_url=f"{web}/v1", api_key=actions.create_key(stranger).secret)
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": QUESTION}])
    assert "Brak podstaw" in (answer.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"[" * 100_000, 400),
        (json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "Co?"}]}).encode(), 404),
        (json.dumps({"model": MODEL}).encode(), 400),
        (json.dumps({"model": MODEL, "messages": []}).encode(), 400),
        (json.dumps({"model": MODEL, "messages": ["a", None, 7]}).encode(), 400),
        (json.dumps({"model": MODEL, "messages": [{"role": "user"}]}).encode(), 400),
        (json.dumps({"model": MODEL, "messages": [{"role": "assistant", "content": "Tak."}]}).encode(), 400),
        (json.dumps({"model": MODEL, "messages": [{"role": "user", "content": " \0 "}]}).encode(), 400),
        (json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "\ud800 co?"}]}).encode(), 200),
        (json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "a" * 5_000}]}).encode(), 400),
        (json.dumps({"model": MODEL, "stream": "yes", "messages": [{"role": "user", "content": "Co?"}]}).encode(), 200),
    ],
)
def test_whatever_comes_in_there_is_an_answer(web: str, committed_world: World, body: bytes, status: int) -> None:
    secret = actions.create_key(committed_world.actor(committed_world.clerk)).secret
    answer = patient_client.post(
        f"{web}/v1/chat/completions", content=body, headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == status, answer.text
    assert "error" in answer.json() or status == 200
