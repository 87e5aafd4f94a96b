"""REST API of recordings, under /api/v1/councils/<slug>/: thin, the work is in queries, actions, exports and search."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from council.api import CountedJSONParser, actor_for
from transcripts import (
    actions,
    api_shapes,
    corrections_api,
    documents_api,
    exports,
    facts_api,
    media,
    queries,
    search,
    transcripts_api,
)
from transcripts.figures import lines_in_figures

_Shape = TypeVar("_Shape", bound=Serializer[Any])


def _valid(shape: type[_Shape], given: Any) -> dict[str, Any]:
    serializer = shape(data=given)
    serializer.is_valid(raise_exception=True)
    checked: dict[str, Any] = serializer.validated_data
    return checked


class RecordingsView(APIView):
    parser_classes = [CountedJSONParser, MultiPartParser, FormParser]

    @extend_schema(
        operation_id="v1_councils_recordings_list",
        parameters=[api_shapes.PageQuery],
        responses=api_shapes.RecordingListShape,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Recordings of the council, newest first."""
        page = _valid(api_shapes.PageQuery, request.query_params)
        rows, count = queries.list_recordings(actor_for(request, slug), **page)
        return Response(api_shapes.RecordingListShape({"count": count, "results": rows}).data)

    @extend_schema(request=api_shapes.NewRecordingShape, responses={201: api_shapes.RecordingDetailShape})
    def post(self, request: Request, slug: str) -> Response:
        """Bring a recording in, by its address or as a file. The same one given twice stays one recording."""
        actor = actor_for(request, slug)
        given = _valid(api_shapes.NewRecordingShape, request.data)
        about = {"title": given["title"], "held_on": given["held_on"]}
        if "file" in given:
            upload = given["file"]
            recording_id = actions.add_file(actor, content=upload.chunks(), file_name=upload.name, **about)
        else:
            recording_id = actions.add_link(actor, address=given["address"], **about)
        detail = queries.recording_detail(actor, recording_id)
        return Response(api_shapes.RecordingDetailShape(detail).data, status=201)


class RecordingView(APIView):
    @extend_schema(responses=api_shapes.RecordingDetailShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """One recording: its state, stages and gaps."""
        detail = queries.recording_detail(actor_for(request, slug), recording_id)
        return Response(api_shapes.RecordingDetailShape(detail).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Remove the recording and everything made of it."""
        actions.delete_recording(actor_for(request, slug), recording_id=recording_id)
        return Response(status=204)


class SegmentsView(APIView):
    @extend_schema(parameters=[api_shapes.SegmentsQuery], responses=api_shapes.SegmentPageShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """The transcript in order, page by page."""
        page = _valid(api_shapes.SegmentsQuery, request.query_params)
        rows = queries.list_segments(actor_for(request, slug), recording_id, **page)
        following = rows[-1].index if len(rows) == page["limit"] else None
        figures = lines_in_figures([row.text for row in rows])
        shape = api_shapes.SegmentPageShape(
            {"segments": rows, "next_after_index": following},
            context={"written": {row.index: text for row, text in zip(rows, figures, strict=True)}},
        )
        return Response(shape.data)


class EventsView(APIView):
    @extend_schema(parameters=[api_shapes.EventsQuery], responses=api_shapes.EventListShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Progress events after the last one that the caller has seen."""
        after = _valid(api_shapes.EventsQuery, request.query_params)["after"]
        events = queries.events_after(actor_for(request, slug), recording_id, after)
        return Response(api_shapes.EventListShape({"events": events}).data)


class RetryView(APIView):
    @extend_schema(request=None, responses=api_shapes.RecordingDetailShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Try again what failed; what succeeded stands."""
        actor = actor_for(request, slug)
        actions.retry_recording(actor, recording_id=recording_id)
        return Response(api_shapes.RecordingDetailShape(queries.recording_detail(actor, recording_id)).data)


class CancelView(APIView):
    @extend_schema(request=None, responses=api_shapes.RecordingDetailShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Stop the work; `retry` goes on from where it stopped."""
        actor = actor_for(request, slug)
        actions.cancel_recording(actor, recording_id=recording_id)
        return Response(api_shapes.RecordingDetailShape(queries.recording_detail(actor, recording_id)).data)


class UrgentView(APIView):
    @extend_schema(request=api_shapes.UrgentShape, responses=api_shapes.RecordingDetailShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Move the recording to the front of its council's line, or back to its place."""
        actor = actor_for(request, slug)
        urgent = _valid(api_shapes.UrgentShape, request.data)["urgent"]
        actions.set_urgent(actor, recording_id=recording_id, urgent=urgent)
        return Response(api_shapes.RecordingDetailShape(queries.recording_detail(actor, recording_id)).data)


class PublishView(APIView):
    @extend_schema(request=api_shapes.PublishShape, responses=api_shapes.RecordingDetailShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Show the recording to residents, or hide it again."""
        actor = actor_for(request, slug)
        published = _valid(api_shapes.PublishShape, request.data)["published"]
        actions.publish_recording(actor, recording_id=recording_id, published=published)
        return Response(api_shapes.RecordingDetailShape(queries.recording_detail(actor, recording_id)).data)


class MediaLinksView(APIView):
    @extend_schema(responses=api_shapes.MediaLinksShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Signed addresses of sound and picture, for a player or a download."""
        links = media.media_links(actor_for(request, slug), recording_id)
        return Response(api_shapes.MediaLinksShape({"links": links}).data)


class _FormatIsOurs(BaseContentNegotiation):
    """`?format=` names the export's format here, not one of DRF's renderers."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ExportView(APIView):
    content_negotiation_class = _FormatIsOurs

    @extend_schema(
        parameters=[
            OpenApiParameter("format", str, enum=exports.FORMATS, required=True),
            OpenApiParameter(
                "figures",
                str,
                enum=["1"],
                description="numbers in figures, to read; JSON carries them beside what was said",
            ),
        ],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, slug: str, recording_id: UUID) -> HttpResponse:
        """The transcript as a file: txt, json, vtt (captions) or srt."""
        asked = request.query_params
        figures = asked.get("figures", "") == "1"
        exported = exports.export(actor_for(request, slug), recording_id, asked.get("format", ""), figures=figures)
        response = HttpResponse(exported.text, content_type=exported.content_type)
        response["Content-Disposition"] = f'attachment; filename="{exported.file_name}"'
        return response


class SearchView(APIView):
    @extend_schema(parameters=[api_shapes.SearchQuery], responses=api_shapes.SearchShape)
    def get(self, request: Request, slug: str) -> Response:
        """What was said about something, in all recordings that the caller may see."""
        wanted = _valid(api_shapes.SearchQuery, request.query_params)
        filters = search.Filters(
            recording_id=wanted.get("recording"),
            meeting_id=wanted.get("meeting"),
            held_from=wanted.get("held_from"),
            held_to=wanted.get("held_to"),
            body_id=wanted.get("body"),
            speaker=wanted.get("speaker", ""),
            kind=wanted.get("kind", ""),
            anyone=wanted["anyone"],
        )
        found = search.search(actor_for(request, slug), wanted["q"], limit=wanted["limit"], filters=filters)
        return Response(api_shapes.SearchShape(found).data)


_RECORDING = "recordings/<uuid:recording_id>/"
urlpatterns = [
    path("recordings/", RecordingsView.as_view(), name="api-recordings"),
    path(_RECORDING, RecordingView.as_view(), name="api-recording"),
    path(f"{_RECORDING}segments/", SegmentsView.as_view(), name="api-segments"),
    path(f"{_RECORDING}events/", EventsView.as_view(), name="api-events"),
    path(f"{_RECORDING}retry/", RetryView.as_view(), name="api-retry"),
    path(f"{_RECORDING}cancel/", CancelView.as_view(), name="api-cancel"),
    path(f"{_RECORDING}urgent/", UrgentView.as_view(), name="api-urgent"),
    path(f"{_RECORDING}publish/", PublishView.as_view(), name="api-publish"),
    path(f"{_RECORDING}media/", MediaLinksView.as_view(), name="api-media"),
    path(f"{_RECORDING}facts/", facts_api.FactsView.as_view(), name="api-facts"),
    path(f"{_RECORDING}segments/<int:segment_id>/", corrections_api.SegmentView.as_view(), name="api-segment"),
    path(f"{_RECORDING}segments/<int:segment_id>/split/", corrections_api.SplitView.as_view(), name="api-split"),
    path(f"{_RECORDING}segments/<int:segment_id>/merge/", corrections_api.MergeView.as_view(), name="api-merge"),
    path(f"{_RECORDING}corrections/", corrections_api.HistoryView.as_view(), name="api-corrections"),
    path(f"{_RECORDING}corrections/<int:sequence>/undo/", corrections_api.UndoView.as_view(), name="api-undo"),
    path(f"{_RECORDING}removed/", corrections_api.RemovedView.as_view(), name="api-removed"),
    path(f"{_RECORDING}names/", corrections_api.NamesView.as_view(), name="api-names"),
    path(f"{_RECORDING}names/accept/", corrections_api.AcceptNameView.as_view(), name="api-name-accept"),
    path(f"{_RECORDING}names/dismiss/", corrections_api.DismissNameView.as_view(), name="api-name-dismiss"),
    path(f"{_RECORDING}speakers/", corrections_api.SpeakersView.as_view(), name="api-speakers"),
    path(f"{_RECORDING}export/", ExportView.as_view(), name="api-export"),
    path("search/", SearchView.as_view(), name="api-search"),
    *documents_api.urlpatterns,
    path("transcripts/", transcripts_api.TranscriptsView.as_view(), name="api-transcripts"),
]
