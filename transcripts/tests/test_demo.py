"""manage.py demo: what a newcomer finds, and that a second run changes nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

from council.access import access_council, access_council_from_shell
from council.models import Membership, User
from speech.engine.voices import espeak
from transcripts import queries
from transcripts.demo import script, sound

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_is_whole_and_a_second_run_changes_nothing(
    transactional_db: None, settings: object, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    beginning = script.lines()[:12]
    monkeypatch.setattr(script, "lines", lambda: beginning)  # reading all of it takes ten seconds
    settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD = "szef@example.pl", "haslo operatora"  # type: ignore[attr-defined]
    call_command("demo")
    out = capfd.readouterr().out
    passwords = dict(re.findall(r"(\S+@\S+)\s+(.+)", out))
    assert set(passwords) == set(User.objects.values_list("email", flat=True))
    assert passwords.pop("szef@example.pl") == "(hasło z ADMIN_PASSWORD)"  # given, so not shown
    assert User.objects.get(is_superuser=True).check_password("haslo operatora")
    assert all(User.objects.get(email=email).check_password(word) for email, word in passwords.items())
    assert User.objects.get(is_superuser=True).email == "szef@example.pl"

    resident = User.objects.get(memberships__role="resident")
    actor = access_council(resident, "modrzewica")
    (row,), total = queries.list_recordings(actor)
    assert (total, row.title, row.state) == (1, "XXIII sesja Rady Gminy Modrzewica", "ready")
    segments = queries.list_segments(actor, row.id)
    assert [(s.speaker, s.text) for s in segments] == [(line.speaker, line.text) for line in script.lines()]
    media = queries.stored_media(actor, row.id, "media")
    assert media is not None
    assert media.media_type == "audio/mpeg"

    before = list(User.objects.order_by("pk").values())
    call_command("demo")
    again = capfd.readouterr()
    assert again.out == ""
    assert "już są" in again.err
    assert list(User.objects.order_by("pk").values()) == before
    assert Membership.objects.count() == 3
    assert queries.list_recordings(actor)[1] == 1


def test_without_espeak_the_meeting_comes_without_sound_and_says_so(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(espeak, "_loader_folder", lambda: None)
    monkeypatch.setattr(espeak, "_program", lambda: None)
    call_command("demo")
    assert "Brak espeak-ng" in capfd.readouterr().err
    actor = access_council_from_shell("modrzewica")
    (row,), _ = queries.list_recordings(actor)
    assert (row.state, row.has_media) == ("ready", False)
    assert row.duration_ms > 300_000


def test_every_sentence_has_its_own_place_in_the_sound(tmp_path: Path) -> None:
    lines = script.lines()[:6]
    target = tmp_path / "glos.mp3"
    spans = sound.read_aloud(lines, target)
    assert target.stat().st_size > 10_000
    assert all(span.duration_ms > 500 for span in spans)
    assert all(span.end_ms < following.start_ms for span, following in pairwise(spans))
