"""manage.py mcp --council SLUG: the council's recordings for one program, over standard input and output."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistant.mcp_server import serve_stdio
from council.access import access_council_from_shell
from council.errors import CouncilError, message_for


class Command(BaseCommand):
    help = "Serves a council's recordings to a program that speaks the Model Context Protocol."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--council", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            actor = access_council_from_shell(options["council"])
        except CouncilError as error:
            raise CommandError(message_for(error.code, **error.context)) from error
        asyncio.run(serve_stdio(actor))
