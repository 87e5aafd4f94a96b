"""Asking a provider once, before or after it is chosen: does it answer, in what, how fast? Sends no council's words."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from asgiref.sync import async_to_sync

from assistant.checks import is_polish
from assistant.llm import model_of
from assistant.models import ProviderKind
from assistant.provider_actions import ProviderWish, wished
from assistant.providers import Provider, check_may_be_asked, provider_of, server_of
from council.access import Actor
from council.errors import CouncilError, message_for
from speech.engine.errors import EngineError
from speech.engine.voices.openai_api import OpenAiVoice
from transcripts.server_actions import try_embeddings, try_recognition

_MESSAGES: Final = [
    {"role": "user", "content": "Odpowiedz jednym krótkim zdaniem po polsku: czym zajmuje się rada gminy?"}
]
_SENTENCE: Final = "To jest próba głosu."
_TOKENS: Final = 2_000  # thinking models spend most of it on thoughts
_MOST_SHOWN: Final = 300
_PATIENCE_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class Trial:
    """`message` is for people, in Polish."""

    works: bool
    message: str


def try_provider(actor: Actor, wish: ProviderWish) -> Trial:
    """Ask the provider that `wish` describes, saved or not. Blocks; a failure is an answer too.

    Raises:
        CouncilError: what save_provider raises: such a provider cannot be chosen at all.
    """
    provider = provider_of(wished(actor, wish))
    check_may_be_asked(actor, provider)
    began = time.monotonic()
    try:
        said = _said(actor, provider)
    except CouncilError as error:
        return Trial(False, f"Nie działa. {message_for(error.code, **error.context)} ({error.detail[:_MOST_SHOWN]})")
    took = f"{time.monotonic() - began:.1f}".replace(".", ",")
    return Trial(said.works, f"{said.message} Czas: {took} s.")


def _said(actor: Actor, provider: Provider) -> Trial:
    match provider.kind:
        case ProviderKind.VOICE:
            return _spoken(provider)
        case ProviderKind.RECOGNITION:
            try_recognition(actor, server_of(provider))
            return Trial(True, "Działa. Serwer odpowiedział na dwie sekundy próbnego dźwięku.")
        case ProviderKind.EMBEDDINGS:
            size = try_embeddings(actor, server_of(provider))
            return Trial(True, f"Działa. Serwer przysłał wektor o {size} liczbach.")
        case _:
            return _written(actor, provider)


def _written(actor: Actor, provider: Provider) -> Trial:
    text = model_of(actor, provider, max_tokens=_TOKENS).complete(_MESSAGES).strip()
    if not text:
        return Trial(False, "Serwer odpowiada, ale model nie napisał odpowiedzi.")
    shown = text[:_MOST_SHOWN]
    if not is_polish(text):
        return Trial(False, f"Model odpowiada, ale nie po polsku: „{shown}”")
    return Trial(True, f"Działa. Model napisał: „{shown}”")


def _spoken(provider: Provider) -> Trial:
    try:
        sound = async_to_sync(_sound)(provider)
    except (EngineError, TimeoutError) as error:
        raise CouncilError("voice_unavailable", detail=str(error)) from error
    return Trial(True, f"Działa. Głos przysłał {len(sound) // 1024 + 1} kB dźwięku.")


async def _sound(provider: Provider) -> bytes:
    voice = OpenAiVoice(provider.base_url, provider.api_key, provider.model, provider.voice)
    async with asyncio.timeout(_PATIENCE_S):
        return b"".join([part async for part in voice.stream(_SENTENCE)])
