"""The assistant's REST API, under /api/v1/councils/<slug>/."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant import actions, queries, speech_api
from assistant.minutes import api as minutes_api
from assistant.summaries import api as summaries_api
from council.api import actor_for

PAGE_MAX = 100


class QuestionIn(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=actions.MAX_QUESTION_CHARS, help_text="Pytanie po polsku.")
    recording = serializers.UUIDField(required=False, allow_null=True, help_text="Szukaj tylko w tym nagraniu.")


class CitationOut(serializers.Serializer[Any]):
    recording = serializers.UUIDField(source="recording_id")
    recording_title = serializers.CharField()
    held_on = serializers.DateField(allow_null=True)
    start_ms = serializers.IntegerField(help_text="Początek cytatu w nagraniu, w milisekundach.")
    end_ms = serializers.IntegerField()
    speaker = serializers.CharField(help_text="Puste, gdy nie wiadomo, kto mówi.")
    quote = serializers.CharField(help_text="Słowo w słowo z transkrypcji.")
    url = serializers.CharField(help_text="Strona nagrania w sekundzie cytatu albo strona dokumentu.")
    document = serializers.UUIDField(source="document_id", allow_null=True, help_text="Dokument, w którym stoi cytat.")
    page = serializers.IntegerField(help_text="Strona dokumentu, od 1; 0: powiedziano to w nagraniu.")


class AnswerOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="turn_id")
    question = serializers.CharField()
    answer = serializers.CharField()
    refused = serializers.BooleanField(help_text="Prawda: w nagraniach nie ma podstaw do odpowiedzi.")
    mode = serializers.ChoiceField(choices=[("quotes", "tryb cytatów"), ("model", "model językowy")])
    model = serializers.CharField(help_text="Nazwa modelu językowego; pusta w trybie cytatów.")
    citations = CitationOut(many=True)
    nearest = CitationOut(many=True, help_text="Gdy brak odpowiedzi: co powiedziano najbliżej pytania.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="Zdania o tym, co poszło inaczej.")
    asked_at = serializers.DateTimeField()


class TurnOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="turn_id")
    question = serializers.CharField()
    refused = serializers.BooleanField()
    mode = serializers.CharField()
    asked_at = serializers.DateTimeField()


class TurnsOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = TurnOut(many=True)


class TurnsQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(default=20, min_value=1, max_value=PAGE_MAX)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=1_000_000)


class AskView(APIView):
    """Ask a question."""

    @extend_schema(operation_id="ask", summary="Zadaj pytanie", request=QuestionIn, responses=AnswerOut)
    def post(self, request: Request, slug: str) -> Response:
        actor = actor_for(request, slug)
        asked = QuestionIn(data=request.data)
        asked.is_valid(raise_exception=True)
        fields = asked.validated_data
        return Response(AnswerOut(actions.ask(actor, fields["question"], recording_id=fields.get("recording"))).data)


class TurnsView(APIView):
    """One's own questions, newest first."""

    @extend_schema(operation_id="list_turns", summary="Moje pytania", parameters=[TurnsQuery], responses=TurnsOut)
    def get(self, request: Request, slug: str) -> Response:
        actor = actor_for(request, slug)
        page = TurnsQuery(data=request.query_params)
        page.is_valid(raise_exception=True)
        rows, count = queries.list_turns(actor, **page.validated_data)
        return Response(TurnsOut({"count": count, "results": rows}).data)


class TurnView(APIView):
    """One of one's own questions with its answer."""

    @extend_schema(operation_id="get_turn", summary="Pytanie i odpowiedź", responses=AnswerOut)
    def get(self, request: Request, slug: str, turn_id: UUID) -> Response:
        return Response(AnswerOut(queries.get_turn(actor_for(request, slug), turn_id)).data)


urlpatterns = [
    *speech_api.urlpatterns,
    *minutes_api.urlpatterns,
    *summaries_api.urlpatterns,
    path("ask/", AskView.as_view(), name="api-ask"),
    path("turns/", TurnsView.as_view(), name="api-turns"),
    path("turns/<uuid:turn_id>/", TurnView.as_view(), name="api-turn"),
]
