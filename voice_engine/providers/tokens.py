"""Tokens that vendors lend for hours: one for all calls of an account, fetched by one call at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.failures import Failures

SPARE_S = 60.0
FETCH_S = 5.0
ACCOUNTS = 1000  # with more, those whose token has ended are forgotten


@dataclass(frozen=True, slots=True)
class Token:
    """`lasts_s`: seconds from now until the vendor refuses it."""

    text: str = field(repr=False)
    lasts_s: float


Fetch = Callable[[], Awaitable[Token]]


@dataclass(slots=True)
class _Kept:
    """An account's token on one event loop; `ends` on the loop's clock."""

    text: str = field(default="", repr=False)
    ends: float = 0.0
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    fetches: int = 0
    failure: ProviderError | None = None


class Tokens:
    """One vendor's tokens, kept by account and event loop.

    `spare_s` before its end a token is renewed; `fetch_s` is the longest a fetch may take.
    """

    def __init__(self, failures: Failures, spare_s: float = SPARE_S, fetch_s: float = FETCH_S) -> None:
        self._failures, self._spare_s, self._fetch_s = failures, spare_s, fetch_s
        self._kept: dict[asyncio.AbstractEventLoop, dict[Hashable, _Kept]] = {}

    async def of(self, account: Hashable, fetch: Fetch) -> str:
        """The account's token; `fetch` gets it, or a new one, from the vendor.

        Who waits for another's fetch shares its failure. Raises what `fetch` raises, and
        ProviderError("timeout") when it takes too long.
        """
        accounts = self._of_this_loop()
        if len(accounts) > ACCOUNTS and account not in accounts:
            self._forget(accounts)
        kept = accounts.setdefault(account, _Kept())
        seen = kept.fetches
        if self._good(kept):
            return kept.text
        async with kept.one_at_a_time:
            if self._good(kept):
                return kept.text
            if kept.fetches > seen and kept.failure is not None:
                raise kept.failure
            await self._renew(kept, fetch)
            return kept.text

    def refused(self, account: Hashable, text: str) -> None:
        """The vendor does not take this token any more: the next call fetches another."""
        kept = self._of_this_loop().get(account)
        if kept is not None and kept.text == text:
            kept.ends = 0.0

    def _good(self, kept: _Kept) -> bool:
        return asyncio.get_running_loop().time() < kept.ends - self._spare_s

    def _forget(self, accounts: dict[Hashable, _Kept]) -> None:
        for account, kept in list(accounts.items()):
            if not kept.one_at_a_time.locked() and not self._good(kept):
                del accounts[account]

    async def _renew(self, kept: _Kept, fetch: Fetch) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        kept.failure = None
        try:
            async with asyncio.timeout(self._fetch_s):
                token = await fetch()
        except TimeoutError:
            kept.failure = self._failures.of("timeout", f"{self._failures.label} gives no token.")
        except ProviderError as error:
            kept.failure = error
        kept.fetches += 1
        if kept.failure is not None:
            raise kept.failure
        kept.text, kept.ends = token.text, began + token.lasts_s

    def _of_this_loop(self) -> dict[Hashable, _Kept]:
        loop = asyncio.get_running_loop()
        if loop not in self._kept:
            for old in [each for each in list(self._kept) if each.is_closed()]:
                self._kept.pop(old, None)  # other threads have loops of their own and change this meanwhile
            self._kept[loop] = {}
        return self._kept[loop]
