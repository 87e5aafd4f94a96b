"""The assistant's REST API, under /api/v1/councils/<slug>/."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant import actions, queries, voice
from council.api import actor_for
from council.errors import CouncilError

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
    url = serializers.CharField(help_text="Strona nagrania w sekundzie cytatu.")


class AnswerOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="turn_id")
    question = serializers.CharField()
    answer = serializers.CharField()
    refused = serializers.BooleanField(help_text="Prawda: w nagraniach nie ma podstaw do odpowiedzi.")
    mode = serializers.ChoiceField(choices=[("quotes", "tryb cytatów"), ("model", "model językowy")])
    model = serializers.CharField(help_text="Nazwa modelu językowego; pusta w trybie cytatów.")
    citations = CitationOut(many=True)
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


class SpeechQuery(serializers.Serializer[Any]):
    speed = serializers.FloatField(default=1.0, min_value=0.5, max_value=2.0, help_text="Szybkość czytania.")
    offline = serializers.BooleanField(default=False, help_text="Od razu głos działający bez internetu.")


class VoiceOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field called as an attribute of Field
    online = serializers.BooleanField(help_text="Czy tekst opuszcza ten komputer.")


class SpeechSentenceOut(serializers.Serializer[Any]):
    index = serializers.IntegerField()
    text = serializers.CharField()
    url = serializers.CharField()


class SpeechOut(serializers.Serializer[Any]):
    voice = VoiceOut()
    synthetic = serializers.BooleanField()
    sentences = SpeechSentenceOut(many=True)


class AnyAccept(BaseContentNegotiation):
    """For sound: players ask for `audio/*`, which no renderer of errors offers; errors are JSON whatever is asked."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


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


class SpeechView(APIView):
    """An answer's sentences to be read aloud, and the voice that will be asked first."""

    @extend_schema(operation_id="get_turn_speech", summary="Zdania do odczytania na głos", responses=SpeechOut)
    def get(self, request: Request, slug: str, turn_id: UUID) -> Response:
        actor = actor_for(request, slug)
        sentences = voice.sentences_of(queries.get_turn(actor, turn_id).text_to_read)
        rows = [
            {"index": index, "text": text, "url": reverse("api-turn-speech-sentence", args=[slug, turn_id, index])}
            for index, text in enumerate(sentences)
        ]
        return Response(SpeechOut({"voice": voice.planned_voice(actor), "synthetic": True, "sentences": rows}).data)


class SpeechSentenceView(APIView):
    """One sentence of an answer as MP3. `X-Voice` names the voice that spoke, `X-Voice-Label` (percent-encoded) says it
    for people."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="get_turn_speech_sentence",
        summary="Zdanie odpowiedzi jako dźwięk",
        parameters=[SpeechQuery],
        responses={
            (200, "audio/mpeg"): OpenApiResponse(OpenApiTypes.BINARY),
            (503, "application/json"): OpenApiResponse(OpenApiTypes.OBJECT),
        },
    )
    def get(self, request: Request, slug: str, turn_id: UUID, index: int) -> HttpResponse:
        actor = actor_for(request, slug)
        wanted = SpeechQuery(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        sentences = voice.sentences_of(queries.get_turn(actor, turn_id).text_to_read)
        if index >= len(sentences):
            raise CouncilError("not_found")
        sound = voice.speak(actor, sentences[index], **wanted.validated_data)
        response = HttpResponse(sound.audio, content_type=sound.media_type)
        response["X-Voice"] = sound.voice.name
        response["X-Voice-Label"] = quote(sound.voice.label)
        response["X-Synthetic-Speech"] = "true"
        response["Cache-Control"] = "private, max-age=3600"
        return response


urlpatterns = [
    path("ask/", AskView.as_view(), name="api-ask"),
    path("turns/", TurnsView.as_view(), name="api-turns"),
    path("turns/<uuid:turn_id>/", TurnView.as_view(), name="api-turn"),
    path("turns/<uuid:turn_id>/speech/", SpeechView.as_view(), name="api-turn-speech"),
    path("turns/<uuid:turn_id>/speech/<int:index>/", SpeechSentenceView.as_view(), name="api-turn-speech-sentence"),
]
