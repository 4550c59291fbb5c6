"""Faults at a vendor's edge: each request asks what goes wrong with it, and the stream goes wrong so."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.simulate.scenario import Fault

GARBAGE = "�\x00<|endoftext|>{{["
_KINDS: dict[str, ProviderErrorKind] = {
    "error": "server", "429": "rate_limit", "auth": "auth", "break": "network",
}  # fmt: skip


async def forever() -> NoReturn:
    """Wait for what never comes."""
    await asyncio.get_running_loop().create_future()
    raise AssertionError("it came")


@dataclass
class Trouble:
    """The faults of one vendor (`member` of its kind)."""

    faults: Sequence[Fault]
    of: str
    member: int = 1
    requests: int = field(default=0, init=False)

    def next(self, tool: str = "") -> Fault | None:
        """What goes wrong with the next request, which is counted."""
        self.requests += 1
        now = asyncio.get_running_loop().time()
        return next((fault for fault in self.faults if self._strikes(fault, tool, now)), None)

    def _strikes(self, fault: Fault, tool: str, now: float) -> bool:
        return (
            fault.of == self.of
            and (fault.of == "tool" or fault.member == self.member)
            and (not fault.requests or self.requests in fault.requests)
            and (fault.between is None or fault.between[0] <= now < fault.between[1])
            and fault.tool in ("", tool)
        )

    async def begin(self, fault: Fault | None, vendor: str) -> None:
        """What happens before anything comes: nothing, a wait, no end of waiting, or a ProviderError."""
        if fault is None:
            return
        if fault.what == "late":
            await asyncio.sleep(fault.by)
        elif fault.what == "hang":
            await forever()
        elif fault.what in ("error", "429", "auth"):
            raise refusal(fault, vendor)

    async def midway(self, fault: Fault | None, vendor: str, done: float) -> bool:
        """After `done` of the answer: whether it goes on. Raises, or never returns, as the fault has it."""
        if fault is None or fault.what not in ("stall", "cut", "break") or done < fault.after:
            return True
        if fault.what == "stall":
            await forever()
        if fault.what == "break":
            raise refusal(fault, vendor)
        return False


def refusal(fault: Fault, vendor: str) -> ProviderError:
    """The error a fault shows itself as."""
    message = f"The scenario has {vendor} fail: {fault.what}."
    return ProviderError(_KINDS[fault.what], vendor, message, retry_after=fault.retry_after)
