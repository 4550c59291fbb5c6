"""Telephone models hear what everybody hears."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from tests.contracts.stt import conversation as flushed
from tests.contracts.stt import finals
from tests.contracts.tools import collect, pieces, spoken
from tests.emulators import faults
from tests.emulators.tencent import TencentEmulator
from tests.emulators.tencent.server import ACCOUNT
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation
from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, Stt, Transcript, Usage
from voice_engine.providers.factory import Factory
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.resampled import at_hearing_rate
from voice_engine.settings import EngineSettings
from voice_engine.spec import TranscriberSpec

TELEPHONE = TranscriberSpec(provider="tencent", model="8k_zh")


@pytest.fixture
async def vendor() -> AsyncIterator[TencentEmulator]:
    async with beside(TencentEmulator(SCRIPT)) as vendor:
        yield vendor


def factory(vendor: TencentEmulator) -> Factory:
    account: dict[str, Any] = {
        "tencent_app_id": ACCOUNT["appId"],
        "tencent_secret_id": ACCOUNT["secretId"],
        "tencent_secret_key": ACCOUNT["secretKey"],
        "tencent_base_url": vendor.url,
    }
    return Factory(EngineSettings(**account))


async def understood(stt: Stt) -> list[str]:
    """What it makes of two utterances at 16 kHz."""
    heard = await collect(stt.transcribe(pieces(flushed(conversation()))))
    return [spoken(text) for text in finals(heard) if text]


@pytest.mark.parametrize("pooled", [True, False])
async def test_a_model_of_8_khz_understands_a_call(vendor: TencentEmulator, pooled: bool):
    build = factory(vendor).stt if pooled else factory(vendor).alone

    assert await understood(build(TELEPHONE, "org-1")) == [spoken(text) for _, text in SAID]


async def test_a_model_of_8_khz_takes_over_from_one_of_16(vendor: TencentEmulator):
    vendor.fault, vendor.fault_times = faults.fail(5000, "try again", at=1), 1
    both = TranscriberSpec(provider="tencent", model="16k_zh", fallbacks=(TELEPHONE,))
    troubles, told = Troubles(), []
    troubles.subscribe(told.append)

    heard = await understood(factory(vendor).stt(both, "org-1", troubles))

    assert heard == [spoken(text) for _, text in SAID]
    assert [(trouble.what, trouble.model) for trouble in told] == [
        ("failed", "16k_zh"),
        ("failed-over", "16k_zh"),
    ]


class Recogniser:
    """Notes what it is given."""

    vendor = "notes"

    def __init__(self, *rates: int) -> None:
        self.capabilities = Capabilities(sample_rates=rates)
        self.given: list[AudioFrame | Flush] = []
        self.warmed = 0

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        async for item in frames:
            self.given.append(item)
        yield Usage({"seconds": 1.0})

    async def warm(self) -> None:
        self.warmed += 1


@pytest.mark.parametrize("rates", [(), (16000,), (8000, 16000)])
def test_who_takes_16_khz_gets_the_sound_itself(rates: Sequence[int]):
    recogniser = Recogniser(*rates)

    assert at_hearing_rate(recogniser) is recogniser


async def test_the_sound_keeps_its_length_its_place_and_its_flushes():
    recogniser = Recogniser(8000)
    stream = [*conversation()[0].frames(), Flush(), *conversation()[1].frames()]

    await collect(at_hearing_rate(recogniser).transcribe(pieces(stream)))

    given = [item for item in recogniser.given if isinstance(item, AudioFrame)]
    assert [type(item) for item in recogniser.given] == [type(item) for item in stream]
    assert {frame.rate for frame in given} == {8000}
    assert sum(frame.seconds for frame in given) == pytest.approx(2.4, abs=0.005)
    assert [f.pts for f in given] == [sum(len(g.pcm) // 2 for g in given[:i]) for i in range(len(given))]


async def test_warmth_reaches_the_recogniser():
    recogniser = Recogniser(8000)

    await at_hearing_rate(recogniser).warm()  # type: ignore[attr-defined]

    assert recogniser.warmed == 1
