"""A telephone gateway in miniature: registers, picks up orders, tells of its leg, and carries the sound.

It dials nobody: a test says what the called person does.
"""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from redis import Redis
from websockets.asyncio.client import ClientConnection, connect

from voice_engine.kernel.events import Event, EventType

Json = dict[str, Any]


@dataclass
class GatewayEmulator:
    """One gateway process. `clock` gives Unix ms; the lease is `lease_s` long and renewed by `register`."""

    redis: Redis
    id: str = "gateway-1"
    lines: int = 10
    lease_s: int = 600
    encoding: str = "pcm_s16le"
    sample_rate: int = 16_000
    active: int = 0
    _seq: dict[str, Any] = field(default_factory=dict)

    def register(self, **more: Any) -> "GatewayEmulator":
        """What a gateway writes every two seconds."""
        report = {
            "id": self.id, "lines": self.lines, "active": self.active, "draining": False,
            "encoding": self.encoding, "sampleRate": self.sample_rate, **more,
        }  # fmt: skip
        self.redis.sadd("yingda:gateways", self.id)
        self.redis.set(f"yingda:gateway:{self.id}", orjson.dumps(report), ex=self.lease_s)
        return self

    def die(self) -> None:
        """Its lease has run out."""
        self.redis.delete(f"yingda:gateway:{self.id}")

    def orders(self) -> list[Json]:
        """All orders and cancellations that wait, in their order; none of them twice."""
        found = []
        while (popped := self.redis.lpop(f"yingda:dial:{self.id}")) is not None:
            found.append(orjson.loads(popped))  # type: ignore[arg-type]
        return found

    def wait_for_order(self, patience: float = 10.0) -> Json:
        """The next order."""
        popped: Any = self.redis.blpop([f"yingda:dial:{self.id}"], timeout=patience)
        assert popped is not None, "no order came"
        order: Json = orjson.loads(popped[1])
        return order

    def may_dial(self, order: Json, now_ms: float) -> bool:
        """Whether the order still holds."""
        cancelled = self.redis.exists(f"yingda:cancelled:{order['callId']}")
        return not cancelled and now_ms < order["expiresAtMs"]

    def tell(self, order: Json, status: str, at_ms: int | None = None, **data: Any) -> None:
        """What has become of the leg: ringing, answered, failed, ended."""
        numbers = self._seq.setdefault(order["callId"], itertools.count(1))
        at = at_ms if at_ms is not None else int(time.time() * 1000)
        place = order["orgId"], order["callId"], order["session"], next(numbers)
        event = Event(EventType.LEG_STATUS, *place, at, 0.0, {"status": status, **data})
        self.redis.xadd("yingda:events", {"event": event.to_json()})

    def answer(self, order: Json) -> connect:
        """The called person picks up: the sound of this connection is theirs."""
        self.tell(order, "answered", providerId=f"sip-{order['callId']}")
        return connect(order["media"]["url"], max_size=None)


async def speak(socket: ClientConnection, seconds: float, rate: int = 16_000) -> None:
    """Silence from the telephone, in frames of 20 ms."""
    for _ in range(round(seconds * 50)):
        await socket.send(b"\0\0" * (rate // 50))
