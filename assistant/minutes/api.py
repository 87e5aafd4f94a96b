"""REST API of minutes, under recordings/<id>/minutes/: read, draft, edit, approve, take as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.minutes import actions, files, queries
from assistant.minutes.sections import KINDS, MOST_SECTIONS, MOST_TEXT_CHARS, MOST_TITLE_CHARS
from council.access import Actor, Can
from council.api import actor_for
from transcripts.queries import get_recording

_MOST = 1_000_000


class SectionShape(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=20, help_text=", ".join(KINDS))
    title = serializers.CharField(max_length=MOST_TITLE_CHARS)
    text = serializers.CharField(
        allow_blank=True, max_length=MOST_TEXT_CHARS, trim_whitespace=False,
        help_text="a line is a paragraph; ## heading, - item, | table row; [0:12:05] names a second of the recording",
    )  # fmt: skip


class VersionShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    origin_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(help_text="empty for a program")


class MinutesShape(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="this version")
    latest = serializers.IntegerField(help_text="the newest version that the caller may see")
    approved = serializers.BooleanField(help_text="this version is the approved one")
    approved_version = serializers.IntegerField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    to_fill = serializers.IntegerField(help_text="places that a clerk has yet to fill in")
    unproven = serializers.IntegerField(help_text="paragraphs that name no second of the recording")
    sections = SectionShape(many=True)
    versions = VersionShape(many=True, help_text="newest first")


class VersionQuery(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=_MOST, help_text="missing: the newest version that the caller may see"
    )


class DraftShape(serializers.Serializer[Any]):
    with_model = serializers.BooleanField(default=False, help_text="the debate in the language model's words")


class EditShape(serializers.Serializer[Any]):
    based_on = serializers.IntegerField(min_value=1, max_value=_MOST, help_text="the version that was edited")
    sections = serializers.ListField(child=SectionShape(), max_length=MOST_SECTIONS)


class ApproveShape(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        min_value=1, max_value=_MOST, allow_null=True, help_text="the version that residents see; null: none any more"
    )


class MinutesView(APIView):
    @extend_schema(operation_id="get_minutes", parameters=[VersionQuery], responses=MinutesShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """One version of the minutes and the list of all."""
        actor = actor_for(request, slug)
        given = VersionQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        return _minutes(actor, recording_id, given.validated_data.get("version"))

    @extend_schema(operation_id="draft_minutes", request=DraftShape, responses={201: MinutesShape})
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Write a new version out of the facts as they stand; older versions stay."""
        actor = _editor(request, slug, recording_id)
        given = DraftShape(data=request.data)
        given.is_valid(raise_exception=True)
        number = actions.draft_minutes(actor, recording_id=recording_id, with_model=given.validated_data["with_model"])
        return _minutes(actor, recording_id, number, status=201)

    @extend_schema(operation_id="edit_minutes", request=EditShape, responses=MinutesShape)
    def put(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Keep another text as the next version; 409 when there is one newer than `based_on`."""
        actor = _editor(request, slug, recording_id)
        given = EditShape(data=request.data)
        given.is_valid(raise_exception=True)
        number = actions.edit_minutes(actor, recording_id=recording_id, **given.validated_data)
        return _minutes(actor, recording_id, number)


class ApproveView(APIView):
    @extend_schema(operation_id="approve_minutes", request=ApproveShape, responses=MinutesShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Approve a version or withdraw the approval."""
        actor = _editor(request, slug, recording_id)
        given = ApproveShape(data=request.data)
        given.is_valid(raise_exception=True)
        number = given.validated_data["version"]
        if number is None:
            actions.withdraw_minutes(actor, recording_id=recording_id)
        else:
            actions.approve_minutes(actor, recording_id=recording_id, number=number)
        return _minutes(actor, recording_id, number)


class _FirstRenderer(BaseContentNegotiation):
    """`?format=` names the file's format here, not one of DRF's renderers."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class MinutesFileView(APIView):
    content_negotiation_class = _FirstRenderer

    @extend_schema(
        operation_id="get_minutes_file",
        parameters=[VersionQuery, OpenApiParameter("format", str, enum=files.FORMATS)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, recording_id: UUID) -> HttpResponse:
        """The minutes as DOCX (unless told otherwise), PDF or text."""
        actor = actor_for(request, slug)
        given = VersionQuery(data=request.query_params)
        given.is_valid(raise_exception=True)
        wanted = request.query_params.get("format", files.FORMATS[0])
        made = files.minutes_file(actor, recording_id, wanted, given.validated_data.get("version"))
        answer = HttpResponse(made.content, content_type=made.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
        return answer


def _editor(request: Request, slug: str, recording_id: UUID) -> Actor:
    """Whoever may write about this recording: said before anything is said about what they sent."""
    actor = actor_for(request, slug)
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    return actor


def _minutes(actor: Actor, recording_id: UUID, number: int | None, status: int = 200) -> Response:
    return Response(MinutesShape(queries.get_minutes(actor, recording_id, number)).data, status=status)


_MINUTES = "recordings/<uuid:recording_id>/minutes/"
urlpatterns = [
    path(_MINUTES, MinutesView.as_view(), name="api-minutes"),
    path(f"{_MINUTES}approve/", ApproveView.as_view(), name="api-minutes-approve"),
    path(f"{_MINUTES}file/", MinutesFileView.as_view(), name="api-minutes-file"),
]
