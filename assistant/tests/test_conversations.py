"""Questions that lean on the one before, conversations kept, rated, deleted and forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from assistant.actions import Asked, answer_whole, delete_conversation, forget_old, rate_turn
from assistant.conversation import by_rule, leans, topic_of
from assistant.models import Conversation, Turn
from assistant.queries import AnswerRow, Earlier, conversation_turns, get_turn, list_conversations
from assistant.tests.meetings import bring_in
from assistant.tests.model_server import StreamingServer
from conftest import World
from council.access import Actor, access_council_from_shell
from council.errors import CouncilError
from council.tenancy import tenant_scope

QUESTION = "Ile będzie kosztował remont ulicy Lipowej?"


def begin(actor: Actor, question: str = QUESTION) -> AnswerRow:
    return answer_whole(actor, Asked(question, in_conversation=True))


@pytest.mark.parametrize(
    "question", ["a kto był przeciw?", "A kiedy?", "Kto ją poparł?", "Dlaczego?", "A kto był przeciw temu?"]
)
def test_a_question_that_says_too_little_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [QUESTION, "Kto głosował przeciw budowie żłobka przy szkole?", "Co mówiła radna Sroka o drodze?",
     "kogo nie bylo na sesji a kto sie spoznil", "Kto był nieobecny?"],
)  # fmt: skip
def test_a_whole_question_stands_alone(question: str) -> None:
    assert not leans(question)


def test_the_topic_goes_on_by_rule() -> None:
    recording_id = uuid4()
    understood = by_rule("a kto był przeciw?", [Earlier(QUESTION, recording_id)])
    assert understood.question == "a kto był przeciw – remont ulicy Lipowej?"
    assert understood.recording_id == recording_id
    assert topic_of("Kto i kiedy?") == ""


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Jakim wynikiem przyjęto zmiany w budżecie na 2026 rok?", "zmiany w budżecie na 2026"),
        ("Jakim wynikiem przyjęto stawkę za odpady?", "stawkę za odpady"),
        ("O co interpelowała radna Świderska-Lis?", "radna Świderska-Lis"),
    ],
)
def test_what_a_follow_up_was_understood_as_can_be_read(question: str, topic: str) -> None:
    assert topic_of(question) == topic


def test_a_follow_up_is_answered_from_what_was_asked_before(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk)
    first = begin(clerk)
    second = answer_whole(clerk, Asked("A kiedy się zacznie?", conversation_id=first.conversation_id))
    assert "Lipowej" in second.understood_as
    assert second.conversation_id == first.conversation_id
    assert first.conversation_id is not None
    assert [t.question for t in conversation_turns(clerk, first.conversation_id)] == [QUESTION, "A kiedy się zacznie?"]


def test_a_model_rewrites_the_follow_up(committed_world: World, settings: Settings, httpserver: HTTPServer) -> None:
    clerk = committed_world.actor(committed_world.clerk)
    bring_in(clerk)
    server = StreamingServer(httpserver)
    server.serve(settings)
    whole = "Kiedy zacznie się remont ulicy Lipowej?"
    server.reply = lambda messages: whole if "Przepisujesz" in messages[0]["content"] else '{"sentences": []}'
    first = begin(clerk)
    second = answer_whole(clerk, Asked("A kiedy?", conversation_id=first.conversation_id))
    assert second.understood_as == whole


def test_a_conversation_is_its_owners_alone(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    clerk, councillor = (committed_world.actor(p) for p in (committed_world.clerk, committed_world.councillor))
    turn = begin(clerk)
    assert turn.conversation_id is not None
    assert list_conversations(councillor) == []
    for attempt in (
        lambda: conversation_turns(councillor, turn.conversation_id),
        lambda: delete_conversation(councillor, turn.conversation_id),
        lambda: answer_whole(councillor, Asked("A kiedy?", conversation_id=turn.conversation_id)),
        lambda: rate_turn(councillor, turn.turn_id, rating=1),
    ):
        with pytest.raises(CouncilError, match="not_found"):
            attempt()
    delete_conversation(clerk, turn.conversation_id)
    assert list_conversations(clerk) == []
    with pytest.raises(CouncilError, match="not_found"):
        get_turn(clerk, turn.turn_id)


def test_an_answer_is_rated_on_its_page(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    clerk = committed_world.actor(committed_world.clerk)
    turn = begin(clerk)
    client = Client()
    client.force_login(committed_world.clerk)
    client.post(f"/lipowa/pytaj/{turn.turn_id}/ocena/", {"rating": "-1", "comment": "Nie \0na temat"})
    assert get_turn(clerk, turn.turn_id).rating == -1
    with tenant_scope(clerk.council_id):
        assert Turn.objects.get().comment == "Nie  na temat"


def test_old_conversations_are_forgotten(committed_world: World, settings: Settings) -> None:
    settings.LLM_BASE_URL = ""
    settings.CONVERSATION_RETENTION = timedelta(days=30)
    clerk = committed_world.actor(committed_world.clerk)
    old, new = begin(clerk), begin(clerk)
    assert old.conversation_id is not None
    with tenant_scope(clerk.council_id):
        long_ago = timezone.now() - timedelta(days=31)
        Conversation.objects.filter(pk=old.conversation_id).update(asked_at=long_ago)
    assert forget_old(access_council_from_shell("lipowa")) == 1
    assert [row.conversation_id for row in list_conversations(clerk)] == [new.conversation_id]
