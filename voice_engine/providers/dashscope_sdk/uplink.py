"""Sound on its way to the vendor: gathered into frames of a sensible size, late if the socket is."""

import asyncio
from collections import deque
from collections.abc import Callable

from voice_engine.providers.dashscope_sdk import failures

LEAST, MOST = 1024, 8192  # bytes of a frame; the vendor wants 1 to 16 KB
STALLED_S = 20.0  # sound the socket has not taken; a pool may bring ten at once


class Uplink:
    """`send` and `commit` say whether the socket took it. Nothing is sent before `open`."""

    def __init__(self, send: Callable[[bytes], bool], commit: Callable[[], bool]) -> None:
        self._send, self._commit = send, commit
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._marks: deque[int] = deque()  # where utterances end, in bytes since the beginning
        self._pushed_at = 0.0
        self._bytes = 0
        self._open = False
        self.rate = 0

    @property
    def position_ms(self) -> float:
        """The vendor's clock: how much sound it has got or will get."""
        return self._bytes / 2 / self.rate * 1000 if self.rate else 0.0

    def size(self, ms: float) -> int:
        """Bytes of so much sound."""
        return int(self.rate * ms / 1000) * 2

    def open(self) -> None:
        """The vendor listens."""
        self._open = True
        self.pump(least=LEAST)

    def push(self, pcm: bytes) -> None:
        """More sound; raises ProviderError when the socket takes none for long."""
        self._pushed_at = self._loop.time()
        self._bytes += len(pcm)
        self._waiting += pcm
        self.pump(least=LEAST)
        if len(self._waiting) > self.size(STALLED_S * 1000):
            raise failures.of("network", "DashScope takes no more sound.")

    def mark(self) -> None:
        """What was pushed so far is committed once it has been sent."""
        self._marks.append(self._bytes)
        self.pump(least=1)

    def pump(self, least: int) -> None:
        """Send what is there, if it is at least so much."""
        while self._open and (self._marks or len(self._waiting) >= least):
            until = self._marks[0] - (self._bytes - len(self._waiting)) if self._marks else MOST
            if not until:
                if not self._commit():
                    return
                self._marks.popleft()
                continue
            size = min(until, MOST)
            if not self._send(bytes(self._waiting[:size])):
                return
            del self._waiting[:size]

    def fill(self, gap_s: float) -> None:
        """Silence in place of frames that do not come: the vendor's ear and its timeouts need sound."""
        gap = self._loop.time() - self._pushed_at
        if gap > gap_s:
            self.push(bytes(self.size(min(gap, 1.0) * 1000)))
