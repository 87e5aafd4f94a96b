"""Items and sound as clients write them, checked."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from typing import Final, cast, get_args

from speech.server.realtime.conversation import Item, Role
from speech.server.realtime.settings import TEXT_CHARS, Reader
from speech.server.realtime.wire import Refusal, new_id

SOUND_BYTES: Final = 15 * 1024 * 1024
"""OpenAI's limit for one event."""
_SMALL_CHARS: Final = 256 * 1024
_TEXTS: Final = ("input_text", "output_text", "text")
_SOUNDS: Final = ("input_audio", "output_audio", "audio")
_PARTS_MAX: Final = 100
_ID: Final = re.compile(r"[\w-]{1,64}", re.ASCII)


async def decoded_audio(value: object, param: str) -> bytes:
    """Bytes of base64.

    Raises:
        Refusal: no base64, or more than SOUND_BYTES.
    """
    if not isinstance(value, str):
        raise Refusal(f"'{param}' must be a text in base64.", param=param, code="invalid_type")
    if len(value) // 4 * 3 > SOUND_BYTES + 2:
        raise Refusal("One event may hold 15 MiB of sound.", param=param, code="audio_too_large")
    try:
        if len(value) <= _SMALL_CHARS:
            return base64.b64decode(value, validate=True)
        return await asyncio.to_thread(base64.b64decode, value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(f"'{param}' is not base64.", param=param, code="invalid_base64") from error


async def read_item(given: object) -> tuple[Item, bytes | None]:
    """A message, and its sound where it has any without a transcript.

    Raises:
        Refusal: with the field at fault; calls of functions are not offered.
    """
    reader = Reader(given, "item")
    if reader.text("type", "") != "message":
        raise Refusal("Only items of type message are possible here.", param="item.type", code="unsupported_value")
    role = cast(Role, reader.choice("role", "", get_args(Role)))
    if not role:
        raise Refusal("'item.role' is required.", param="item.role", code="missing_required_parameter")
    item_id = reader.text("id", "") or new_id("item")
    if not _ID.fullmatch(item_id):
        raise Refusal("'item.id' may have 64 letters, digits, - and _.", param="item.id")
    parts = cast(dict[str, object], given).get("content")
    if not isinstance(parts, list) or not 1 <= len(parts) <= _PARTS_MAX:
        raise Refusal(f"'item.content' must be a list of 1 to {_PARTS_MAX} parts.", param="item.content")
    texts, sound, kind = [], b"", ""
    for index, part in enumerate(parts):
        found = Reader(part, f"item.content[{index}]")
        part_kind = found.choice("type", "", (*_TEXTS, *_SOUNDS))
        kind = kind if "audio" in kind else part_kind
        if part_kind in _TEXTS:
            texts.append(found.text("text", ""))
        elif "transcript" in found and not found.null("transcript"):
            texts.append(found.text("transcript", ""))
        else:
            sound += await decoded_audio(part.get("audio"), f"item.content[{index}].audio")
    text = " ".join(text for text in texts if text)
    if len(text) > TEXT_CHARS:
        raise Refusal(f"One item may hold {TEXT_CHARS} characters.", param="item.content")
    part_name = {"user": "input_", "system": "input_", "assistant": "output_"}[role]
    part_name += "audio" if "audio" in kind else "text"
    return Item(item_id, role, part_name, text, heard=not sound), sound or None
