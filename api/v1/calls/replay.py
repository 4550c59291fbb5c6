"""A POST of an outbound call that comes twice dials once: SDKs repeat a POST whose answer was lost.

The same body by the same key within seconds is the same call, as if it had an Idempotency-Key. Whoever means
two calls says so with two Idempotency-Keys.
"""

import hashlib
from datetime import timedelta
from typing import Annotated

import orjson
from fastapi import Depends, Request

from api.http.deps import Db, private
from api.http.idempotency import Claim

_OURS = "\x01outbound:"  # no key of a client can begin so: they are printable


async def _guard(request: Request, db: Db) -> None:
    settings = request.app.state.wiring.settings
    if settings.replay_window_s <= 0 or db.info.get("claim") is not None:
        return
    body = await request.body()
    if not _dials(body):
        return
    caller = await private(request)
    digest = hashlib.sha256(body)
    kept = timedelta(seconds=settings.replay_window_s)
    key = _OURS + digest.hexdigest()
    db.info["claim"] = Claim(caller.id, key, digest.digest(), settings.secret_bytes, kept)


def _dials(body: bytes) -> bool:
    if b'"phoneNumberId"' not in body:
        return False
    try:
        read = orjson.loads(body)
    except ValueError:
        return False  # it is refused further on
    return isinstance(read, dict) and isinstance(read.get("phoneNumberId"), str)


ReplayGuard = Annotated[None, Depends(_guard)]
