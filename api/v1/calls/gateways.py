"""Telephone gateways: who is there, and the orders they are given.

A gateway registers as an engine does: `yingda:gateways`, and a lease of six seconds under
`yingda:gateway:<id>`. It pops orders from `yingda:dial:<id>`; what comes of them it tells as events
`leg.status` of the session that the order names. See ARCHITECTURE.md.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from redis import Redis

from voice_engine.spec import SessionSpec, TransportSpec

Json = dict[str, Any]

ORDER_FOR_S = 30  # an order nobody popped by then is not dialled any more
_CONNECT_WITHIN_S = 60
_ONCE_FOR_S = 86_400
_GIVE = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) then
  redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[5])
  redis.call('RPUSH', KEYS[2], ARGV[3])
  return 1
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway process, as it reports itself. `transport` is the sound it sends and wants."""

    id: str
    lines: int
    active: int
    draining: bool
    transport: TransportSpec

    @property
    def free(self) -> int:
        """Calls it can still dial."""
        return 0 if self.draining else max(0, self.lines - self.active)


class Gateways:
    """All that are registered."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._give = redis.register_script(_GIVE)

    def there(self) -> list[Gateway]:
        """Those whose lease is good, the one with the most free lines first."""
        reports: Any = self._redis.sort("yingda:gateways", by="nosort", get=["yingda:gateway:*"])
        found = [_gateway(orjson.loads(report)) for report in reports if report is not None]
        return sorted(found, key=lambda gateway: (-gateway.free, gateway.id))

    def known(self) -> bool:
        """Whether one has ever registered."""
        return bool(self._redis.exists("yingda:gateways"))

    def give(self, gateway_id: str, order: Json, spec: SessionSpec) -> bool:
        """Hand an order over, and the spec to the engine; False when that has been done before."""
        call_id = order["callId"]
        keys = [f"yingda:dialled:{call_id}", _orders(gateway_id), f"yingda:session:{spec.session_id}"]
        spec_for = ORDER_FOR_S + order["dialTimeoutSeconds"] + _CONNECT_WITHIN_S
        arguments = [gateway_id, _ONCE_FOR_S, orjson.dumps(order), spec.model_dump_json(), spec_for]
        return bool(self._give(keys, arguments))

    def cancel(self, gateway_id: str, call_id: str) -> None:
        """Whoever has popped the order hangs up; whoever pops it later does not dial."""
        self._redis.set(f"yingda:cancelled:{call_id}", 1, ex=_ONCE_FOR_S)
        self._redis.rpush(_orders(gateway_id), orjson.dumps({"type": "cancel", "callId": call_id}))


def _gateway(report: Json) -> Gateway:
    return Gateway(
        report["id"],
        report.get("lines", 0),
        report.get("active", 0),
        report.get("draining", False),
        TransportSpec(
            encoding=report.get("encoding", "pcm_s16le"), sample_rate=report.get("sampleRate", 16_000)
        ),
    )


def _orders(gateway_id: str) -> str:
    return f"yingda:dial:{gateway_id}"
