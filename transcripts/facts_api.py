"""REST API of facts read out of a recording: GET recordings/<id>/facts/."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from council.api import actor_for
from transcripts import facts_queries


class EvidenceShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)
    quote = serializers.CharField(help_text="word for word")
    confirmed = serializers.BooleanField(help_text="false: a draft out of speech that no clerk has confirmed")


class AgendaShape(serializers.Serializer[Any]):
    evidence = EvidenceShape()
    point = serializers.CharField(source="label", help_text="2, 6a; empty when no number was said")
    title = serializers.CharField()
    confidence = serializers.FloatField()


class BallotShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    choice = serializers.CharField(help_text="za, przeciw, wstrzymał się")


class VoteShape(serializers.Serializer[Any]):
    evidence = EvidenceShape()
    point = serializers.CharField()
    subject = serializers.CharField()
    in_favour = serializers.IntegerField(allow_null=True, help_text="null: not said and not certain")
    against = serializers.IntegerField(allow_null=True)
    abstained = serializers.IntegerField(allow_null=True)
    not_voting = serializers.IntegerField(allow_null=True)
    present = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField(help_text="open, named, secret")
    majority = serializers.CharField(help_text="simple, absolute, absolute_statutory, three_fifths_statutory")
    result = serializers.CharField(help_text="przyjęto, odrzucono, podjęto; empty when unknown")
    resolution = serializers.CharField()
    superseded = serializers.BooleanField(help_text="voided or voted again")
    flags = serializers.ListField(child=serializers.CharField(), help_text="what does not add up or was inferred")
    named = serializers.SerializerMethodField(help_text="those named in an open vote; never of a secret one")

    @extend_schema_field(BallotShape(many=True))
    def get_named(self, vote: facts_queries.VoteRow) -> list[dict[str, str]]:
        return [{"name": name, "choice": choice} for name, choice in vote.named]


class ResolutionShape(serializers.Serializer[Any]):
    evidence = EvidenceShape()
    number = serializers.CharField()
    title = serializers.CharField()
    point = serializers.CharField()
    adopted = serializers.BooleanField()


class AttendanceShape(serializers.Serializer[Any]):
    evidence = EvidenceShape()
    name = serializers.CharField()
    state = serializers.CharField(help_text="present, late, left, absent, excused")
    state_label = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="how many were present from then on")


class InterpellationShape(serializers.Serializer[Any]):
    evidence = EvidenceShape()
    kind = serializers.CharField(help_text="interpelacja, zapytanie")
    author = serializers.CharField()
    subject = serializers.CharField()
    due_on = serializers.DateField(allow_null=True, help_text="the law gives 14 days for an answer")


class PromiseShape(serializers.Serializer[Any]):
    evidence = EvidenceShape()
    who = serializers.CharField()
    what = serializers.CharField()
    due = serializers.CharField(help_text="2026-09-30, 2026-08, 2027 or empty: as exact as it was said")
    due_text = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True, help_text="złotych")


class FactsShape(serializers.Serializer[Any]):
    agenda = AgendaShape(many=True)
    votes = VoteShape(many=True)
    resolutions = ResolutionShape(many=True)
    attendance = AttendanceShape(many=True)
    interpellations = InterpellationShape(many=True)
    promises = PromiseShape(many=True)


class FactsView(APIView):
    @extend_schema(responses=FactsShape)
    def get(self, request: Request, slug: str, recording_id: UUID) -> Response:
        """Agenda, votes, resolutions, attendance, interpellations and promises, each with its second and quote."""
        found = facts_queries.recording_facts(actor_for(request, slug), recording_id)
        return Response(FactsShape(found).data)
