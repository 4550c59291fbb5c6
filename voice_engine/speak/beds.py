"""Where beds come from: our own by name, an assistant's by URL. Kept for all calls of a process."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import structlog

from voice_engine import outbound
from voice_engine.audio import wav
from voice_engine.audio.resample import resample
from voice_engine.kernel.errors import BadRequest, YingdaError
from voice_engine.speak.bed import LONGEST_S, OWN, Bed, own_bed

KEPT = 8  # beds by URL; 6 MB each at 16 kHz
LARGEST = 20 << 20  # bytes of a file
FETCH_S = 10.0

log = structlog.get_logger()


class Beds:
    """One for a whole process. `allowed`: private networks that URLs may lead to."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._allowed = allowed
        self._fetched: OrderedDict[tuple[str, int], Bed] = OrderedDict()

    async def get(self, background: str, rate: int) -> Bed | None:
        """The bed that an assistant's `background` names; None for none, or for one that is not to be had.

        A call goes on without it: what is wrong is in the log.
        """
        if not background:
            return None
        if background in OWN:
            return await asyncio.to_thread(own_bed, background, rate)
        key = (background, rate)
        if key not in self._fetched:
            try:
                self._fetched[key] = await self._fetch(background, rate)
            except YingdaError as error:
                place = background.partition("?")[0]  # behind it there may be a signature
                log.warning("background_not_loaded", url=place, code=error.code)
                return None
        self._fetched.move_to_end(key)
        while len(self._fetched) > KEPT:
            self._fetched.popitem(last=False)
        return self._fetched[key]

    async def _fetch(self, url: str, rate: int) -> Bed:
        answer = await outbound.get(url, allowed=self._allowed, timeout_s=FETCH_S, limit=LARGEST)
        if not answer.ok or answer.truncated:
            why = "is too large" if answer.truncated else f"answered {answer.status}"
            raise BadRequest("background_refused", f"{url} {why}; give the URL of a WAV below 20 MB.")
        return await asyncio.to_thread(_made, answer.body, rate)


def _made(file: bytes, rate: int) -> Bed:
    sound = wav.read(file)
    first = sound.channel(0)[: 2 * sound.rate * LONGEST_S]
    return Bed(resample(first, sound.rate, rate), rate)
