"""REST API of a recording's documents: GET, POST recordings/<id>/documents/, and one of them by its id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from council.access import Actor, Can
from council.api import actor_for
from council.errors import CouncilError
from transcripts import documents_actions, documents_queries
from transcripts.api_shapes import PublishShape
from transcripts.documents import MOST_BYTES
from transcripts.documents_views import file_answer
from transcripts.queries import get_recording

_KINDS = ", ".join(documents_queries.KINDS)


class DocumentShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField(help_text=_KINDS)
    kind_label = serializers.CharField()
    title = serializers.CharField()
    file_name = serializers.CharField()
    file_format = serializers.CharField(help_text="pdf, docx, html, txt")
    size_bytes = serializers.IntegerField()
    page_count = serializers.IntegerField()
    by_ocr = serializers.BooleanField(help_text="its text was read off pictures and may hold mistakes")
    published = serializers.BooleanField(help_text="residents see it where they see its recording")
    created_at = serializers.DateTimeField()


class DocumentListShape(serializers.Serializer[Any]):
    documents = DocumentShape(many=True)


class DocumentPageShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField()


class DocumentTextShape(serializers.Serializer[Any]):
    document = DocumentShape()
    pages = DocumentPageShape(many=True)


class NewDocumentShape(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=250, allow_empty_file=True, help_text="PDF, DOCX, HTML, TXT or CSV")
    kind = serializers.CharField(max_length=40, help_text=_KINDS)
    title = serializers.CharField(required=False, allow_blank=True, default="", help_text="empty: the file's name")


class ListedVotesShape(serializers.Serializer[Any]):
    matched = serializers.IntegerField(help_text="votes heard in the recording that the list confirms")
    added = serializers.IntegerField(help_text="votes of the list that were not heard")
    differing = serializers.IntegerField(help_text="votes where list and words differ")
    not_listed = serializers.IntegerField(help_text="votes heard that are not on the list")


class AddedDocumentShape(serializers.Serializer[Any]):
    document = DocumentShape()
    votes = ListedVotesShape(allow_null=True, help_text="what a named vote list changed")
    points = serializers.IntegerField(allow_null=True, help_text="points of the agenda that got their official title")


class DocumentsView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="list_documents", responses=DocumentListShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Documents of the meeting that the caller may see."""
        rows = documents_queries.list_documents(actor_for(request, slug), recording_id)
        return Response(DocumentListShape({"documents": rows}).data)

    @extend_schema(operation_id="add_document", request=NewDocumentShape, responses={201: AddedDocumentShape})
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Add a document. A vote list sets the meeting's votes, an agenda the titles of its points."""
        actor = _editor(request, slug, recording_id)
        given = NewDocumentShape(data=request.data)
        given.is_valid(raise_exception=True)
        upload = given.validated_data["file"]
        if upload.size > MOST_BYTES:
            raise CouncilError("document_too_large")
        added = documents_actions.add_document(
            actor, recording_id=recording_id, content=upload.read(), file_name=upload.name,
            kind=given.validated_data["kind"], title=given.validated_data["title"],
        )  # fmt: skip
        row = documents_queries.get_document(actor, recording_id, added.id)
        shape = AddedDocumentShape({"document": row, "votes": added.votes, "points": added.points})
        return Response(shape.data, status=201)


class DocumentView(APIView):
    @extend_schema(operation_id="get_document", responses=DocumentTextShape)
    def get(self, request: Request, slug: str, recording_id: UUID, document_id: UUID) -> Response:
        """The document with the text of its pages."""
        row, pages = documents_queries.read_document_pages(actor_for(request, slug), recording_id, document_id)
        return Response(DocumentTextShape({"document": row, "pages": pages}).data)

    @extend_schema(operation_id="delete_document", responses={204: None})
    def delete(self, request: Request, slug: str, recording_id: UUID, document_id: UUID) -> Response:
        """Remove it; votes and titles that were taken from it stay."""
        documents_actions.delete_document(actor_for(request, slug), recording_id=recording_id, document_id=document_id)
        return Response(status=204)


class DocumentPublishView(APIView):
    @extend_schema(operation_id="publish_document", request=PublishShape, responses=DocumentShape)
    def post(self, request: Request, slug: str, recording_id: UUID, document_id: UUID) -> Response:
        """Show the document to residents where they see its recording, or hide it again."""
        actor = _editor(request, slug, recording_id)
        given = PublishShape(data=request.data)
        given.is_valid(raise_exception=True)
        published = given.validated_data["published"]
        documents_actions.publish_document(
            actor, recording_id=recording_id, document_id=document_id, published=published
        )
        row = documents_queries.get_document(actor, recording_id, document_id)
        return Response(DocumentShape(row).data)


class DocumentFileView(APIView):
    @extend_schema(operation_id="get_document_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, recording_id: UUID, document_id: UUID) -> HttpResponseBase:
        """The file as it came."""
        return file_answer(actor_for(request, slug), recording_id, document_id)


def _editor(request: Request, slug: str, recording_id: UUID) -> Actor:
    """Whoever may write about this recording: said before anything is said about what they sent."""
    actor = actor_for(request, slug)
    actor.require(Can.EDIT)
    get_recording(actor, recording_id)
    return actor


_DOCUMENTS = "recordings/<uuid:recording_id>/documents/"
urlpatterns = [
    path(_DOCUMENTS, DocumentsView.as_view(), name="api-documents"),
    path(f"{_DOCUMENTS}<uuid:document_id>/", DocumentView.as_view(), name="api-document"),
    path(f"{_DOCUMENTS}<uuid:document_id>/publish/", DocumentPublishView.as_view(), name="api-document-publish"),
    path(f"{_DOCUMENTS}<uuid:document_id>/file/", DocumentFileView.as_view(), name="api-document-file"),
]
