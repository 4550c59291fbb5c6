"""Closes the books of sessions whose process died: nothing that was said is lost, nothing stays open."""

import structlog
from redis.asyncio import Redis

from voice_engine.blobs import LocalBlobs
from voice_engine.hosting.masking import masked
from voice_engine.hosting.shipper import Shipper
from voice_engine.hosting.spool import SpooledSession, left_behind, recording_key, salvage
from voice_engine.kernel.events import EventType
from voice_engine.settings import EngineSettings

LOCK_S = 60

log = structlog.get_logger()


async def recover(settings: EngineSettings, redis: Redis, engine_id: str, shipper: Shipper) -> int:
    """Ship what dead engines of this machine left in the spool; returns how many sessions that was.

    A sibling's directory is taken only when its lease is gone, and only by one engine.
    """
    blobs, found = LocalBlobs(settings.blobs), 0
    for directory in sorted(settings.spool.glob("*")):
        owner = directory.name
        if owner != engine_id and await redis.exists(f"yingda:engine:{owner}"):
            continue
        if not await _lock(redis, owner, engine_id):
            continue
        for session in left_behind(directory):
            try:
                _recover_one(session, blobs, shipper)
                found += 1
            except (ValueError, OSError):
                log.exception("session_not_recovered", directory=str(directory))
    return found


async def _lock(redis: Redis, owner: str, engine_id: str) -> bool:
    """Whether this engine may close `owner`'s books. Kept until it expires: the books are closed when the
    events are shipped, not when they are queued."""
    lock = f"yingda:recovering:{owner}"
    if await redis.set(lock, engine_id, nx=True, ex=LOCK_S):
        return True
    return bool(await redis.get(lock) == engine_id.encode())


def _recover_one(session: SpooledSession, blobs: LocalBlobs, shipper: Shipper) -> None:
    spec = session.spec()
    events, recorded_s = salvage(session)
    if recorded_s:
        blobs.adopt(recording_key(spec), session.recording_file)
    log.warning("session_recovered", call_id=spec.call_id, org_id=spec.org_id, events=len(events))
    for event in events:
        last = event.type is EventType.SESSION_ENDED
        shipper.ship(masked(event) if spec.masked else event, session.remove if last else None)
