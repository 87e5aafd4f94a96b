"""A transcript as server-sent events, segment by segment as the recording is worked through."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing

from speech.engine.recognizers.base import RecognitionOptions
from speech.engine.types import Segment
from speech.server.errors import ApiError
from speech.server.http import event
from speech.server.recognition import PreparedSound, recognise
from speech.server.transcription import formats, work
from speech.server.transcription.form import TranscriptionWishes
from speech.server.transcription.speakers import SpeakerCount, Voices, assigned, find_turns, lettered


async def transcript_events(
    stack: AsyncExitStack, sound: PreparedSound, wishes: TranscriptionWishes, options: RecognitionOptions, known: Voices
) -> AsyncGenerator[bytes, None]:
    """A delta for each segment, then the whole text, which is the deltas put together.

    With speakers, each delta is followed by its segment. A failure on the way is an event of its own and the last.
    `stack` holds what the sound needs, and is closed at the end.
    """
    said: list[Segment] = []
    async with stack, aclosing(_segments(sound, wishes, options, known)) as segments:
        try:
            with work.engine_errors("file"):
                async for segment in segments:
                    for data in _events_of(segment, len(said), wishes):
                        yield event(data)
                    said.append(segment)
        except ApiError as error:
            yield event(error.body)
            return
        yield event(
            {
                "type": "transcript.text.done",
                "text": formats.plain_text(said),
                "logprobs": formats.logprobs_of(said) if wishes.logprobs else None,
                "usage": formats.usage(sound.duration_ms),
                "languages": [{"code": options.language}],
            }
        )


async def _segments(
    sound: PreparedSound, wishes: TranscriptionWishes, options: RecognitionOptions, known: Voices
) -> AsyncGenerator[Segment, None]:
    turns = lettered(await find_turns(sound, SpeakerCount(), known), known) if wishes.speakers else []
    async with aclosing(recognise(sound, options, wishes.model)) as chunks:
        async for segments in chunks:
            for segment in assigned(segments, turns) if wishes.speakers else segments:
                yield segment


def _events_of(segment: Segment, index: int, wishes: TranscriptionWishes) -> list[dict[str, object]]:
    delta: dict[str, object] = {
        "type": "transcript.text.delta",
        "delta": f" {segment.text}" if index else segment.text,
        "logprobs": formats.logprobs_of([segment]) if wishes.logprobs else None,
    }
    if not wishes.speakers:
        return [delta]
    return [{**delta, "segment_id": formats.segment_id(index)}, formats.diarized_row(index, segment)]
