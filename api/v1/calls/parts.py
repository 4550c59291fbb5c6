"""What the call service needs of the installation."""

from dataclasses import dataclass

from redis import Redis

from api.v1.assistants.compile import Defaults
from api.v1.calls.control import Switchboard
from api.v1.calls.links import Links
from api.v1.calls.placement import Placement
from api.v1.calls.waiting import WaitingRoom
from voice_engine.blobs import LocalBlobs
from voice_engine.settings import EngineSettings


@dataclass(frozen=True, slots=True)
class Parts:
    """One per process."""

    links: Links
    placement: Placement
    switchboard: Switchboard
    waiting: WaitingRoom
    blobs: LocalBlobs
    defaults: Defaults
    secret: bytes
    allowed_targets: tuple[str, ...]


def build(settings: EngineSettings, redis: Redis, waiting: WaitingRoom) -> Parts:
    """From the engine's section of the configuration, which names the blobs and the vendors' keys."""
    secret = settings.secret_bytes
    return Parts(
        links=Links(settings.public_url, secret),
        placement=Placement(redis),
        switchboard=Switchboard(redis),
        waiting=waiting,
        blobs=LocalBlobs(settings.blobs),
        defaults=defaults(settings),
        secret=secret,
        allowed_targets=tuple(settings.allowed_targets),
    )


def defaults(settings: EngineSettings) -> Defaults:
    """DashScope where the installation has its key, else what runs without any."""
    if not settings.dashscope_api_key.get_secret_value():
        return Defaults()
    return Defaults(transcriber={"provider": "dashscope"}, voice={"provider": "dashscope"})
