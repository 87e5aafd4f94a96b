"""Summaries: out of facts without a model, out of a model's words only where quotes prove them; corrected, approved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from assistant.minutes import actions as minutes_actions
from assistant.minutes import queries as minutes_queries
from assistant.summaries import actions, debate, queries
from assistant.tests.test_minutes_drafts import read_recording
from conftest import World
from council.errors import CouncilError
from transcripts import actions as recording_actions
from transcripts.tests.facts_meetings import DEMO


class ScriptedModel:
    """Answers each question with the next of its texts, the last one for ever; keeps what it was asked."""

    name = "model-testowy"

    def __init__(self, *answers: object) -> None:
        self._answers = [answer if isinstance(answer, str) else json.dumps(answer) for answer in answers]
        self.asked: list[str] = []

    def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any] | None = None) -> str:
        self.asked.append(messages[-1]["content"])
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def use(monkeypatch: pytest.MonkeyPatch, model: ScriptedModel) -> None:
    monkeypatch.setattr(actions, "summary_model", lambda actor: model)
    monkeypatch.setattr(debate, "summary_model", lambda actor: model)


def spoken_sentence(words: int = 8) -> str:
    """A sentence of the meeting that is long enough to quote, without figures."""
    return next(
        u.text for u in DEMO.utterances() if len(u.text.split()) >= words and "przewodnicz" not in u.speaker.lower()
    )


def only(world: World, recording_id: UUID) -> queries.SummaryRow:
    (row,) = queries.list_summaries(world.actor(world.clerk), recording_id)
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("style", ["normal", "plain"])
def test_without_a_model_the_facts_are_told_and_say_so(world: World, style: str) -> None:
    recording_id = read_recording(world)
    actions.summarise(world.actor(world.clerk), recording_id=recording_id, style=style)
    row = only(world, recording_id)
    assert (row.origin, row.origin_label) == ("facts", "wyciąg z faktów i cytatów, bez modelu językowego")
    text = " ".join(sentence.text for sentence in row.sentences)
    assert "11" in text
    assert "zeciw" in text
    assert all(sentence.start_ms is not None and sentence.quote for sentence in row.sentences)


@pytest.mark.django_db
def test_a_point_is_summarised_by_its_own_facts(world: World) -> None:
    recording_id = read_recording(world)
    actions.summarise(world.actor(world.clerk), recording_id=recording_id, point="5")
    row = only(world, recording_id)
    assert row.point == "5"
    assert row.title.startswith("5. ")
    with pytest.raises(CouncilError, match="not_found"):
        actions.summarise(world.actor(world.clerk), recording_id=recording_id, point="99")
    with pytest.raises(CouncilError, match="summary_invalid"):
        actions.summarise(world.actor(world.clerk), recording_id=recording_id, style="wiersz")


@pytest.mark.django_db
def test_only_sentences_with_a_true_quote_and_true_figures_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording_id, quote = read_recording(world), spoken_sentence()
    model = ScriptedModel({"title": "O czym mówiono", "sentences": [
        {"text": quote, "quote": quote},
        {"text": "Rada przyznała milion złotych.", "quote": quote},
        {"text": quote, "quote": "tych słów nikt na sesji nie powiedział"},
    ]})  # fmt: skip
    use(monkeypatch, model)
    actions.summarise(world.actor(world.clerk), recording_id=recording_id)
    row = only(world, recording_id)
    assert [sentence.text for sentence in row.sentences] == [quote]
    assert (row.origin, row.model_name, row.title) == ("model", "model-testowy", "O czym mówiono")
    assert row.notes == ("Usunięto zdania bez pokrycia w nagraniu: 2.",)


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["", "nie umiem", '{"sentences": 5}', "[" * 50_000, {"title": "T", "sentences": []}])
def test_a_model_that_fails_leaves_the_facts(world: World, monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    recording_id = read_recording(world)
    use(monkeypatch, ScriptedModel(answer))
    actions.summarise(world.actor(world.clerk), recording_id=recording_id)
    row = only(world, recording_id)
    assert row.origin == "facts"
    assert row.sentences
    assert row.notes


@pytest.mark.django_db
def test_a_correction_needs_a_new_approval_and_residents_see_approved_ones_only(world: World) -> None:
    clerk, resident, recording_id = world.actor(world.clerk), world.actor(world.resident), read_recording(world)
    recording_actions.publish_recording(clerk, recording_id=recording_id, published=True)
    actions.summarise(clerk, recording_id=recording_id)
    row = only(world, recording_id)
    assert queries.list_summaries(resident, recording_id) == []
    actions.approve_summary(clerk, recording_id=recording_id, summary_id=row.id, approved=True)
    assert len(queries.list_summaries(resident, recording_id)) == 1
    texts = ["Poprawione.", *["" for _ in row.sentences[1:]]]
    actions.correct_summary(clerk, recording_id=recording_id, summary_id=row.id, based_on=1, title="Nowy", texts=texts)
    assert queries.list_summaries(resident, recording_id) == []
    after = only(world, recording_id)
    assert [(s.text, s.start_ms) for s in after.sentences] == [("Poprawione.", row.sentences[0].start_ms)]
    assert (after.title, after.origin, after.version) == ("Nowy", "clerk", 2)
    with pytest.raises(CouncilError, match="minutes_changed"):
        actions.correct_summary(clerk, recording_id=recording_id, summary_id=row.id, based_on=1, title="", texts=["x"])
    for texts in ([], [""], ["x"] * 101, ["x" * 1001]):
        with pytest.raises(CouncilError, match="summary_invalid"):
            actions.correct_summary(
                clerk, recording_id=recording_id, summary_id=row.id, based_on=2, title="", texts=texts
            )
    with pytest.raises(CouncilError, match="not_found"):
        actions.approve_summary(
            world.actor(world.councillor), recording_id=recording_id, summary_id=row.id, approved=True
        )


@pytest.mark.django_db
def test_the_page(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    base = f"/lipowa/streszczenia/{recording_id}/"
    client.force_login(world.clerk)
    assert "Nie ma jeszcze streszczeń" in client.get(base).content.decode()
    assert client.post(f"{base}napisz/", {"point": "", "style": "plain"}).status_code == 302
    page = client.get(base).content.decode()
    assert "prosty język" in page
    assert f"/lipowa/nagrania/{recording_id}/#t=" in page
    row = only(world, recording_id)
    assert client.post(f"{base}{row.id}/", {"approve": "1"}).status_code == 302
    assert only(world, recording_id).approved_at is not None
    assert client.post(f"{base}{row.id}/", {"version": "NaN", "sentence": ["a"]}).status_code == 302
    assert only(world, recording_id).version == 1
    assert client.post(f"{base}napisz/", {"point": "nie ma"}).status_code == 404
    client.force_login(world.councillor)
    assert client.post(f"{base}napisz/").status_code == 404


@pytest.mark.django_db
def test_minutes_with_the_models_summary_of_the_debate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    recording_id, quote = read_recording(world), spoken_sentence()
    model = ScriptedModel({"title": "", "sentences": [{"text": quote, "quote": quote}]})
    use(monkeypatch, model)
    clerk = world.actor(world.clerk)
    minutes_actions.draft_minutes(clerk, recording_id=recording_id, with_model=True)
    row = minutes_queries.get_minutes(clerk, recording_id)
    assert "model językowy" in row.versions[0].origin_label or "modelu językowego" in row.versions[0].origin_label
    course = next(section.text for section in row.sections if section.kind == "course")
    assert f"{quote} [" in course
    assert "Głos zabrali: " in course


@pytest.mark.django_db
def test_minutes_with_a_model_where_there_is_none_are_not_written(world: World, client: Client) -> None:
    recording_id = read_recording(world)
    client.force_login(world.clerk)
    page = client.post(f"/lipowa/protokoly/{recording_id}/projekt/", {"model": "1"}, follow=True).content.decode()
    assert "nie ma modelu językowego" in page
    assert "Protokołu jeszcze nie ma" in client.get(f"/lipowa/protokoly/{recording_id}/").content.decode()
