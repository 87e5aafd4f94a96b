"""manage.py create_key --council SLUG [--name N]"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from council import actions
from council.access import access_council_from_shell
from council.management.command import CouncilCommand


class Command(CouncilCommand):
    help = "Tworzy klucz API rady i wypisuje go jeden raz (nagłówek: Authorization: Bearer KLUCZ)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--council", required=True, metavar="SLUG", help="skrót rady")
        parser.add_argument("--name", default="", help="do czego klucz służy")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = access_council_from_shell(options["council"])
        key = actions.create_key(actor, name=options["name"])
        self.say(f"Klucz API rady „{actor.council_name}”. Zapisz go teraz: nie będzie pokazany ponownie.")
        self.give(key.secret)
