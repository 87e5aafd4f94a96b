"""Ringing a doorbell that websockets listen to. The event itself is a row; the bell only says "look".

With the default channel layer (LISTEN/NOTIFY) the bell commits with the row that it announces. With Redis it is sent
once the transaction has committed.
"""

from __future__ import annotations

import json
from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, transaction

NOTIFY_CHANNEL = "channels"


def ring(group: str) -> None:
    """Wake every consumer in `group`: they get {"type": "look"}. Synchronous code only."""
    if settings.REDIS_URL:
        transaction.on_commit(partial(_ring_through_layer, group))
        return
    payload = json.dumps({"group": group, "message": {"type": "look"}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [NOTIFY_CHANNEL, payload])


def _ring_through_layer(group: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, {"type": "look"})
