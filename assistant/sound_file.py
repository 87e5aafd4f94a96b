"""Sentences as one MP3 to keep: it says of itself that no person speaks, in its tags and aloud at its beginning."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from assistant.readings import NOTICE, Piece
from assistant.voice import aspeak
from council.access import Actor

MEDIA_TYPE: Final = "audio/mpeg"
_ENCODING_UTF8: Final = b"\x03"
_LANGUAGE: Final = b"pol"


async def mp3_of(actor: Actor, title: str, pieces: Sequence[Piece], *, speed: float) -> AsyncGenerator[bytes, None]:
    """The file piece by piece, as fast as it is spoken. MP3 frames of all voices may stand one after the other.

    Raises:
        CouncilError: as aspeak; before the first byte when no voice speaks at all. Later the file ends without its
            end, which a download reports: a file with a hole would look whole.
    """
    notice = await aspeak(actor, NOTICE, speed=speed)
    offline = not notice.voice.online
    yield id3_tag(title, notice.voice.label) + notice.audio
    for piece in pieces:
        sound = await aspeak(actor, piece.text, speed=speed, offline=offline)
        offline = offline or not sound.voice.online  # once a voice has failed, the next reads to the end
        yield sound.audio
        await asyncio.sleep(0)  # kept sentences come without waiting: others get their turn


def id3_tag(title: str, voice_label: str) -> bytes:
    """ID3v2.4 (id3.org/id3v2.4.0-structure): title, and that the speech is synthetic."""
    note = f"Mowa syntetyczna, głos: {voice_label}"
    frames = b"".join(
        [
            _frame(b"TIT2", _ENCODING_UTF8 + _text(title)),
            _frame(b"TLAN", _ENCODING_UTF8 + _LANGUAGE),
            _frame(b"TXXX", _ENCODING_UTF8 + b"synthetic_speech\0true"),
            _frame(b"COMM", _ENCODING_UTF8 + _LANGUAGE + b"\0" + _text(note)),
        ]
    )
    return b"ID3\x04\x00\x00" + _syncsafe(len(frames)) + frames


def _frame(name: bytes, body: bytes) -> bytes:
    return name + _syncsafe(len(body)) + b"\0\0" + body


def _syncsafe(size: int) -> bytes:
    """Seven bits a byte, so that no length looks like the beginning of a sound frame."""
    return bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _text(text: str) -> bytes:
    return text.replace("\0", " ").encode("utf-8", "replace")[:1_000].decode("utf-8", "ignore").encode()
