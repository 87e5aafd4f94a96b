"""Whose rows a transaction may see: row-level security, driven by one setting per transaction.

Every content table carries `council_id` and a FORCEd policy that compares it with the setting `app.council_id`. Outside
a scope the setting is empty and no row is visible, so forgetting the scope loses rows on the screen, never to another
council. Measured facts behind this: docs/architecture.md, "Tenancy".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, migrations, transaction

_SET = "SELECT set_config('app.council_id', %s, true)"
_POLICY = "council_id = nullif(current_setting('app.council_id', true), '')::bigint"


@contextmanager
def tenant_scope(council_id: int) -> Iterator[None]:
    """One short transaction that sees and writes the rows of one council only.

    Scopes of different councils never nest (the inner one would stay active in the outer); inside a scope of the same
    council this is a savepoint. Keep network, ffmpeg and model calls outside.

    Raises:
        RuntimeError: inside another transaction that is not a scope of this council.
    """
    active: int | None = getattr(connection, "tenant_council_id", None)
    if active is not None:
        if active != council_id:
            raise RuntimeError(f"scope of council {council_id} opened inside the scope of council {active}")
        with transaction.atomic():
            yield
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(_SET, [str(council_id)])
        connection.tenant_council_id = council_id  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.tenant_council_id = None  # type: ignore[attr-defined]
        if len(connection.atomic_blocks) > 1:
            # Inside a test's transaction, which lives on: leave no council active in it.
            with connection.cursor() as cursor:
                cursor.execute(_SET, [""])


def current_council_id() -> int | None:
    """The council of the scope that is open on this thread's connection, if any."""
    active: int | None = getattr(connection, "tenant_council_id", None)
    return active


class EnableRowSecurity(migrations.RunSQL):
    """Migration operation: row security with FORCE and the council policy on one table."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'CREATE POLICY council_only ON "{table}" FOR ALL USING ({_POLICY}) WITH CHECK ({_POLICY})',
            ],
            reverse_sql=[
                f'DROP POLICY council_only ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {}
