"""REST API of summaries, under recordings/<id>/summaries/: read, write, correct, approve."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.summaries import actions, queries
from assistant.summaries.material import gather
from council.access import Actor, Can
from council.api import actor_for
from transcripts.queries import get_recording

_MOST = 2**31 - 1


class SummarySentenceShape(serializers.Serializer[Any]):
    text = serializers.CharField()
    start_ms = serializers.IntegerField(allow_null=True, help_text="the second of the recording that proves it")
    quote = serializers.CharField(help_text="word for word")


class SummaryShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    point = serializers.CharField(help_text="key of the point of the agenda; empty: the whole meeting")
    style = serializers.CharField(help_text="normal, plain")  # type: ignore[assignment]  # also an attribute of Field
    title = serializers.CharField()
    sentences = SummarySentenceShape(many=True)
    origin = serializers.CharField(help_text="facts, model, clerk")
    origin_label = serializers.CharField()
    model_name = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField(), help_text="what went another way than usual")
    version = serializers.IntegerField()
    approved_at = serializers.DateTimeField(allow_null=True)


class PointShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    point = serializers.CharField(source="row.label")
    title = serializers.CharField(source="row.title")
    start_ms = serializers.IntegerField()


class SummaryListShape(serializers.Serializer[Any]):
    summaries = SummaryShape(many=True)
    points = PointShape(many=True, help_text="what else a summary can be written of; empty for who may not write")


class NewSummaryShape(serializers.Serializer[Any]):
    point = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    style = serializers.ChoiceField(  # type: ignore[assignment]  # also an attribute of Field
        required=False, default="normal", choices=actions.STYLES
    )


class CorrectSummaryShape(serializers.Serializer[Any]):
    based_on = serializers.IntegerField(min_value=0, max_value=_MOST, help_text="the version that was corrected")
    title = serializers.CharField(required=False, allow_blank=True, default="", help_text="empty: as before")
    sentences = serializers.ListField(
        child=serializers.CharField(allow_blank=True), max_length=actions.MOST_SENTENCES,
        help_text="in the order of the present ones, whose seconds they keep; an empty one is dropped",
    )  # fmt: skip


class ApproveSummaryShape(serializers.Serializer[Any]):
    approved = serializers.BooleanField()


class SummariesView(APIView):
    @extend_schema(operation_id="list_summaries", responses=SummaryListShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Summaries of the meeting and of its points; residents see approved ones."""
        actor = actor_for(request, slug)
        rows = queries.list_summaries(actor, recording_id)
        writes = Can.EDIT in actor.can and get_recording(actor, recording_id).state == "ready"
        points = gather(actor, recording_id).points if writes else ()
        return Response(SummaryListShape({"summaries": rows, "points": points}).data)

    @extend_schema(operation_id="write_summary", request=NewSummaryShape, responses={201: SummaryShape})
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Write (again) the summary of the meeting or of one point; it has to be approved anew."""
        actor = _editor(request, slug, recording_id)
        given = NewSummaryShape(data=request.data)
        given.is_valid(raise_exception=True)
        summary_id = actions.summarise(actor, recording_id=recording_id, **given.validated_data)
        return _summary(actor, recording_id, summary_id, status=201)


class SummaryView(APIView):
    @extend_schema(operation_id="get_summary", responses=SummaryShape)
    def get(self, request: Request, slug: str, recording_id: UUID, summary_id: int) -> Response:
        """One summary."""
        return _summary(actor_for(request, slug), recording_id, summary_id)

    @extend_schema(operation_id="correct_summary", request=CorrectSummaryShape, responses=SummaryShape)
    def put(self, request: Request, slug: str, recording_id: UUID, summary_id: int) -> Response:
        """Set its words; 409 when it was written anew since `based_on`."""
        actor = _editor(request, slug, recording_id)
        given = CorrectSummaryShape(data=request.data)
        given.is_valid(raise_exception=True)
        actions.correct_summary(
            actor, recording_id=recording_id, summary_id=summary_id, based_on=given.validated_data["based_on"],
            title=given.validated_data["title"], texts=given.validated_data["sentences"],
        )  # fmt: skip
        return _summary(actor, recording_id, summary_id)


class ApproveSummaryView(APIView):
    @extend_schema(operation_id="approve_summary", request=ApproveSummaryShape, responses=SummaryShape)
    def post(self, request: Request, slug: str, recording_id: UUID, summary_id: int) -> Response:
        """Let residents see it where they see its recording, or no longer."""
        actor = _editor(request, slug, recording_id)
        given = ApproveSummaryShape(data=request.data)
        given.is_valid(raise_exception=True)
        approved = given.validated_data["approved"]
        actions.approve_summary(actor, recording_id=recording_id, summary_id=summary_id, approved=approved)
        return _summary(actor, recording_id, summary_id)


def _editor(request: Request, slug: str, recording_id: UUID) -> Actor:
    """Whoever may write about this recording: said before anything is said about what they sent."""
    actor = actor_for(request, slug)
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    return actor


def _summary(actor: Actor, recording_id: UUID, summary_id: int, status: int = 200) -> Response:
    return Response(SummaryShape(queries.get_summary(actor, recording_id, summary_id)).data, status=status)


_SUMMARIES = "recordings/<uuid:recording_id>/summaries/"
urlpatterns = [
    path(_SUMMARIES, SummariesView.as_view(), name="api-summaries"),
    path(f"{_SUMMARIES}<int:summary_id>/", SummaryView.as_view(), name="api-summary"),
    path(f"{_SUMMARIES}<int:summary_id>/approve/", ApproveSummaryView.as_view(), name="api-summary-approve"),
]
