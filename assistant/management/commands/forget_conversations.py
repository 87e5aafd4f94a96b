"""manage.py forget_conversations: delete questions and answers older than CONVERSATION_RETENTION_DAYS.

The watcher of the `default` queue runs it every hour.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assistant.actions import forget_old
from council.access import access_council_from_shell
from council.queries import council_slugs


class Command(BaseCommand):
    help = "Deletes old questions, answers and conversations; the workers do so every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        for slug in council_slugs():
            if forgotten := forget_old(access_council_from_shell(slug)):
                self.stdout.write(f"{slug}: {forgotten}")
