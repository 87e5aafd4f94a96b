"""What a clerk does with minutes: draft, edit, approve, withdraw; and the council's template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from assistant.minutes import queries
from assistant.minutes.sections import Section, as_json, read_sections
from assistant.minutes.skeleton import write_skeleton
from assistant.models_minutes import Minutes, MinutesOrigin, MinutesTemplate, MinutesVersion
from assistant.summaries.debate import summarise_debate
from assistant.summaries.material import gather
from council.access import Actor, Can
from council.errors import CouncilError
from council.tenancy import tenant_scope
from transcripts.queries import get_recording


def draft_minutes(actor: Actor, *, recording_id: UUID, with_model: bool = False) -> int:
    """Write a new version out of the facts as they stand, and give its number. Older versions stay.

    Args:
        with_model: the debate of each point summarised by the council's language model; without one, quotes.

    Raises:
        CouncilError: "not_found", "not_ready", and with a model what assistant.llm raises.
    """
    actor.require(Can.EDIT)
    material = gather(actor, recording_id)
    debate = summarise_debate(actor, material) if with_model else {}
    sections = write_skeleton(material, queries.template_of(actor), debate)
    return _add_version(actor, recording_id, sections, MinutesOrigin.MODEL if debate else MinutesOrigin.FACTS)


def edit_minutes(actor: Actor, *, recording_id: UUID, based_on: int, sections: Sequence[Mapping[str, Any]]) -> int:
    """Keep a clerk's text as the next version and give its number.

    Args:
        based_on: the version that was edited.

    Raises:
        CouncilError: "not_found", "minutes_sections_invalid", "minutes_changed" (somebody saved a newer version).
    """
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    return _add_version(actor, recording_id, read_sections(sections), MinutesOrigin.CLERK, based_on=based_on)


def approve_minutes(actor: Actor, *, recording_id: UUID, number: int) -> None:
    """From now on `number` is the text that residents see. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    with tenant_scope(actor.council_id):
        minutes = _locked(recording_id)
        if not minutes.versions.filter(number=number).exists():
            raise CouncilError("not_found")
        _settle(minutes, number, actor.user_id)


def withdraw_minutes(actor: Actor, *, recording_id: UUID) -> None:
    """No version is approved any more. Raises CouncilError("not_found")."""
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    with tenant_scope(actor.council_id):
        _settle(_locked(recording_id), None, None)


def save_template(actor: Actor, *, sections: Sequence[Mapping[str, Any]]) -> None:
    """The sections of minutes drafted from now on. Raises CouncilError("minutes_sections_invalid")."""
    actor.require(Can.EDIT)
    wanted = as_json(read_sections(sections))
    with tenant_scope(actor.council_id):
        MinutesTemplate.objects.update_or_create(council_id=actor.council_id, defaults={"sections": wanted})


def _add_version(
    actor: Actor, recording_id: UUID, sections: Sequence[Section], origin: MinutesOrigin, based_on: int | None = None
) -> int:
    with tenant_scope(actor.council_id):
        if based_on is None:
            Minutes.objects.get_or_create(council_id=actor.council_id, recording_id=recording_id)
        minutes = _locked(recording_id)
        latest = minutes.versions.order_by("-number").values_list("number", flat=True).first() or 0
        if based_on is not None and based_on != latest:
            raise CouncilError("minutes_changed")
        MinutesVersion.objects.create(
            council_id=actor.council_id, minutes=minutes, number=latest + 1, sections=as_json(sections), origin=origin,
            created_by_id=actor.user_id,
        )  # fmt: skip
        return latest + 1


def _locked(recording_id: UUID) -> Minutes:
    minutes = Minutes.objects.select_for_update().filter(recording_id=recording_id).first()
    if minutes is None:
        raise CouncilError("not_found")
    return minutes


def _settle(minutes: Minutes, number: int | None, user_id: int | None) -> None:
    minutes.approved_version, minutes.approved_by_id = number, user_id
    minutes.approved_at = timezone.now() if number is not None else None
    minutes.save(update_fields=["approved_version", "approved_by", "approved_at"])
