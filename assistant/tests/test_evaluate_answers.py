"""Whole invented meetings asked questions whose answers are known; the command that does so leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assistant.management.commands.evaluate_answers import read_turns
from council.models import Council
from transcripts.tests import facts_meetings

pytestmark = pytest.mark.django_db(transaction=True)

MEETINGS = Path(__file__).with_name("answer_meetings")
VOTES = Path(facts_meetings.__file__).with_name("meetings")  # those that are read for their votes as well


@pytest.mark.parametrize("name", ["miasto_cyfry", "powiat", "borowiec", "lesnica", "topolno", "jarzebin"])
def test_most_is_answered_and_nothing_is_made_up(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = next(folder / f"{name}.txt" for folder in (MEETINGS, VOTES) if (folder / f"{name}.txt").exists())
    call_command("evaluate_answers", str(MEETINGS / f"{name}.json"), str(words), "--json", skip_checks=True)
    result = json.loads(capsys.readouterr().out)
    assert result["hit@1"] >= 0.75, [row for row in result["rows"] if not row["right"]]
    refused, impossible = result["refused"].split("/")
    assert refused == impossible, [row for row in result["rows"] if not row["answerable"] and not row["refused"]]
    assert not Council.objects.exists()


def test_a_line_without_a_speaker_is_a_turn_of_nobody() -> None:
    first, second = read_turns("RADNA Ewa Sroka: Dzień dobry państwu.\n\nPotem ktoś mówił.")
    assert (first.speaker, first.text, first.end_ms) == ("RADNA Ewa Sroka", "Dzień dobry państwu.", 1_200)
    assert (second.speaker, second.start_ms) == ("", 1_200)


@pytest.mark.parametrize(
    "truth", ["", "[]", '{"questions": [{"question": "Kto?", "evidence_turns": [9]}]}', '{"votes": 3}']
)
def test_a_file_of_another_shape_is_a_clear_error(tmp_path: Path, truth: str) -> None:
    (tmp_path / "a.json").write_text(truth)
    (tmp_path / "a.txt").write_text("Wójt: Nowy plac zabaw otworzymy w czerwcu.")
    with pytest.raises(CommandError):
        call_command("evaluate_answers", str(tmp_path / "a.json"), str(tmp_path / "a.txt"), skip_checks=True)
    assert not Council.objects.exists()
