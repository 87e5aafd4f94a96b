"""REST API of finished transcripts: POST transcripts/."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from council.access import Can
from council.api import actor_for
from transcripts import queries
from transcripts.api_shapes import RecordingDetailShape
from transcripts.intake.finished import take_uploaded
from transcripts.transcript_views import uploaded


class NewTranscriptShape(serializers.Serializer[Any]):
    transcript = serializers.FileField(
        max_length=250, allow_empty_file=True,
        help_text="JSON of this product, Whisper or WhisperX, VTT, SRT, DOCX with times, or text: Speaker: words",
    )  # fmt: skip
    recording = serializers.FileField(required=False, max_length=250, allow_empty_file=True, help_text="its recording")
    title = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    held_on = serializers.DateField(required=False, allow_null=True, default=None)
    as_minutes = serializers.BooleanField(required=False, default=False, help_text="take a DOCX without times too")


class TranscriptsView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="add_transcript", request=NewTranscriptShape, responses={201: RecordingDetailShape})
    def post(self, request: Request, slug: str) -> Response:
        """Bring in a finished transcript, with its recording or without. The same file twice stays one recording."""
        actor = actor_for(request, slug)
        actor.require(Can.EDIT)
        given = NewTranscriptShape(data=request.data)
        given.is_valid(raise_exception=True)
        fields = {**given.validated_data}
        transcript, sound = uploaded(fields.pop("transcript")), fields.pop("recording", None)
        taken = take_uploaded(actor, transcript=transcript, media=uploaded(sound) if sound else None, **fields)
        return Response(RecordingDetailShape(queries.recording_detail(actor, taken)).data, status=201)
