"""Reading aloud over REST: of answers, summaries and transcripts, sentence by sentence or as one MP3 to keep."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant import readings, voice
from assistant.sound_file import MEDIA_TYPE, mp3_of
from council.access import Actor
from council.api import actor_for

_SOUND = {
    (200, MEDIA_TYPE): OpenApiResponse(OpenApiTypes.BINARY),
    (503, "application/json"): OpenApiResponse(OpenApiTypes.OBJECT),
}


class SpeedQuery(serializers.Serializer[Any]):
    speed = serializers.FloatField(default=1.0, min_value=0.5, max_value=2.0, help_text="Szybkość czytania.")


class SpeechQuery(SpeedQuery):
    offline = serializers.BooleanField(default=False, help_text="Od razu głos działający bez internetu.")


class VoiceOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field called as an attribute of Field
    online = serializers.BooleanField(help_text="Czy tekst opuszcza ten komputer.")


class SpeechSentenceOut(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="W transkrypcji: numer wypowiedzi.")
    text = serializers.CharField()
    url = serializers.CharField()


class NoticeOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    url = serializers.CharField()


class SpeechOut(serializers.Serializer[Any]):
    voice = VoiceOut()
    synthetic = serializers.BooleanField()
    notice = NoticeOut(help_text="Raz przed czytaniem: że mówi głos syntetyczny.")
    mp3 = serializers.CharField(help_text="Całość jako plik MP3.")
    sentences = SpeechSentenceOut(many=True)


class AnyAccept(BaseContentNegotiation):
    """For sound: players ask for `audio/*`, which no renderer of errors offers; errors are JSON whatever is asked."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class _OfAnswer:
    """What is read, by the parts of the address."""

    name: ClassVar = "api-turn-speech"

    def reading(self, actor: Actor, turn_id: UUID) -> readings.Reading:
        return readings.answer_reading(actor, turn_id)


class _OfSummary:
    name: ClassVar = "api-summary-speech"

    def reading(self, actor: Actor, recording_id: UUID, summary_id: int) -> readings.Reading:
        return readings.summary_reading(actor, recording_id, summary_id)


class _OfTranscript:
    name: ClassVar = "api-recording-speech"

    def reading(self, actor: Actor, recording_id: UUID) -> readings.Reading:
        return readings.transcript_reading(actor, recording_id)


class _Contents(APIView):
    """The pieces of a text, and the voice that will be asked first."""

    name: ClassVar[str]
    reading: Any

    def get(self, request: Request, slug: str, **ids: Any) -> Response:
        actor = actor_for(request, slug)
        rows = [
            {"index": piece.index, "text": piece.text, "url": self._url("sentence", slug, ids, index=piece.index)}
            for piece in self.reading(actor, **ids).pieces()
        ]
        notice = {"text": readings.NOTICE, "url": self._url("notice", slug, ids)}
        about = {"synthetic": True, "notice": notice, "mp3": self._url("mp3", slug, ids), "sentences": rows}
        return Response(SpeechOut({"voice": voice.planned_voice(actor), **about}).data)

    def _url(self, which: str, slug: str, ids: dict[str, Any], **more: int) -> str:
        return reverse(f"{self.name}-{which}", kwargs={"slug": slug, **ids, **more})


class _Sentence(APIView):
    """One piece as MP3, or the notice. `X-Voice` names the voice that spoke, `X-Voice-Label` (percent-encoded) says it
    for people."""

    content_negotiation_class = AnyAccept
    reading: Any

    def get(self, request: Request, slug: str, index: int | None = None, **ids: Any) -> HttpResponse:
        actor = actor_for(request, slug)
        wanted = SpeechQuery(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        reading = self.reading(actor, **ids)
        text = readings.NOTICE if index is None else reading.piece(index)
        sound = voice.speak(actor, text, **wanted.validated_data)
        response = HttpResponse(sound.audio, content_type=sound.media_type)
        response["X-Voice"] = sound.voice.name
        response["X-Voice-Label"] = quote(sound.voice.label)
        response["X-Synthetic-Speech"] = "true"
        response["Cache-Control"] = "private, max-age=3600"
        return response


class _Mp3(APIView):
    """The whole as one MP3, sent while it is spoken; the file says that its voice is synthetic."""

    content_negotiation_class = AnyAccept
    reading: Any

    def get(self, request: Request, slug: str, **ids: Any) -> HttpResponseBase:
        actor = actor_for(request, slug)
        wanted = SpeedQuery(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        reading = self.reading(actor, **ids)
        voice.speak(actor, readings.NOTICE, **wanted.validated_data)  # without a voice: an error, not an empty file
        parts = mp3_of(actor, reading.title, reading.pieces(), **wanted.validated_data)
        response = StreamingHttpResponse(parts, content_type=MEDIA_TYPE)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_file_name(reading.title))}"
        response["X-Synthetic-Speech"] = "true"
        response["Cache-Control"] = "private, no-store"
        return response


def _file_name(title: str) -> str:
    kept = "".join(char if char.isalnum() or char in " -" else " " for char in title)
    return f"{' '.join(kept.split())[:80] or 'nagranie'}.mp3"


@extend_schema_view(
    get=extend_schema(operation_id="get_turn_speech", summary="Zdania do odczytania na głos", responses=SpeechOut)
)
class AnswerSpeech(_OfAnswer, _Contents):
    """An answer to be read aloud."""


@extend_schema_view(
    get=extend_schema(
        operation_id="get_summary_speech", summary="Zdania streszczenia do odczytania na głos", responses=SpeechOut
    )
)
class SummarySpeech(_OfSummary, _Contents):
    """A summary to be read aloud."""


@extend_schema_view(
    get=extend_schema(
        operation_id="get_recording_speech", summary="Wypowiedzi do odczytania na głos", responses=SpeechOut
    )
)
class TranscriptSpeech(_OfTranscript, _Contents):
    """A transcript to be read aloud."""


def _documented(view: type[APIView], operation: str, summary: str, query: type[SpeedQuery]) -> type[APIView]:
    schema = extend_schema(operation_id=operation, summary=summary, parameters=[query], responses=_SOUND)
    documented: type[APIView] = extend_schema_view(get=schema)(view)
    return documented


def _routes(prefix: str, of: Any, contents: type[APIView], subject: str) -> list[URLPattern]:
    """The addresses of one kind of text; `subject` names it in the API's description."""
    name = of.name.removeprefix("api-").replace("-", "_")

    def sound_view(base: type[APIView], part: str, summary: str, query: type[SpeedQuery]) -> Any:
        made = type(f"{of.__name__}{base.__name__}{part}", (of, base), {"__doc__": base.__doc__})
        return _documented(made, f"get_{name}_{part}", f"{subject}: {summary}", query).as_view()

    return [
        path(f"{prefix}speech/", contents.as_view(), name=of.name),
        path(
            f"{prefix}speech/<int:index>/",
            sound_view(_Sentence, "sentence", "jedno zdanie jako dźwięk", SpeechQuery),
            name=f"{of.name}-sentence",
        ),
        path(
            f"{prefix}speech/notice/",
            sound_view(_Sentence, "notice", "zapowiedź głosu syntetycznego", SpeechQuery),
            name=f"{of.name}-notice",
        ),
        path(
            f"{prefix}speech/mp3/", sound_view(_Mp3, "mp3", "całość jako plik MP3", SpeedQuery), name=f"{of.name}-mp3"
        ),
    ]


urlpatterns = [
    *_routes("turns/<uuid:turn_id>/", _OfAnswer, AnswerSpeech, "Odpowiedź"),
    *_routes("recordings/<uuid:recording_id>/summaries/<int:summary_id>/", _OfSummary, SummarySpeech, "Streszczenie"),
    *_routes("recordings/<uuid:recording_id>/", _OfTranscript, TranscriptSpeech, "Transkrypcja"),
]
