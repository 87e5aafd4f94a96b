"""manage.py create_council SLUG --name NAME [--clerk EMAIL]"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from council import actions
from council.access import access_council_from_shell
from council.management.command import CouncilCommand
from council.models import Role


class Command(CouncilCommand):
    help = "Zakłada radę i, na życzenie, konto pracownika jej biura (hasło wypisuje raz). Powtórzone nic nie zmienia."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="skrót rady w adresie, np. modrzewica")
        parser.add_argument("--name", required=True, help="pełna nazwa rady")
        parser.add_argument("--clerk", metavar="EMAIL", help="adres e-mail pracownika biura rady")

    def handle(self, *args: Any, **options: Any) -> None:
        created = actions.create_council(slug=options["slug"], name=options["name"])
        self.say("Założono radę." if created else "Taka rada już jest; nic nie zmieniono.")
        actor = access_council_from_shell(options["slug"].strip())
        self.give(actor.council_slug)
        if not options["clerk"]:
            return
        account = actions.add_member(actor, email=options["clerk"], role=Role.CLERK, staff=True)
        if account.password is None:
            self.say(f"Konto {account.email} już było; dostało rolę pracownika biura, hasło zostało to samo.")
            return
        self.say("Założono konto pracownika biura. Hasło nie będzie pokazane ponownie:")
        self.give(f"{account.email} {account.password}")
