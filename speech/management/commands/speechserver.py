"""`manage.py speechserver`: the speech server by itself, on a machine that needs no database."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Uruchamia serwer mowy zgodny z API OpenAI; nie potrzebuje bazy danych."
    requires_system_checks: list[str] = []  # some of them ask the database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.SPEECH_SERVER_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        import uvicorn

        from speech.server.asgi import WS_MAX_BYTES, SpeechHandler
        from speech.server.catalogue import loading

        try:
            loading.check_preload()
        except ValueError as error:
            raise CommandError(str(error)) from error
        threading.Thread(target=loading.preload, name="preload", daemon=True).start()
        self.stdout.write(f"Serwer mowy: http://{options['host']}:{options['port']}/v1\nZatrzymanie: Ctrl-C")
        self.stdout.flush()  # a journal shows it now, not at the end
        uvicorn.run(
            SpeechHandler(urlconf=settings.SPEECH_URLCONF),
            host=options["host"],
            port=options["port"],
            lifespan="off",
            ws_max_size=WS_MAX_BYTES,
            ws_per_message_deflate=False,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
