"""Standbys are warm before they are needed, and who was left alone is tried without a caller."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.voice_engine.providers.pool.vendors import broken
from voice_engine.providers.pool.breaker import OPEN_S
from voice_engine.providers.pool.keeper import AT_ONCE, DEADLINE_S, KEEP_S, WANTED_S, Keeper
from voice_engine.providers.pool.standing import Key, Standing, Standings
from voice_engine.simulate.loop import run_virtual


@dataclass
class Vendor:
    """What a look at a vendor finds, and when it was looked at."""

    fault: Exception | None = None
    takes_s: float = 0.05
    looks: list[float] = field(default_factory=list)
    open: int = 0
    most: int = 0

    async def warm(self) -> None:
        self.looks.append(asyncio.get_running_loop().time())
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(self.takes_s)
            if self.fault:
                raise self.fault
        finally:
            self.open -= 1


@dataclass
class Waits:
    """Figures of one vendor."""

    seen: list[tuple[str, float]] = field(default_factory=list)

    def asked(self) -> None: ...

    def failed(self, kind: str) -> None: ...

    def waited(self, what: str, seconds: float) -> None:
        self.seen.append((what, round(seconds, 3)))


class House:
    """A keeper that runs for a while over standings that conversations want."""

    def __init__(self, vendor: Vendor, *, keys: int = 1) -> None:
        self.waits = Waits()
        self.standings = Standings(gauges=lambda *_: self.waits)  # type: ignore[arg-type,return-value]
        self.keys = [Key("org", "tts", f"v{n}", "m", n) for n in range(keys)]
        for key in self.keys:
            self.standings.of(key).scout = vendor.warm
            self.standings.of(key).wanted_at = 0.0

    @property
    def standing(self) -> Standing:
        return self.standings.of(self.keys[0])

    def run(self, seconds: float, meanwhile: Callable[[], Awaitable[Any]] | None = None) -> None:
        async def main() -> None:
            running = asyncio.create_task(Keeper(self.standings).run())
            if meanwhile:
                await meanwhile()
            await asyncio.sleep(seconds - asyncio.get_running_loop().time())
            running.cancel()
            await asyncio.wait([running])
            assert len(asyncio.all_tasks()) == 1

        run_virtual(main())


def test_a_standby_is_warmed_at_once_kept_warm_while_it_is_wanted_and_measured():
    vendor = Vendor()
    house = House(vendor)

    house.run(2 * WANTED_S)

    assert vendor.looks[0] == 0.0
    gaps = [b - a for a, b in zip(vendor.looks, vendor.looks[1:], strict=False)]
    assert all(KEEP_S <= gap < KEEP_S + 3 for gap in gaps)
    assert WANTED_S - KEEP_S - 3 < vendor.looks[-1] < WANTED_S
    assert house.waits.seen == [("connect", 0.05)] * len(vendor.looks)


def test_one_that_is_in_use_is_not_looked_at():
    vendor = Vendor()
    house = House(vendor)

    async def calls() -> None:
        while (now := asyncio.get_running_loop().time()) < 200:
            house.standing.began(now)
            house.standing.ended()
            await asyncio.sleep(30)

    house.standing.began(0.0)
    house.run(200, calls)

    assert vendor.looks == []


def test_few_looks_at_a_time_and_one_per_vendor_and_key():
    vendor = Vendor(takes_s=1.0)
    house = House(vendor, keys=10)
    twin = Key("another org", "tts", "v0", "m", 0)
    house.standings.of(twin).scout, house.standings.of(twin).wanted_at = vendor.warm, 0.0

    house.run(20)

    assert vendor.most == AT_ONCE
    assert len(vendor.looks) == 10


def test_a_vendor_that_cannot_be_reached_stays_shut_and_no_caller_has_to_find_out():
    vendor = Vendor(broken("network"))
    house = House(vendor)
    house.standing.failed(broken("auth"), 0.0)

    async def ask() -> None:
        for _ in range(200):
            await asyncio.sleep(1)
            assert not house.standing.breaker.allows(asyncio.get_running_loop().time())

    house.run(201, ask)

    assert 2 <= len(vendor.looks) <= 6


def test_once_it_can_be_reached_a_call_may_try_at_the_given_time():
    vendor = Vendor()
    house = House(vendor)
    house.standing.failed(broken("auth"), 0.0)

    house.run(OPEN_S)

    assert len(vendor.looks) == 1
    assert house.standing.breaker.allows(OPEN_S)


@pytest.mark.parametrize("fault", [broken("network"), None])
def test_an_idle_vendor_that_cannot_be_reached_again_and_again_is_left_alone(fault: Exception | None):
    vendor = Vendor(fault, takes_s=0.01 if fault else 99.0)
    house = House(vendor)

    house.run(2 * KEEP_S + 10)

    assert len(vendor.looks) == 3
    assert not house.standing.breaker.allows(2 * KEEP_S + 10)


def test_a_vendor_that_hangs_delays_the_others_by_a_deadline_at_most():
    slow, good = Vendor(takes_s=99.0), Vendor()
    house = House(slow)
    other = Key("org", "llm", "good", "m", 1)

    async def later() -> None:
        await asyncio.sleep(0.5)
        house.standings.of(other).scout = good.warm
        house.standings.of(other).wanted_at = 0.5

    house.run(10, later)

    assert good.looks[0] <= DEADLINE_S + 1.0


def test_an_adapters_mistake_ends_nothing():
    vendor = Vendor(KeyError("oops"))
    house = House(vendor)

    house.run(KEEP_S + 10)

    assert len(vendor.looks) == 2
    assert house.standing.breaker.allows(KEEP_S + 10)
