"""A council's model: whatever is asked of it, by whichever part of the product, is counted for that council."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from asgiref.sync import async_to_sync

from assistant.llm.base import Usage
from assistant.llm.openai_model import OpenAICompatibleModel
from assistant.models import ProviderKind
from assistant.off_loop import in_database
from assistant.provider_actions import note_usage


class MeteredModel:
    """See StreamingModel."""

    def __init__(self, council_id: int, model: OpenAICompatibleModel) -> None:
        self.name = model.name
        self._council_id = council_id
        self._model = model

    def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any] | None = None) -> str:
        """See ChatModel.complete; for synchronous code outside a transaction."""
        return async_to_sync(self._whole)(messages, schema)

    async def stream(
        self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any] | None = None
    ) -> AsyncGenerator[str, None]:
        """See StreamingModel.stream."""
        usage = Usage()
        try:
            async with aclosing(self._model.stream(messages, usage=usage, schema=schema)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            if usage.requests:
                await in_database(note_usage, self._council_id, ProviderKind.LANGUAGE_MODEL, self.name, usage)

    async def _whole(self, messages: Sequence[dict[str, str]], schema: dict[str, Any] | None) -> str:
        async with aclosing(self.stream(messages, schema=schema)) as pieces:
            return "".join([piece async for piece in pieces])
