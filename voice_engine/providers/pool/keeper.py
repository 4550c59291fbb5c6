"""Keeps vendors in reach: standbys are warm, and no caller is the first to try who was left alone.

One look at a vendor (`scout`) does both: it opens a connection, which costs nothing, and leaves it open where
the adapter can use it. Looked at are vendors that conversations had in their pools lately: when they have not
been in touch for a while, and shortly before their breaker would let a caller try.
"""

import asyncio

import structlog

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.pool.breaker import OPEN_S
from voice_engine.providers.pool.standing import Key, Standing, Standings

TICK_S = 1.0
KEEP_S = 45.0  # below the minute after which idle connections are closed
WANTED_S = 300.0  # since a conversation had it in its pool
BEFORE_S = 5.0  # before a breaker lets a caller try
AGAIN_S = 15.0  # between two looks at one whose breaker is open
DEADLINE_S = 3.0
AT_ONCE = 4
WARM_ALREADY_S = 0.0005  # a look that took less has opened nothing
MISSED = 3  # looks in a row without success that open a breaker

log = structlog.get_logger()

_Vendor = tuple[str, str, int]  # component, provider, key: what shares connections


class Keeper:
    """One per process. At most AT_ONCE looks at a time, one per vendor and key in KEEP_S."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(TICK_S)

    async def look(self) -> None:
        """Look at those whose time has come."""
        now = asyncio.get_running_loop().time()
        due = self.due(now)
        for _, standing in due:
            standing.contact_at = now
        await asyncio.gather(*(self._look_at(key, standing) for key, standing in due))

    def due(self, now: float) -> list[tuple[Key, Standing]]:
        """Whose time has come, at most AT_ONCE: those that are left alone first."""
        resting: list[tuple[Key, Standing]] = []
        idle: dict[_Vendor, tuple[Key, Standing]] = {}
        in_touch: set[_Vendor] = set()
        for key, standing in self._standings.items():
            if standing.scout is None or now - standing.wanted_at >= WANTED_S:
                continue
            until, silent_s = standing.breaker.until, now - standing.contact_at
            if silent_s < KEEP_S:
                in_touch.add(_vendor(key))
            elif until is None:
                idle[_vendor(key)] = key, standing
            if until is not None and until - now < BEFORE_S and silent_s >= AGAIN_S:
                resting.append((key, standing))
        return [*resting, *(each for vendor, each in idle.items() if vendor not in in_touch)][:AT_ONCE]

    async def _look_at(self, key: Key, standing: Standing) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert standing.scout is not None
        try:
            async with asyncio.timeout(DEADLINE_S):
                await standing.scout()
        except TimeoutError:
            sentence = f"{key.provider} cannot be reached."
            self._failed(standing, ProviderError("timeout", key.provider, sentence), loop.time())
        except ProviderError as error:
            self._failed(standing, error, loop.time())
        except Exception:  # boundary: an adapter's mistake must not end the process
            log.exception("look_failed", provider=key.provider)
        else:
            standing.missed = 0
            waited_s = loop.time() - began
            if waited_s > WARM_ALREADY_S:
                standing.figures.waited("connect", waited_s)

    def _failed(self, standing: Standing, error: ProviderError, now: float) -> None:
        """A breaker that is open stays so; a closed one opens when nobody answers again and again."""
        standing.missed += 1
        if standing.breaker.until is not None or standing.missed >= MISSED:
            standing.breaker.trip(error, now + OPEN_S)
            standing.missed = 0


def _vendor(key: Key) -> _Vendor:
    return key.component, key.provider, key.secret
