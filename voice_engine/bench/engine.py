"""An engine process like any other, but for its vendors: `python -m voice_engine.bench.engine PORT`.

A call's number is its model's name.
"""

import sys
from typing import Any

import uvloop

from voice_engine.bench.adapters import LoopbackStt, LoopbackTts
from voice_engine.kernel import log
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.factory import Factory
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.standing import Component, Key, Standings
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.providers.registry import load
from voice_engine.session.session import Parts
from voice_engine.settings import EngineSettings
from voice_engine.spec import SessionSpec
from voice_engine.wiring import BuildParts, serve


def builder(settings: EngineSettings, port: int) -> BuildParts:
    """Vendors at `port` of this machine, in pools as everywhere."""
    vad, standings = Factory(settings).vad(), Standings()

    def build(spec: SessionSpec) -> Parts:
        call, base = spec.assistant.model.model, f"ws://127.0.0.1:{port}"
        config = ProviderConfig(model=call, base_url=f"http://127.0.0.1:{port}/v1", api_key="none")
        troubles = Troubles()

        def alone(component: Component, part: Any) -> list[Member[Any]]:
            return [Member(part, "loopback", "", standings.of(Key("", component, "loopback", "", 0)))]

        return Parts(
            PoolStt(alone("stt", LoopbackStt(f"{base}/stt/{call}")), troubles),
            PoolLlm(alone("llm", load("llm", "openai")(config)), troubles),
            PoolTts(alone("tts", LoopbackTts(f"{base}/tts/{call}", spec.transport.sample_rate)), troubles),
            vad,
            troubles,
        )

    return build


def main() -> None:
    """Run until told to stop."""
    settings = EngineSettings()
    log.setup("engine", level="WARNING", fmt="json")
    uvloop.run(serve(settings, builder(settings, int(sys.argv[1]))))


if __name__ == "__main__":
    main()
