"""The websocket /v1/realtime as an ASGI application. Who may connect was decided before (asgi.py)."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qs

from django.conf import settings

from speech.server.caller import current_caller
from speech.server.catalogue.models import WHISPER_ALIAS
from speech.server.realtime.connection import Connection
from speech.server.realtime.settings import SessionSettings, Transcription, is_recogniser, read_language
from speech.server.realtime.wire import ClientGone, Outbox, Receive, Refusal, Send

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
_TRY_LATER: Final = 1013
_BETA_PROTOCOL: Final = "openai-beta.realtime-v1"
_SERVER_FAILED: Final = 1011
_open_connections: Final[dict[Connection, str]] = {}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection until the client leaves or a limit ends it."""
    message = await receive()
    if message["type"] != "websocket.connect":
        return
    caller = current_caller.get().name
    if _is_full(caller):
        await send({"type": "websocket.close", "code": _TRY_LATER, "reason": "too many connections"})
        return
    wanted, complaints = wanted_session(scope)
    outbox = Outbox(send)
    connection = Connection(wanted, outbox, beta=_speaks_beta(scope))
    _open_connections[connection] = caller  # before anything is waited for: many may knock at once
    try:
        await outbox.accept()
        try:
            await connection.run(receive, complaints)
        finally:
            connection.forget()
    except* ClientGone:
        logger.debug("realtime client left")
    except* Exception:
        logger.exception("a realtime connection failed")
        with suppress(OSError, RuntimeError):  # it may be closed already
            await send({"type": "websocket.close", "code": _SERVER_FAILED, "reason": "internal_error"})
    finally:
        del _open_connections[connection]


def _is_full(caller: str) -> bool:
    """Whether there is no room, or one caller has half of it already: nobody may shut all others out."""
    limit = settings.SPEECH_REALTIME_CONNECTIONS
    own = sum(name == caller for name in _open_connections.values())
    return len(_open_connections) >= limit or own >= max(1, limit // 2)


def wanted_session(scope: Scope) -> tuple[SessionSettings, list[Refusal]]:
    """The session that the query asks for. What it names wrongly is left at its default and complained about."""
    query = {name: values[-1] for name, values in parse_qs(scope.get("query_string", b"").decode("latin-1")).items()}
    complaints: list[Refusal] = []
    intent, model = query.get("intent", "conversation"), query.get("model", "")
    if intent not in ("conversation", "transcription"):
        complaints.append(Refusal("'intent' must be conversation or transcription.", param="intent"))
    answers = intent != "transcription"
    recogniser = query.get("transcription_model", "" if answers else model)
    if not is_recogniser(recogniser):
        param = "transcription_model" if "transcription_model" in query else "model"
        text = f"The model {json.dumps(recogniser[:200])} does not exist here; the configured one is used."
        complaints.append(Refusal(text, code="model_not_found", param=param))
        recogniser = ""
    language = Transcription().language
    try:
        language = read_language(query.get("language", ""))
    except Refusal as refusal:
        complaints.append(Refusal(refusal.message, code=refusal.code, param="language"))
    transcription = Transcription(recogniser or WHISPER_ALIAS, language)
    return SessionSettings(answers=answers, model=model[:200], transcription=transcription), complaints


def _speaks_beta(scope: Scope) -> bool:
    """Clients of the older shape say so in a header, or in a browser by a subprotocol."""
    return b"realtime=v1" in dict(scope["headers"]).get(b"openai-beta", b"") or _BETA_PROTOCOL in scope.get(
        "subprotocols", []
    )
