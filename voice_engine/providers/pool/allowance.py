"""How much may still be spent with a vendor? Pure: amounts and the wall clock's time go in.

An account counts what this process has used and knows what the others had used when it last heard of them
(see `shared`). Without them it goes on by itself: then every process has the limit for itself.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.pool.figures import Component
from voice_engine.settings import ProviderLimit

MINUTE_S, DAY_S = 60.0, 86_400.0
BEIJING_S = 8 * 3600.0  # a day begins at midnight in China

_WORDS: dict[Component, str] = {"stt": "transcriber", "llm": "model", "tts": "voice"}

Wall = Callable[[], float]


class Account:
    """One limit. `most` per window: requests, or seconds of sound."""

    __slots__ = ("__weakref__", "_everywhere", "_unsent", "_window", "most", "name", "what", "window_s")

    def __init__(self, name: str, what: str, most: float, window_s: float) -> None:
        self.name, self.what, self.most, self.window_s = name, what, most, window_s
        self._window = -1
        self._everywhere = self._unsent = 0.0

    def over(self, wall: float) -> bool:
        """Whether the limit is reached."""
        return self._number(wall) == self._window and self._everywhere + self._unsent >= self.most

    def add(self, amount: float, wall: float) -> None:
        """So much has been used here."""
        self._turn_to(wall)
        self._unsent += amount

    def unsent(self, wall: float) -> tuple[int, float]:
        """The number of the window, and what of it the others do not know yet."""
        self._turn_to(wall)
        return self._window, self._unsent

    def learn(self, window: int, sent: float, everywhere: float) -> None:
        """The others know of `sent` now; all together have used `everywhere` in that window."""
        if window == self._window:
            self._unsent -= sent
            self._everywhere = everywhere

    def _turn_to(self, wall: float) -> None:
        number = self._number(wall)
        if number != self._window:
            self._window, self._everywhere, self._unsent = number, 0.0, 0.0

    def _number(self, wall: float) -> int:
        return int((wall + BEIJING_S) // self.window_s)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Every account that one vendor's use is written to."""

    requests: tuple[Account, ...] = ()
    audio: tuple[Account, ...] = ()
    wall: Wall = time.time

    def refusal(self, provider: str) -> ProviderError | None:
        """Why nothing more may be asked now, if that is so."""
        accounts = (*self.requests, *self.audio)
        if not accounts:
            return None
        wall = self.wall()
        reached = next((account for account in accounts if account.over(wall)), None)
        if reached is None:
            return None
        sentence = (
            f"The installation's limit for {provider} is reached: {reached.what}."
            " Wait, name a fallback, or raise provider_limits."
        )
        return ProviderError("quota", provider, sentence, vendor_code="provider_limits")

    def asked(self) -> None:
        """A request was made."""
        for account in self.requests:
            account.add(1.0, self.wall())

    def heard(self, seconds: float) -> None:
        """So much sound went to or came from the vendor."""
        for account in self.audio:
            account.add(seconds, self.wall())


UNLIMITED = Allowance()


class Allowances:
    """The process's accounts; one lives as long as somebody may write to it."""

    def __init__(self, limits: Iterable[ProviderLimit] = (), wall: Wall = time.time) -> None:
        self._limits, self._wall = tuple(limits), wall
        self._accounts: WeakValueDictionary[str, Account] = WeakValueDictionary()

    @property
    def accounts(self) -> list[Account]:
        """All that there are."""
        return list(self._accounts.values())

    def of(self, component: Component, provider: str, org_id: str, *, own_key: bool) -> Allowance:
        """What holds for an organisation's use of a vendor, with a key of its own or the platform's."""
        requests, audio = [], []
        for limit in self._limits:
            if limit.provider not in ("*", provider) or limit.component not in (None, _WORDS[component]):
                continue
            if own_key and limit.per == "platform":
                continue
            whose = org_id if limit.per == "organization" else ""
            place = f"{limit.per}:{whose}:{provider}:{limit.component or ''}"
            if (most := limit.requests_per_minute) is not None:
                what = f"{most} requests a minute"
                requests.append(self._account(f"{place}:requests", what, most, MINUTE_S))
            if (minutes := limit.audio_minutes_per_day) is not None:
                what = f"{minutes:g} minutes of sound a day"
                audio.append(self._account(f"{place}:audio", what, minutes * 60, DAY_S))
        return Allowance(tuple(requests), tuple(audio), self._wall) if requests or audio else UNLIMITED

    def _account(self, name: str, what: str, most: float, window_s: float) -> Account:
        found = self._accounts.get(name)
        if found is None:
            found = self._accounts[name] = Account(name, what, most, window_s)
        return found
