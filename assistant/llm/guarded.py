"""Connections that reach public machines only, for addresses that a council chose and not the operator.

The name is looked up once and the connection goes to the very address that was judged: a second lookup could answer
differently (DNS rebinding). Redirects and proxies are the client's matter and must be off. All councils share this
process's memory, so an answer is taken up to a limit, and uncompressed: a megabyte may unpack to a gigabyte.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from speech.engine.addresses import is_public

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of one answer: 200,000 characters, the most that is taken of a model, in events of 150 bytes a character."""


class PublicOnlyTransport(httpx2.AsyncBaseTransport):
    """Raises httpx2.ConnectError for a host that is, or resolves to, an address of no public machine, httpx2.ReadError
    for an answer that is compressed or does not end."""

    def __init__(self) -> None:
        self._transport = httpx2.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await asyncio.to_thread(_public_address, host, port, request)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)  # the Host header keeps the name
        request.headers["Accept-Encoding"] = "identity"
        response = await self._transport.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.ReadError(f"{host} sends a compressed answer", request=request)
        response.stream = _Limited(response.stream, request)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, request: httpx2.Request) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous transport answers with an asynchronous stream")
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for block in self._stream:
            taken += len(block)
            if taken > MOST_BYTES:
                raise httpx2.ReadError("the answer does not end", request=self._request)
            yield block

    async def aclose(self) -> None:
        await self._stream.aclose()


def _public_address(host: str, port: int, request: httpx2.Request) -> str:
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise httpx2.ConnectError(f"{host}: {error}", request=request) from error
    if not found or not all(map(is_public, found)):
        raise httpx2.ConnectError(f"{host} is not a public machine", request=request)
    return found[0]
