"""The command that measures search measures the product's own search and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from council.models import Council
from transcripts import embedding
from transcripts.tests.search_world import WordEmbedder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    words = WordEmbedder()
    monkeypatch.setattr(embedding, "embedder", lambda own=None, *, egress_allowed: words)
    monkeypatch.setattr(embedding, "configured_model", lambda own=None: words.model)
    passages = [
        ("p1", "Drogi", "Remont drogi w Lipowcu."),
        ("p2", "Szkoły", "Nowa szkoła."),
        ("p3", "", "Zebra w zoo."),
    ]
    questions = [
        ("q1", "Gdzie będzie remont drogi?"),
        ("q2", "Gdzie jest szkoła?"),
        ("q3", "remont drogi"),
        ("q4", "bez klucza"),
    ]
    right = [("q1", "p1", 1), ("q2", "p2", 1), ("q3", "p3", 1), ("q3", "p1", 0)]
    (tmp_path / "passages.jsonl").write_text(
        "\n".join(json.dumps({"id": i, "title": title, "text": text}) for i, title, text in passages)
    )
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in questions))
    (tmp_path / "qrels.tsv").write_text(
        "question-id\tpassage-id\tscore\n" + "\n".join(f"{q}\t{p}\t{grade}" for q, p, grade in right)
    )
    return tmp_path


def test_it_prints_the_measures_and_removes_its_council(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate_retrieval", str(folder), "--json", skip_checks=True)
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"hit@1", "hit@10", "mrr", "p50_ms", "p95_ms"}
    assert result["hit@1"] == pytest.approx(2 / 3, abs=1e-3)  # q3's right passage is a wrong one on purpose
    assert result["hit@10"] == 1.0
    assert 2 / 3 < result["mrr"] < 1.0
    assert not Council.objects.exists()


def test_other_questions_and_a_limit_can_be_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = folder / "other.jsonl"
    other.write_text('{"id": "q2", "text": "szkoła"}\n{"id": "q3", "text": "droga"}\n')
    call_command(
        "evaluate_retrieval", str(folder), "--questions", str(other), "--limit", "1", "--json", skip_checks=True
    )
    assert json.loads(capsys.readouterr().out)["hit@1"] == 1.0


def test_a_folder_without_a_collection_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="odczytać zbioru"):
        call_command("evaluate_retrieval", str(tmp_path), skip_checks=True)
