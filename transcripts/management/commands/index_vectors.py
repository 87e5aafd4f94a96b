"""A vector index of its own for every council too large to be scanned at each question."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection, connections

from council.models import Council
from council.tenancy import tenant_scope
from transcripts.search import EXACT_SCAN_PASSAGES, vector_index_name
from transcripts.search_statement import indexed_vector, vector_index_note


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
            wanted = self._wanted(council, above)
            state = self._state(council)
            if state and state != wanted:  # too small by now, of another model, or what a broken build left behind
                self._execute(f"DROP INDEX CONCURRENTLY {vector_index_name(council.pk)}")
                self.stdout.write(f"{council.slug}: usunięto zbędny indeks wektorów")
            if wanted and state != wanted:
                size, model = wanted.split(" ", 1)
                name, quoted = vector_index_name(council.pk), model.replace("'", "''")
                self._execute(
                    f"CREATE INDEX CONCURRENTLY {name} ON transcripts_passage"
                    f" USING hnsw ({indexed_vector(int(size))} halfvec_cosine_ops)"
                    f" WHERE council_id = {council.pk} AND embedding_model = '{quoted}'"
                )
                self._execute(f"COMMENT ON INDEX {name} IS '{size} {quoted}'")
                self.stdout.write(f"{council.slug}: zbudowano indeks wektorów")

    def _wanted(self, council: Council, above: int) -> str:
        """What the council's index is to be of (see vector_index_note), "" when it needs none."""
        with tenant_scope(council.pk), connection.cursor() as cursor:
            cursor.execute(
                "SELECT embedding_model, vector_dims(embedding) FROM transcripts_passage"
                " WHERE council_id = %s AND embedding IS NOT NULL"
                " GROUP BY 1, 2 HAVING count(*) > %s ORDER BY count(*) DESC LIMIT 1",
                [council.pk, above],
            )
            row = cursor.fetchone()
        return vector_index_note(row[0], row[1]) if row else ""

    def _state(self, council: Council) -> str:
        """What the index is of, "invalid" or "" when there is none."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid, obj_description(indexrelid, 'pg_class') FROM pg_index"
                " JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s",
                [vector_index_name(council.pk)],
            )
            row = cursor.fetchone()
        return "" if row is None else (row[1] or "invalid") if row[0] else "invalid"

    def _execute(self, statement: str) -> None:
        try:
            with connections["owner"].cursor() as cursor:
                cursor.execute(statement)
        except ProgrammingError as error:
            raise CommandError(f"Indeks buduje właściciel bazy: ustaw OWNER_DATABASE_URL. ({error})") from error
