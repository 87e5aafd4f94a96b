"""What was said so far: items in order, as clients see them and as a chat model reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from speech.server.realtime.wire import Event, Refusal, shown

Role = Literal["system", "user", "assistant"]
ITEMS_MAX: Final = 500
"""The oldest go when there are more."""
_CHARS_MAX: Final = 1_000_000
"""Of all items' words: a connection must not fill the memory with texts that no model would be given."""
_CONTEXT_CHARS: Final = 24_000
"""What a chat model is given of a long conversation: the end of it, some 8,000 tokens."""


@dataclass(slots=True)
class Item:
    """One message. `part` is the type of its content as the client wrote or gets it; `heard` False: not recognised yet.

    `spoken` are an answer's sentences with the ms of sound each has.
    """

    id: str
    role: Role
    part: str
    text: str = ""
    status: str = "completed"
    spoken: list[tuple[str, int]] = field(default_factory=list)
    heard: bool = True

    def row(self, *, beta: bool) -> Event:
        """The item as JSON; sound is not sent back."""
        return {
            "id": self.id,
            "object": "realtime.item",
            "type": "message",
            "status": self.status,
            "role": self.role,
            "content": [self.content(beta=beta)] if self.part else [],
        }

    def content(self, *, beta: bool) -> Event:
        part = _part_name(self.part, beta=beta)
        if "audio" in part:
            return {"type": part, "transcript": self.text if self.heard else None}
        return {"type": part, "text": self.text}


class Conversation:
    """Items by id, in order."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def get(self, item_id: object, param: str = "item_id") -> Item:
        """Raises Refusal `item_not_found`."""
        for item in self._items:
            if item.id == item_id:
                return item
        raise Refusal(f"There is no item {shown(item_id)}.", code="item_not_found", param=param)

    def has(self, item_id: str) -> bool:
        return any(item.id == item_id for item in self._items)

    def add(self, item: Item, after: object = None) -> str | None:
        """Put it after the item of that id, at the end (None) or first ("root"); returns the id before it."""
        place = len(self._items)
        if after == "root":
            place = 0
        elif after is not None:
            place = self._items.index(self.get(after, "previous_item_id")) + 1
        before = self._items[place - 1].id if place else None
        self._items.insert(place, item)
        chars = sum(len(known.text) for known in self._items)
        while len(self._items) > ITEMS_MAX or (chars > _CHARS_MAX and len(self._items) > 1):
            chars -= len(self._items.pop(0).text)
        return before

    def delete(self, item_id: object) -> str:
        item = self.get(item_id)
        self._items.remove(item)
        return item.id

    def messages(self, instructions: str) -> list[dict[str, str]]:
        """The conversation's end for a chat model; what was not understood is not in it."""
        chosen: list[dict[str, str]] = []
        room = _CONTEXT_CHARS
        for item in reversed([item for item in self._items if item.text]):
            room -= len(item.text)
            if room < 0 and chosen:
                break
            chosen.insert(0, {"role": item.role, "content": item.text[-_CONTEXT_CHARS:]})
        return [{"role": "system", "content": instructions}, *chosen] if instructions else chosen


def truncate(item: Item, audio_end_ms: int) -> None:
    """Keep of an answer the sentences that were heard to their end.

    Raises:
        Refusal: it is no spoken answer.
    """
    if item.role != "assistant" or not item.spoken:
        raise Refusal("Only an answer with sound can be truncated.", param="item_id")
    heard: list[tuple[str, int]] = []
    end_ms = 0
    for sentence, sentence_ms in item.spoken:
        end_ms += sentence_ms
        if end_ms > audio_end_ms:
            break
        heard.append((sentence, sentence_ms))
    item.spoken = heard
    item.text = " ".join(sentence for sentence, _ in heard)


def _part_name(part: str, *, beta: bool) -> str:
    """An answer's parts are `audio` and `text` in the beta shape, `output_audio` and `output_text` in the GA shape."""
    return part.removeprefix("output_") if beta else part
