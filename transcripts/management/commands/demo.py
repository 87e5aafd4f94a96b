"""manage.py demo: a council to look at, its people and one meeting. Repeated, it changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from council import actions as council_actions
from council.access import access_council_from_shell
from council.actions import NewAccount
from council.errors import CouncilError
from council.management.command import CouncilCommand
from council.models import Role
from transcripts import actions, queries, waiting
from transcripts.demo.meeting import ensure_meeting
from transcripts.models import RecordingState

SLUG = "modrzewica"
NAME = "Rada Gminy Modrzewica"
_PEOPLE = (
    ("pracownik biura", "biuro@modrzewica.example", "Anna Kubiak", Role.CLERK),
    ("radna", "radna@modrzewica.example", "Danuta Gołąb", Role.COUNCILLOR),
    ("mieszkaniec", "mieszkaniec@modrzewica.example", "Jan Mieszkaniec", Role.RESIDENT),
)


class Command(CouncilCommand):
    help = "Zakłada radę pokazową z kontami i nagraniem wymyślonej sesji. Powtórzone nic nie zmienia."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            council_actions.create_council(slug=SLUG, name=NAME)
        except CouncilError as error:
            if error.code != "council_exists":  # it may have been given another name: it stays as people made it
                raise
        self._accounts()
        self._meeting()

    def _accounts(self) -> None:
        actor = access_council_from_shell(SLUG)
        accounts = [("operator", self._operator())]
        for label, email, name, role in _PEOPLE:
            account = council_actions.add_member(actor, email=email, role=role, name=name, staff=role is Role.CLERK)
            accounts.append((label, account))
        if all(account.password is None for _, account in accounts):
            self.say("Konta pokazowe już są; hasła zostały te same.")
            return
        self.give("Konta pokazowe (hasła nie będą pokazane ponownie):")
        for label, account in accounts:
            secret = account.password or "(konto już było, hasło bez zmian)"
            if account.password and account.password == settings.ADMIN_PASSWORD:
                secret = "(hasło z ADMIN_PASSWORD)"  # noqa: S105  # a word about the password, not the password
            self.give(f"  {label:<16} {account.email:<34} {secret}")

    def _operator(self) -> NewAccount:
        username = settings.ADMIN_USERNAME
        email = settings.ADMIN_EMAIL or (username if "@" in username else f"{username or 'admin'}@localhost")
        name = "" if "@" in username else username
        return council_actions.create_operator(email=email, password=settings.ADMIN_PASSWORD or None, name=name)

    def _meeting(self) -> None:
        actor = access_council_from_shell(SLUG)
        meeting = ensure_meeting(actor)
        if meeting.with_sound is False:
            self.say("Brak espeak-ng: sesja pokazowa jest bez dźwięku, a jej czasy są szacunkowe.")
        row = queries.get_recording(actor, meeting.recording_id)
        unfinished = row.state != RecordingState.READY
        if row.state == RecordingState.FAILED:
            actions.retry_recording(actor, recording_id=row.id)
        if unfinished:
            row = waiting.wait_until_done(actor, row.id, lambda _: None)
        if row.state != RecordingState.READY:
            raise CouncilError(row.error_code or "internal_error")
        if unfinished:  # a later run leaves it as people have made it
            actions.publish_recording(actor, recording_id=row.id, published=True)
            self.say(f"Sesja pokazowa jest gotowa: {row.title} ({row.id}).")
