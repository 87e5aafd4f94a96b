"""What the rooms share: uploads to disk under names of our own, and server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, QueryDict, StreamingHttpResponse

from speech.server.errors import internal_failure

logger = logging.getLogger(__name__)

KEEP_ALIVE_S: Final = 15.0
_parsing: Final = ThreadPoolExecutor(4, thread_name_prefix="parse-form")


class Utf8Request(ASGIRequest):
    """Forms are UTF-8 whatever a client says: not all that Python calls an encoding (rot13, idna) can decode them."""

    @property
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    def encoding(self, named: str) -> None:
        pass


class Upload(TemporaryUploadedFile):
    """A file on disk under a name of our own: the client's ending may be wrong, or too long for a file's name.

    `client_name` is the name the client gave it, for answers only.
    """

    client_name: str = ""


class _NamelessUploadHandler(TemporaryFileUploadHandler):
    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, field_name, "upload", *args, **kwargs)
        self.file = Upload("upload", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.client_name = file_name


async def read_form(request: HttpRequest, field: str = "file") -> tuple[QueryDict, Upload | None]:
    """The fields and the file. Parsing copies the file, up to a gigabyte: in threads for nothing else, so that the
    sound of a dictation does not wait for one.
    """
    return await asyncio.get_running_loop().run_in_executor(_parsing, _read_form, request, field)


def _read_form(request: HttpRequest, field: str) -> tuple[QueryDict, Upload | None]:
    request.upload_handlers = [_NamelessUploadHandler(request)]
    try:
        upload: Any = request.FILES.get(field)
    except (LookupError, UnicodeError) as error:  # a part's header names an unknown encoding
        raise BadRequest("a part's header cannot be read") from error
    return request.POST, upload


def event_stream(events: AsyncGenerator[bytes, None]) -> StreamingHttpResponse:
    """The answer made of `events`. What nobody expected is logged and ends them with an event of its own."""
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingHttpResponse(_told(events), content_type="text/event-stream", headers=headers)


async def _told(events: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(events):
        try:
            async for data in events:
                yield data
        except Exception:  # the status is sent already, and a cut connection would say less
            logger.exception("a stream of events failed")
            yield event(internal_failure().body)


async def kept_alive(events: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The same events, with a comment wherever none came for KEEP_ALIVE_S: proxies cut connections that are silent."""
    async with aclosing(events):
        waiting = asyncio.ensure_future(anext(events, None))
        try:
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=KEEP_ALIVE_S)
                if not done:
                    yield b": working\n\n"
                    continue
                data = waiting.result()
                if data is None:
                    return
                yield data
                waiting = asyncio.ensure_future(anext(events, None))
        finally:
            waiting.cancel()
            await asyncio.wait({waiting})


def event(data: dict[str, object]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
