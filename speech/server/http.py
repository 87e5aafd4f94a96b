"""What the rooms share: uploads to disk under names of our own, and server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, QueryDict, StreamingHttpResponse


class _NamelessUploadHandler(TemporaryFileUploadHandler):
    """Uploads to disk under names of our own: the client's ending may be wrong, or too long for a file's name."""

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, "upload", *args, **kwargs)


def read_form(request: HttpRequest, field: str = "file") -> tuple[QueryDict, TemporaryUploadedFile | None]:
    """Parsing copies the upload from the body to a file of its own: not in the event loop."""
    request.upload_handlers = [_NamelessUploadHandler(request)]
    upload: Any = request.FILES.get(field)
    return request.POST, upload


def event_stream(events: AsyncGenerator[bytes, None]) -> StreamingHttpResponse:
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream", headers=headers)


def event(data: dict[str, object]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
