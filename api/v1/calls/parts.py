"""What the call service needs of the installation."""

from dataclasses import dataclass

from redis import Redis

from api.v1.assistants.compile import Defaults
from api.v1.calls.control import Switchboard
from api.v1.calls.gateways import Gateways
from api.v1.calls.lines import Lines
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
    redis: Redis
    switchboard: Switchboard
    waiting: WaitingRoom
    lines: Lines
    gateways: Gateways
    blobs: LocalBlobs
    defaults: Defaults
    secret: bytes
    allowed_targets: tuple[str, ...]
    concurrency_limit: int  # calls at once of an organisation that has set none


def build(settings: EngineSettings, redis: Redis, waiting: WaitingRoom, concurrency_limit: int) -> Parts:
    """From the engine's section of the configuration, which names the blobs and the vendors' keys."""
    secret = settings.secret_bytes
    return Parts(
        links=Links(settings.public_url, secret),
        placement=Placement(redis),
        redis=redis,
        switchboard=Switchboard(redis),
        waiting=waiting,
        lines=Lines(redis),
        gateways=Gateways(redis),
        blobs=LocalBlobs(settings.blobs),
        defaults=defaults(settings),
        secret=secret,
        allowed_targets=tuple(settings.allowed_targets),
        concurrency_limit=concurrency_limit,
    )


def defaults(settings: EngineSettings) -> Defaults:
    """DashScope where the installation has its key, else what runs without any."""
    if not settings.dashscope_api_key.get_secret_value():
        return Defaults()
    return Defaults(transcriber={"provider": "dashscope"}, voice={"provider": "dashscope"})
