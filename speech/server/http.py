"""What the rooms share: uploads to disk under names of our own, and server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, QueryDict, StreamingHttpResponse

KEEP_ALIVE_S: Final = 15.0


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


def read_form(request: HttpRequest, field: str = "file") -> tuple[QueryDict, Upload | None]:
    """Parsing copies the upload from the body to a file of its own: not in the event loop."""
    request.upload_handlers = [_NamelessUploadHandler(request)]
    upload: Any = request.FILES.get(field)
    return request.POST, upload


def event_stream(events: AsyncGenerator[bytes, None]) -> StreamingHttpResponse:
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=headers)


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
