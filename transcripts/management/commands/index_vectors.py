"""A vector index of its own for every council too large to be scanned at each question."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connections

from council.models import Council
from council.tenancy import tenant_scope
from transcripts.models import Passage
from transcripts.search import EXACT_SCAN_PASSAGES, vector_index_name


class Command(BaseCommand):
    help = "Buduje indeks wektorów każdej dużej rady, a zbędne usuwa. Uruchamiaj np. co noc; nie wstrzymuje pracy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--above", type=int, default=EXACT_SCAN_PASSAGES, metavar="N",
            help="od ilu fragmentów rada dostaje indeks (domyślnie: %(default)s)",
        )  # fmt: skip

    def handle(self, *args: object, **options: Any) -> None:
        above: int = options["above"]
        for council in Council.objects.order_by("pk"):
            with tenant_scope(council.pk):
                large = Passage.objects.filter(council=council)[above : above + 1].exists()
            state = self._state(council)
            if state and (not large or state == "invalid"):  # invalid: what a broken build left behind
                self._execute(f"DROP INDEX CONCURRENTLY {vector_index_name(council.pk)}")
                self.stdout.write(f"{council.slug}: usunięto zbędny indeks wektorów")
            if large and state != "valid":
                self._execute(
                    f"CREATE INDEX CONCURRENTLY {vector_index_name(council.pk)} ON transcripts_passage"
                    f" USING hnsw (embedding halfvec_cosine_ops) WHERE council_id = {council.pk}"
                )
                self.stdout.write(f"{council.slug}: zbudowano indeks wektorów")

    def _state(self, council: Council) -> str:
        """ "valid", "invalid" or "" when there is none."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s",
                [vector_index_name(council.pk)],
            )
            row = cursor.fetchone()
        return "" if row is None else "valid" if row[0] else "invalid"

    def _execute(self, statement: str) -> None:
        try:
            with connections["owner"].cursor() as cursor:
                cursor.execute(statement)
        except ProgrammingError as error:
            raise CommandError(f"Indeks buduje właściciel bazy: ustaw OWNER_DATABASE_URL. ({error})") from error
