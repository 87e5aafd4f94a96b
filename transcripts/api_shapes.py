"""The JSON of the REST API: what goes in, checked, and what comes out, documented in the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from transcripts import cards, queries


class RecordingShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    held_on = serializers.DateField(allow_null=True)
    state = serializers.CharField(help_text="processing, ready, failed, duplicate")
    state_label = serializers.CharField()
    error_code = serializers.CharField(help_text="empty when there is no error")
    error_message = serializers.CharField(help_text="what happened and what to do, in Polish")
    duration_ms = serializers.IntegerField()
    source_kind = serializers.CharField(help_text="link, file, transcript")
    source_address = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    duplicate_of = serializers.UUIDField(allow_null=True)
    has_media = serializers.BooleanField()
    urgent = serializers.BooleanField(help_text="it goes first in its council's line")


class RecordingListShape(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = RecordingShape(many=True)


class StageShape(serializers.Serializer[Any]):
    stage = serializers.CharField()
    state = serializers.CharField(help_text="pending, waiting, running, spread, done, failed")
    state_label = serializers.CharField()
    attempts = serializers.IntegerField()
    error_code = serializers.CharField()
    error_message = serializers.CharField()


class GapShape(serializers.Serializer[Any]):
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    reason = serializers.CharField(help_text="uncovered, failed_chunk")
    reason_label = serializers.CharField()


class UsedRecognizerShape(serializers.Serializer[Any]):
    model = serializers.CharField()
    precision = serializers.CharField(help_text="as CTranslate2 names it; empty for engines elsewhere")
    device = serializers.CharField(help_text="cuda, cpu; empty for engines elsewhere")
    chunks = serializers.IntegerField(help_text="how many chunks were recognised this way")
    steps = serializers.ListField(
        child=serializers.CharField(), help_text="why less than the configured model was used, in Polish"
    )


class RecordingDetailShape(serializers.Serializer[Any]):
    recording = RecordingShape(source="row")
    stages = StageShape(many=True)
    gaps = GapShape(many=True)
    failed_chunks = serializers.IntegerField()
    segment_count = serializers.IntegerField()
    last_event = serializers.IntegerField(help_text="sequence of the newest progress event")
    recognizers = UsedRecognizerShape(many=True)


class SegmentShape(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="names it in corrections")
    version = serializers.IntegerField(help_text="counts its corrections")
    index = serializers.IntegerField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    text = serializers.CharField(help_text="as it was said; what quotes and exports carry")
    written = serializers.SerializerMethodField(help_text="the same to read, numbers in figures")
    speaker = serializers.CharField()
    words = serializers.ListField(
        child=serializers.ListField(),
        help_text="[start_ms, end_ms, text, probability or null]; empty unless words=true",
    )

    def get_written(self, segment: queries.SegmentRow) -> str:
        return str(self.context["written"][segment.index])


class SegmentPageShape(serializers.Serializer[Any]):
    segments = SegmentShape(many=True)
    next_after_index = serializers.IntegerField(
        allow_null=True, help_text="after_index of the next page, null at the end"
    )


class EventShape(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    stage = serializers.CharField(help_text="empty for the recording as a whole")
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    eta_ms = serializers.IntegerField(allow_null=True)
    error_code = serializers.CharField()
    error_message = serializers.CharField()


class EventListShape(serializers.Serializer[Any]):
    events = EventShape(many=True)


class MediaLinkShape(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="signed, expires after some hours")
    media_type = serializers.CharField()
    kind = serializers.CharField(help_text="media (the original) or audio (its sound as FLAC)")


class MediaLinksShape(serializers.Serializer[Any]):
    links = MediaLinkShape(many=True, help_text="best first; empty while there is nothing to play")


class HitShape(serializers.Serializer[Any]):
    recording_id = serializers.UUIDField()
    recording_title = serializers.CharField()
    held_on = serializers.DateField(allow_null=True)
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    speaker = serializers.CharField()
    header = serializers.CharField(help_text="meeting, date, agenda point, speaker: as far as they are known")
    text = serializers.CharField(help_text="word for word")
    kind = serializers.CharField(help_text="speech, or the kind of fact whose card this is")


class SearchShape(serializers.Serializer[Any]):
    hits = HitShape(many=True)
    mode = serializers.CharField(help_text="how it was searched")
    notes = serializers.ListField(child=serializers.CharField())
    corrected = serializers.CharField(help_text="the question with misspelt words put right, empty when none were")
    speakers = serializers.ListField(
        child=serializers.CharField(), help_text="whose words alone were searched, because the question asks for them"
    )


class NewRecordingShape(serializers.Serializer[Any]):
    """Either `address` or `file`."""

    address = serializers.CharField(required=False, max_length=2_000, help_text="http(s) address of a page or a file")
    file = serializers.FileField(required=False, max_length=250, allow_empty_file=True)
    title = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")
    held_on = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("address" in attrs) == ("file" in attrs):
            raise serializers.ValidationError("Podaj adres nagrania albo wgraj plik (jedno z dwojga).")
        return attrs


class PublishShape(serializers.Serializer[Any]):
    published = serializers.BooleanField()


class UrgentShape(serializers.Serializer[Any]):
    urgent = serializers.BooleanField()


class PageQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000, default=0)


class SegmentsQuery(serializers.Serializer[Any]):
    after_index = serializers.IntegerField(required=False, min_value=-1, default=-1)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1_000, default=200)
    words = serializers.BooleanField(required=False, default=False)


class EventsQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(required=False, min_value=0, default=0)


class SearchQuery(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=1_000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=100, default=10)
    recording = serializers.UUIDField(required=False, help_text="tylko to nagranie")
    meeting = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="tylko posiedzenie")
    held_from = serializers.DateField(required=False, help_text="od dnia posiedzenia")
    held_to = serializers.DateField(required=False, help_text="do dnia posiedzenia")
    body = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="tylko rada, komisja")
    speaker = serializers.CharField(required=False, max_length=200, help_text="część nazwiska mówcy")
    anyone = serializers.BooleanField(
        required=False, default=False, help_text="wypowiedzi wszystkich, także gdy pytanie dotyczy słów jednej osoby"
    )
    kind = serializers.ChoiceField(required=False, choices=cards.KINDS, help_text="wypowiedzi albo jeden rodzaj faktów")
