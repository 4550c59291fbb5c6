"""A telephone leg without vendors: G.711 in and out of an engine whose detector is off and whose agent
speaks all the time. `python -m voice_engine.bench.leg` is that engine.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from time import monotonic

import uvloop
from picows import WSFrame, WSMsgType, WSTransport

from voice_engine.audio.frame import AudioFrame
from voice_engine.bench import systems
from voice_engine.bench.caller import Caller
from voice_engine.bench.crowd import Crowd
from voice_engine.bench.legcost import core_percent_per_leg
from voice_engine.bench.measured import Json
from voice_engine.bench.media import DIALLED_AT_ONCE, Place
from voice_engine.bench.plan import Plan
from voice_engine.bench.process import pin, snapshot
from voice_engine.kernel import log
from voice_engine.providers.base import Capabilities, Delta, Flush, Transcript, Usage
from voice_engine.session.parts import Parts
from voice_engine.settings import EngineSettings
from voice_engine.spec import SessionSpec
from voice_engine.wiring import serve

WARM_UP_S = 3.0
PURE_S = 20.0  # of session time, as fast as it goes
LEG_RATE = 8000
LONGEST_S = 120
_VOICE = bytes([0x30]) * 160  # 20 ms of µ-law


class Deaf:
    """Takes no sound."""

    vendor = "none"
    capabilities = Capabilities(endpoints_itself=False)

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        async for _ in frames:
            pass
        yield Usage({})


class Thoughtless:
    """Has nothing to say."""

    vendor = "none"

    async def reply(self, messages: object, tools: object = ()) -> AsyncIterator[Delta]:
        yield Delta(finish_reason="stop")


class Longwinded:
    """Sound for LONGEST_S, at once."""

    vendor = "none"
    capabilities = Capabilities(sample_rates=(LEG_RATE,))

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame]:
        async for _ in text:
            pass
        second = (3000).to_bytes(2, "little") * LEG_RATE
        for _ in range(LONGEST_S):
            yield AudioFrame(second, LEG_RATE)


class Off:
    """A detector that detects nothing; its own stream, too."""

    def stream(self) -> "Off":
        return self

    def probability(self, pcm: bytes) -> float:
        return 0.0


def build(spec: SessionSpec) -> Parts:
    """The same for every leg."""
    return Parts(Deaf(), Thoughtless(), Longwinded(), Off())


class Handset(Caller):
    """Sends the same sound for ever and counts what comes."""

    frames = 0

    def tick(self, now: float) -> None:
        if self.connected:
            self._socket.send(WSMsgType.BINARY, _VOICE)  # type: ignore[union-attr]

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.BINARY:
            self.frames += frame.payload_size // len(_VOICE)


async def run(plan: Plan, place: Place) -> Json:
    """`plan.calls` legs for `plan.duration` seconds, 100 at most; percent of one core per leg."""
    pin(os.getpid(), 1)
    log.setup("bench", level="WARNING", fmt="json")
    specs = [systems.leg_spec(plan.rate) for _ in range(plan.calls)]
    alone = await core_percent_per_leg(specs, build(specs[0]), _VOICE, PURE_S)
    crowd = Crowd(plan, [_VOICE], Handset)
    with ExitStack() as stack:
        house = systems.House(place.redis_url, place.directory, plan.calls + 10)
        system = stack.enter_context(systems.yingda_leg(plan.rate, house))
        calls = await system.new_calls(plan.calls)
        async with crowd.talking():
            for at in range(0, len(calls), DIALLED_AT_ONCE):
                await crowd.dial(calls[at : at + DIALLED_AT_ONCE])
            await asyncio.sleep(WARM_UP_S)
            before, heard, began = snapshot(system.pid), _frames(crowd), monotonic()
            await asyncio.sleep(plan.duration)
            seconds, after = monotonic() - began, snapshot(system.pid)
            heard = _frames(crowd) - heard
    core = (after.cpu_s - before.cpu_s) / seconds * 100
    return {
        "calls": plan.calls,
        "seconds": round(seconds, 1),
        "corePercent": round(core, 1),
        "corePercentPerLeg": round(core / plan.calls, 3),
        "corePercentPerLegWithoutSocket": round(alone, 3),
        "framesPerSecondPerLeg": round(heard / seconds / plan.calls, 1),
        "threads": after.threads,
    }


def _frames(crowd: Crowd) -> int:
    return sum(caller.frames for caller in crowd.callers if isinstance(caller, Handset))


def main() -> None:
    """The engine; runs until told to stop."""
    log.setup("engine", level="WARNING", fmt="json")
    uvloop.run(serve(EngineSettings(), build))


if __name__ == "__main__":
    main()
