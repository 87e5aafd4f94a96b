"""What every command line verb shares: the result on stdout, words for people on stderr, exit code 0 only when done."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand

from council.errors import CouncilError, message_for

INTERRUPTED_EXIT = 130  # what a shell gives to a program stopped with Ctrl-C


class CouncilCommand(BaseCommand):
    """A command whose expected failures are one Polish sentence and exit code 1."""

    requires_system_checks: list[str] = []  # they load every page of the product; `manage.py check` is for that

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CouncilError as error:
            self.say(f"{message_for(error.code, **error.context)} [{error.code}]")
            sys.exit(1)
        except KeyboardInterrupt:
            self.say("Przerwano.")
            sys.exit(INTERRUPTED_EXIT)

    def say(self, sentence: str) -> None:
        """Tell the person at the terminal; never mixed into the result."""
        self.stderr.write(sentence, style_func=str)

    def give(self, line: str) -> None:
        """One line of the result, at once (a program may be reading)."""
        self.stdout.write(line)
        self.stdout.flush()


def day(text: str) -> date:
    """Argument type of dates: 2026-03-26 or 26.03.2026."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a calendar day has no time zone
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(f"„{text}” nie jest datą; wpisz ją jak 2026-03-26 albo 26.03.2026")
