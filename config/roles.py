"""The two roles of the database and what each may do; the same statements as docker/postgres/init.sh.

`owner` owns the tables and migrates; `app` serves the web and the workers. Neither is a superuser and neither has
BYPASSRLS, so row security (FORCE) binds both.
"""

from __future__ import annotations

import psycopg

ROLE = "CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {createdb}"
PREPARE = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    "ALTER SCHEMA public OWNER TO owner",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app",
)


def ensure_roles(connection: psycopg.Connection) -> None:
    """Create `owner` and `app` when missing. Needs a superuser, autocommit on."""
    present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for name, createdb in (("owner", "CREATEDB"), ("app", "NOCREATEDB")):
        if name not in present:
            connection.execute(ROLE.format(name=name, createdb=createdb))


def prepare_database(connection: psycopg.Connection) -> None:
    """Extension, ownership and default grants of one database. Needs a superuser connected to it, autocommit on."""
    for statement in PREPARE:
        connection.execute(statement)
