"""What the tests of speech vendors share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import numpy as np

from tests.contracts.stt import Utterance
from tests.emulators.ear import Script
from tests.emulators.faults import Fault
from tests.emulators.vendor import SpeechVendor, apart
from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.duplex import warm

V = TypeVar("V", bound=SpeechVendor)

SAID = ((440, "我想查一下我的余额。"), (880, "What time do you open tomorrow morning?"))
SCRIPT = Script(tones=dict(SAID))


def tone(hertz: int, seconds: float = 1.2, rate: int = 16000) -> bytes:
    """What somebody says, to an emulator that knows words by their pitch."""
    at = np.arange(int(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def utterance(hertz: int, text: str, rate: int = 16000, seconds: float = 1.2) -> Utterance:
    """A tone and its words."""
    return Utterance(tone(hertz, seconds, rate), text, rate)


def conversation(rate: int = 16000) -> tuple[Utterance, Utterance]:
    """The two utterances every contract asks for."""
    first, second = (utterance(hertz, text, rate) for hertz, text in SAID)
    return first, second


async def at_the_pace_of_speech(items: Sequence[Any]) -> AsyncIterator[Any]:
    """Frames one after the other, as a transport brings them."""
    for item in items:
        yield item
        if isinstance(item, AudioFrame):
            await asyncio.sleep(item.seconds)


@asynccontextmanager
async def beside(vendor: V, fault: Fault | None = None) -> AsyncIterator[V]:
    """The vendor apart from the test, failing as ordered. In the end nothing is kept open, and nobody must
    have broken its protocol.
    """
    async with apart(vendor):
        vendor.fault = fault
        try:
            yield vendor
        finally:
            await hang_up()
    assert vendor.violations == []


async def hang_up() -> None:
    """Close the sockets that voices keep, and what is still being connected as soon as it is."""
    coming = [task for task in asyncio.all_tasks() if task.get_name() == "spare socket"]
    if coming:
        await asyncio.wait(coming)
    warm.close()


async def until(condition: Callable[[], object], within_s: float = 5.0) -> None:
    """Wait for what happens in another task, loop or thread; TimeoutError if it does not."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  there is no event between two loops
            await asyncio.sleep(0.002)
