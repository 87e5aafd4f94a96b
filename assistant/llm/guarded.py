"""Connections that reach public machines only, for addresses that a council chose and not the operator.

The name is looked up once and the connection goes to the very address that was judged: a second lookup could answer
differently (DNS rebinding). Redirects and proxies are the client's matter and must be off.
"""

from __future__ import annotations

import asyncio
import socket

import httpx2

from speech.engine.addresses import is_public


class PublicOnlyTransport(httpx2.AsyncBaseTransport):
    """Raises httpx2.ConnectError for a host that is, or resolves to, an address of no public machine."""

    def __init__(self) -> None:
        self._transport = httpx2.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await asyncio.to_thread(_public_address, host, port, request)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)  # the Host header keeps the name
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def _public_address(host: str, port: int, request: httpx2.Request) -> str:
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise httpx2.ConnectError(f"{host}: {error}", request=request) from error
    if not found or not all(map(is_public, found)):
        raise httpx2.ConnectError(f"{host} is not a public machine", request=request)
    return found[0]
