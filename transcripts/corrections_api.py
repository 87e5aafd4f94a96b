"""REST API of corrections, under /api/v1/councils/<slug>/recordings/<id>/. A segment is named by its id and version:
whoever is late gets 409 and changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from council.access import Actor, Can
from council.api import actor_for
from transcripts import corrections_actions, corrections_queries, queries
from transcripts.corrections_actions import SPEAKER_CHARS, TEXT_CHARS, Corrected

_MOST = 2**31 - 1


class CorrectedSegmentShape(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    index = serializers.IntegerField()
    version = serializers.IntegerField(help_text="to be given with the next change")
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    text = serializers.CharField()
    speaker = serializers.CharField()
    words = serializers.ListField(child=serializers.ListField(), help_text="[start_ms, end_ms, text, probability]")


class CorrectedShape(serializers.Serializer[Any]):
    sequence = serializers.IntegerField(help_text="number in the history; 0: nothing was changed")
    segments = CorrectedSegmentShape(many=True, help_text="what stands in the place of what was changed")


class _VersionedShape(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0, max_value=_MOST, help_text="the segment's version as it was read")


class SegmentChangeShape(_VersionedShape):
    """Either `text` or `speaker`."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=TEXT_CHARS, trim_whitespace=True)
    speaker = serializers.CharField(required=False, allow_blank=True, max_length=SPEAKER_CHARS)
    everywhere = serializers.BooleanField(
        required=False, default=False, help_text="with `speaker`: everywhere the segment's present speaker speaks"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("text" in attrs) == ("speaker" in attrs):
            raise serializers.ValidationError("Podaj tekst albo mówcę (jedno z dwojga).")
        return attrs


class SplitShape(_VersionedShape):
    at_word = serializers.IntegerField(min_value=0, max_value=_MOST, help_text="first word of the second part, from 0")


class RestoreShape(serializers.Serializer[Any]):
    chunk = serializers.IntegerField(min_value=0, max_value=_MOST)
    place = serializers.IntegerField(min_value=0, max_value=_MOST)
    start_ms = serializers.IntegerField(min_value=0, max_value=2**53)


class HistoryQuery(serializers.Serializer[Any]):
    before = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=_MOST)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)


class CorrectionShape(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    kind = serializers.CharField(help_text="text, speaker, split, merge, restore, undo")
    kind_label = serializers.CharField()
    made_by = serializers.CharField(help_text="empty for a program")
    made_at = serializers.DateTimeField()
    start_ms = serializers.IntegerField()
    segments = serializers.IntegerField(help_text="how many it changed")
    before = serializers.CharField(help_text="texts, or names of speakers")
    after = serializers.CharField()
    undoes = serializers.IntegerField(allow_null=True, help_text="the version that this one took back")
    undone = serializers.BooleanField()


class HistoryShape(serializers.Serializer[Any]):
    corrections = CorrectionShape(many=True)


class RemovedShape(serializers.Serializer[Any]):
    chunk = serializers.IntegerField()
    place = serializers.IntegerField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    text = serializers.CharField()
    reason = serializers.CharField()
    reason_label = serializers.CharField()
    restored = serializers.BooleanField()


class RemovedListShape(serializers.Serializer[Any]):
    removed = RemovedShape(many=True)


class VoiceShape(serializers.Serializer[Any]):
    voice = serializers.CharField(source="label", help_text="SPEAKER_00, SPEAKER_01...")
    name = serializers.CharField(help_text="empty: nobody")
    confidence = serializers.FloatField()
    evidence = serializers.ListField(child=serializers.ListField(), help_text="[start_ms, what was said]")
    by_words = serializers.BooleanField(help_text="the meeting itself names the voice")
    by_voice = serializers.BooleanField(help_text="a voice profile names it; told to those who may edit")
    likeness = serializers.FloatField(allow_null=True, help_text="with the profile, -1..1")


class SpeakersShape(serializers.Serializer[Any]):
    outcome = serializers.CharField(help_text="told_apart, recognizer, off, no_sound, failed; empty: not tried")
    outcome_label = serializers.CharField()
    engine = serializers.CharField()
    error_message = serializers.CharField()
    voices = VoiceShape(many=True)


class NameShape(serializers.Serializer[Any]):
    segment_id = serializers.IntegerField()
    version = serializers.IntegerField()
    word = serializers.IntegerField(help_text="number of the word in its segment, from 0")
    start_ms = serializers.IntegerField()
    written = serializers.CharField()
    proposed = serializers.CharField(help_text="a form of a name of somebody on the council's roster")
    person = serializers.CharField()
    likeness = serializers.FloatField(help_text="0..100")
    around = serializers.CharField(help_text="the words around it")


class NameListShape(serializers.Serializer[Any]):
    suggestions = NameShape(many=True)
    people = serializers.IntegerField(help_text="whom the council had on that day; 0: there are no names to compare")


class DismissedNameShape(serializers.Serializer[Any]):
    written = serializers.CharField(max_length=200)
    proposed = serializers.CharField(max_length=200)


class AcceptedNameShape(DismissedNameShape):
    segment_id = serializers.IntegerField(min_value=0, max_value=2**63 - 1)
    version = serializers.IntegerField(min_value=0, max_value=_MOST)
    word = serializers.IntegerField(min_value=0, max_value=_MOST)


class SegmentView(APIView):
    @extend_schema(request=SegmentChangeShape, responses=CorrectedShape)
    def patch(self, request: Request, slug: str, recording_id: UUID, segment_id: int) -> Response:
        """Correct what was said, or who said it. An empty text takes the words out."""
        actor = _editor(request, slug, recording_id)
        given = _valid(SegmentChangeShape, request)
        about = {"recording_id": recording_id, "segment_id": segment_id, "version": given["version"]}
        if "text" in given:
            return _answer(corrections_actions.correct_text(actor, **about, text=given["text"]))
        speaker, everywhere = given["speaker"], given["everywhere"]
        return _answer(corrections_actions.set_speaker(actor, **about, speaker=speaker, everywhere=everywhere))


class SplitView(APIView):
    @extend_schema(request=SplitShape, responses=CorrectedShape)
    def post(self, request: Request, slug: str, recording_id: UUID, segment_id: int) -> Response:
        """Cut a segment in two before one of its words."""
        actor = _editor(request, slug, recording_id)
        given = _valid(SplitShape, request)
        return _answer(
            corrections_actions.split_segment(actor, recording_id=recording_id, segment_id=segment_id, **given)
        )


class MergeView(APIView):
    @extend_schema(request=_VersionedShape, responses=CorrectedShape)
    def post(self, request: Request, slug: str, recording_id: UUID, segment_id: int) -> Response:
        """Join a segment with the one after it."""
        actor = _editor(request, slug, recording_id)
        given = _valid(_VersionedShape, request)
        return _answer(
            corrections_actions.merge_with_next(actor, recording_id=recording_id, segment_id=segment_id, **given)
        )


class HistoryView(APIView):
    @extend_schema(parameters=[HistoryQuery], responses=HistoryShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Every version of the transcript, newest first: who changed what, and how it was before."""
        actor = _editor(request, slug, recording_id)
        query = HistoryQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = corrections_queries.history(actor, recording_id, **query.validated_data)
        return Response(HistoryShape({"corrections": rows}).data)


class UndoView(APIView):
    @extend_schema(request=None, responses=CorrectedShape)
    def post(self, request: Request, slug: str, recording_id: UUID, sequence: int) -> Response:
        """Take a version back; that is a version of its own."""
        actor = _editor(request, slug, recording_id)
        return _answer(corrections_actions.undo(actor, recording_id=recording_id, sequence=sequence))


class RemovedView(APIView):
    @extend_schema(responses=RemovedListShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """What was recognised and taken out as invented."""
        rows = corrections_queries.removed_pieces(_editor(request, slug, recording_id), recording_id)
        return Response(RemovedListShape({"removed": rows}).data)

    @extend_schema(request=RestoreShape, responses=CorrectedShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Put a piece back into the transcript."""
        actor = _editor(request, slug, recording_id)
        given = _valid(RestoreShape, request)
        return _answer(corrections_actions.restore_removed(actor, recording_id=recording_id, **given))


class SpeakersView(APIView):
    @extend_schema(responses=SpeakersShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Voices that were told apart, and whom the meeting itself names."""
        row = corrections_queries.speakers_of(actor_for(request, slug), recording_id)
        return Response(SpeakersShape(row).data)


class NamesView(APIView):
    @extend_schema(responses=NameListShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Words that may be slips for names of the council's people. Nothing is changed by itself."""
        actor = _editor(request, slug, recording_id)
        rows = corrections_queries.name_suggestions(actor, recording_id)
        people = corrections_queries.people_known(actor, recording_id)
        return Response(NameListShape({"suggestions": rows, "people": people}).data)


class AcceptNameView(APIView):
    @extend_schema(request=AcceptedNameShape, responses=CorrectedShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Take a proposed name over: a correction like any other."""
        actor = _editor(request, slug, recording_id)
        given = _valid(AcceptedNameShape, request)
        return _answer(corrections_actions.accept_name(actor, recording_id=recording_id, **given))


class DismissNameView(APIView):
    @extend_schema(request=DismissedNameShape, responses=DismissedNameShape)
    def post(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Propose it no more in this recording."""
        actor = _editor(request, slug, recording_id)
        given = _valid(DismissedNameShape, request)
        corrections_actions.dismiss_name(actor, recording_id=recording_id, **given)
        return Response(given)


def _editor(request: Request, slug: str, recording_id: UUID) -> Actor:
    """Whoever asks, if they may correct this recording: what is not there is not found, whatever was sent."""
    actor = actor_for(request, slug)
    actor.require(Can.EDIT)
    queries.get_recording(actor, recording_id)
    return actor


def _valid(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    checked: dict[str, Any] = serializer.validated_data
    return checked


def _answer(corrected: Corrected) -> Response:
    return Response(CorrectedShape(corrected).data)
