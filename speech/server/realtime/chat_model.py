"""The language model that answers in conversation mode, on any OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import openai
from django.conf import settings

from speech.engine.addresses import is_this_machine

TIMEOUT: Final = openai.Timeout(60.0, connect=5.0)
_THINK: Final = ("<think>", "</think>")


class ChatFailed(Exception):
    """No answer, or none to its end. `code` and `message` are for the client; the detail is the cause's text."""

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class ChatModel:
    """`base_url` up to and with `/v1`."""

    base_url: str
    api_key: str
    name: str
    stays_here: bool = False

    async def stream(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int | None, temperature: float
    ) -> AsyncGenerator[str, None]:
        """Pieces of the answer as they come; a reasoning model's thoughts are left out.

        Raises:
            ChatFailed: `model_unavailable` (not reached, overloaded, cut off) or `model_rejected`.
        """
        try:
            async for piece in _without_thoughts(self._pieces(messages, max_tokens, temperature)):
                yield piece
        except openai.APIStatusError as error:
            code = "model_unavailable" if error.status_code >= 500 or error.status_code == 429 else "model_rejected"
            raise ChatFailed(code, "The chat model refused to answer.", str(error)) from error
        except (openai.OpenAIError, ValueError) as error:  # ValueError: an event that is no JSON
            raise ChatFailed("model_unavailable", "The chat model does not answer.", str(error)) from error

    async def _pieces(
        self, messages: Sequence[dict[str, str]], max_tokens: int | None, temperature: float
    ) -> AsyncGenerator[str, None]:
        http_client = (
            openai.DefaultAsyncHttpx2Client(trust_env=False, follow_redirects=False) if self.stays_here else None
        )
        client = openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self.api_key or "none",  # local servers want some key, any key
            timeout=TIMEOUT,
            max_retries=1,
            http_client=http_client,
        )
        async with client:
            chunks: Any = await client.chat.completions.create(
                model=self.name,
                messages=list(messages),  # type: ignore[arg-type]  # plain dicts are what its TypedDicts describe
                max_tokens=openai.omit if max_tokens is None else max_tokens,
                temperature=temperature,
                stream=True,
            )
            async with chunks:
                async for chunk in chunks:
                    if chunk.choices and chunk.choices[0].delta and chunk.choices[0].delta.content:
                        yield chunk.choices[0].delta.content


def configured(session_model: str, *, may_leave: bool) -> ChatModel | None:
    """The configured model, or None. Without a configured name the session's own `model` is asked for.

    `may_leave` False allows only a server of this machine.
    """
    base_url, name = settings.SPEECH_CHAT_BASE_URL, settings.LLM_MODEL or session_model
    if not base_url or not name or not (may_leave or is_this_machine(base_url)):
        return None
    return ChatModel(base_url, settings.SPEECH_CHAT_API_KEY, name, stays_here=not may_leave)


async def _without_thoughts(pieces: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """Leave out a <think> block at the beginning, and all of an answer that never ends thinking."""
    opening, closing = _THINK
    start = ""
    deciding, thinking = True, False
    async for piece in pieces:
        if not deciding:
            yield piece
            continue
        start = (start + piece).lstrip()
        thinking = thinking or start.startswith(opening)
        if thinking and closing in start:
            deciding, start = False, start.partition(closing)[2].lstrip()
        elif not thinking and not opening.startswith(start[: len(opening)]):
            deciding = False
        if not deciding and start:
            yield start
    if deciding and not thinking and start:
        yield start
