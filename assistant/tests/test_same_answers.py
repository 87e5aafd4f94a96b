"""The page, an OpenAI client and an MCP client are told the same: the same refusals, the same quotes."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from asgiref.sync import sync_to_async

from assistant.actions import ask
from assistant.tests.meetings import bring_in
from assistant.tests.test_mcp_server import called, connected, key_of, web  # noqa: F401  # a fixture
from conftest import World

pytestmark = pytest.mark.django_db(transaction=True)

QUESTIONS = (
    "Ile będzie kosztował remont ulicy Lipowej?",
    "kiedy biblioteka bedzie otwarta w soboty",
    "Jak zagłosował radny Nowak w głosowaniu tajnym?",
    "Kiedy powstanie metro?",
)
Told = list[tuple[str, int]]


async def test_whoever_asks_is_told_the_same(web: str, committed_world: World) -> None:  # noqa: F811
    clerk = await sync_to_async(committed_world.actor)(committed_world.clerk)
    await sync_to_async(bring_in)(clerk)
    secret = await sync_to_async(key_of)(committed_world)
    answered = 0
    async with connected(web, secret) as program, openai.AsyncOpenAI(base_url=f"{web}/v1", api_key=secret) as client:
        for question in QUESTIONS:
            page = await sync_to_async(ask)(clerk, question)
            shown = [(citation.quote, citation.start_ms) for citation in page.citations]
            told = await called(program, "ask", question=question)
            completion = await client.chat.completions.create(
                model="asystent-radnego", messages=[{"role": "user", "content": question}]
            )
            extras = completion.model_extra or {}
            assert told["refused"] is extras["refused"] is page.refused
            assert _told(told) == _told(extras) == shown
            near = [(citation.quote, citation.start_ms) for citation in page.nearest]
            assert _told(told, "nearest") == _told(extras, "nearest") == near
            if page.refused:
                assert told["answer"] == page.answer
                assert (completion.choices[0].message.content or "").startswith(page.answer)
            answered += not page.refused
    assert answered == 2


def _told(answer: dict[str, Any], which: str = "citations") -> Told:
    return [(citation["quote"], citation["start_ms"]) for citation in answer[which]]
