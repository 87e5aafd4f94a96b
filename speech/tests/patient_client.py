"""httpx2 with patience: its own limit of five seconds is too short for a busy machine that imports an engine first."""

from __future__ import annotations

from functools import partial

import httpx2

PATIENCE_S = 120.0

get = partial(httpx2.get, timeout=PATIENCE_S)
post = partial(httpx2.post, timeout=PATIENCE_S)
delete = partial(httpx2.delete, timeout=PATIENCE_S)
request = partial(httpx2.request, timeout=PATIENCE_S)
stream = partial(httpx2.stream, timeout=PATIENCE_S)
