"""Row security holds for every content table, as the role `app`, in every direction."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from conftest import World
from council.models import ApiKey, Council, CouncilOwned, Meeting, Membership
from council.tenancy import current_council_id, tenant_scope
from transcripts.models import Chunk, StageRun

OUR_APPS = ("council", "transcripts", "assistant")
# Rows with a council that carry no content: who may enter (needed before a council is chosen), and the work ledger.
OPEN_TABLES = {Membership, ApiKey, StageRun, Chunk}


def content_models() -> list[type[models.Model]]:
    found: list[type[models.Model]] = [model for model in apps.get_models() if issubclass(model, CouncilOwned)]
    assert len(found) >= 9
    return found


def test_every_table_with_a_council_is_content_or_known_to_be_open() -> None:
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS and any(f.name == "council" for f in model._meta.get_fields()):
            assert issubclass(model, CouncilOwned) or model in OPEN_TABLES, f"{model.__name__} needs a decision"


@pytest.mark.django_db
def test_we_are_not_the_superuser_nor_the_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("app", False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("model", content_models(), ids=lambda model: model.__name__)
def test_content_table_has_forced_row_security(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relrowsecurity, c.relforcerowsecurity, p.polcmd, pg_get_expr(p.polqual, p.polrelid),"
            " pg_get_expr(p.polwithcheck, p.polrelid)"
            " FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relname = %s",
            [model._meta.db_table],
        )
        rows = cursor.fetchall()
    assert len(rows) == 1
    enabled, forced, command, using, check = rows[0]
    assert (enabled, forced, command) == (True, True, "*")
    assert "app.council_id" in using
    assert using == check


@pytest.mark.django_db(transaction=True)
def test_rows_are_seen_in_their_own_scope_only(committed_world: World) -> None:
    lipowa, debowa = committed_world.lipowa, committed_world.debowa
    with tenant_scope(lipowa.pk):
        Meeting.objects.create(council=lipowa, title="XXIII sesja")
    with tenant_scope(debowa.pk):
        assert not Meeting.objects.exists()
        assert Meeting.objects.update(title="cudze") == 0
        assert Meeting.objects.all().delete()[0] == 0
    assert not Meeting.objects.exists(), "no scope, no rows"
    with tenant_scope(lipowa.pk):
        assert Meeting.objects.get().title == "XXIII sesja"


@pytest.mark.django_db(transaction=True)
def test_no_row_can_be_written_into_another_council(committed_world: World) -> None:
    lipowa, debowa = committed_world.lipowa, committed_world.debowa
    with pytest.raises(DatabaseError, match="row-level security"), tenant_scope(debowa.pk):
        Meeting.objects.create(council=lipowa, title="podrzucone")
    with pytest.raises(DatabaseError, match="row-level security"):
        Meeting.objects.create(council=lipowa, title="bez zakresu")
    with tenant_scope(lipowa.pk):
        meeting = Meeting.objects.create(council=lipowa, title="nasze")
    with pytest.raises(DatabaseError, match="row-level security"), tenant_scope(lipowa.pk):
        Meeting.objects.filter(pk=meeting.pk).update(council=debowa)


@pytest.mark.django_db(transaction=True)
def test_scope_ends_with_its_transaction_even_when_it_fails(committed_world: World) -> None:
    lipowa = committed_world.lipowa

    def fail_inside() -> None:
        with tenant_scope(lipowa.pk):
            Meeting.objects.create(council=lipowa, title="cofnięte")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert current_council_id() is None
    with tenant_scope(lipowa.pk):
        assert not Meeting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_scopes_of_two_councils_do_not_nest(committed_world: World) -> None:
    lipowa, debowa = committed_world.lipowa, committed_world.debowa
    with tenant_scope(lipowa.pk):
        with tenant_scope(lipowa.pk):
            assert current_council_id() == lipowa.pk
        with pytest.raises(RuntimeError, match="inside the scope"), tenant_scope(debowa.pk):
            pass
    with pytest.raises(RuntimeError), transaction.atomic(), tenant_scope(lipowa.pk):
        pass


def make_row(model: type[models.Model], council: Council) -> models.Model:
    """A row of any content model, with only what its columns require."""
    values: dict[str, object] = {}
    for field in model._meta.concrete_fields:
        if field.name == "council":
            values["council"] = council
        elif field.is_relation and not field.null:
            related = field.related_model
            assert isinstance(related, type)
            values[field.name] = make_row(related, council)
        elif field.primary_key or field.null or field.has_default() or getattr(field, "auto_now_add", False):
            continue
        elif isinstance(field, models.BooleanField):
            values[field.name] = False
        elif isinstance(field, models.UUIDField):
            values[field.name] = uuid4()
        elif isinstance(field, (models.IntegerField, models.BigIntegerField)):
            values[field.name] = 0
        elif isinstance(field, models.JSONField):
            values[field.name] = []
        elif isinstance(field, models.DateTimeField):
            values[field.name] = timezone.now()
        elif isinstance(field, models.DateField):
            values[field.name] = timezone.localdate()
    return model._default_manager.create(**values)


@pytest.mark.django_db
@pytest.mark.parametrize("model", content_models(), ids=lambda model: model.__name__)
def test_rows_of_every_content_model_stay_in_their_council(model: type[models.Model], world: World) -> None:
    lipowa, debowa = world.lipowa, world.debowa
    with tenant_scope(lipowa.pk):
        row = make_row(model, lipowa)
    rows = model._default_manager.filter(pk=row.pk)
    with tenant_scope(debowa.pk):
        assert not rows.exists()
        assert rows.update(council=debowa) == 0
        assert rows._raw_delete("default") == 0
    assert not rows.exists(), "outside every scope"
    with pytest.raises(DatabaseError, match="row-level security"), tenant_scope(debowa.pk):
        make_row(model, lipowa)
    with tenant_scope(lipowa.pk):
        assert rows.exists()
