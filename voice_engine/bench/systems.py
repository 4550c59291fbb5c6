"""The systems under test: each a server on the first core that callers can dial."""

import contextlib
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from redis.asyncio import Redis

from voice_engine.bench.plan import Plan
from voice_engine.bench.process import free_port, running, until_answering
from voice_engine.kernel import tokens
from voice_engine.kernel.ids import new_id
from voice_engine.spec import (
    AssistantSpec,
    IdlePlan,
    ModelSpec,
    SessionSpec,
    TranscriberSpec,
    TransportSpec,
    TurnPlan,
    VoiceSpec,
)

READY_S = 60.0
SECRET = "benchmarks need no secret of their own"
_numbers = count(1)  # no two calls of a process have the same

Calls = list[tuple[int, str]]  # number and address


@dataclass(frozen=True, slots=True)
class House:
    """Where our engine lives: its Redis, its data directory, how many calls it takes."""

    redis_url: str
    directory: Path
    slots: int


@dataclass(frozen=True, slots=True)
class System:
    """A server; `new_calls` makes calls that can be dialled once each."""

    name: str
    pid: int
    new_calls: Callable[[int], Awaitable[Calls]]


def yingda(plan: Plan, vendors: int, house: House) -> contextlib.AbstractContextManager[System]:
    """Our engine, the real one, with vendors at a port of this machine."""
    return _engine(["voice_engine.bench.engine", str(vendors)], house, lambda call: _spec(plan, call))


def yingda_leg(rate: int, house: House) -> contextlib.AbstractContextManager[System]:
    """Our engine for telephone legs: G.711, an agent that speaks all the time, nobody who listens."""
    return _engine(["voice_engine.bench.leg"], house, lambda call: leg_spec(rate))


@contextlib.contextmanager
def _engine(module: list[str], house: House, make: Callable[[int], SessionSpec]) -> Iterator[System]:
    port = free_port()
    environment = {
        "YINGDA_REDIS_URL": house.redis_url,
        "YINGDA_DATA_DIR": str(house.directory),
        "YINGDA_SECRET": SECRET,
        "YINGDA_ENGINE_PORT": str(port),
        "YINGDA_ENGINE_SLOTS": str(house.slots),
        "YINGDA_ENGINE_QUEUE": "0",  # who finds no slot is refused at once
        "YINGDA_ENGINE_ID": f"bench-{port}",
    }

    async def new_calls(number: int) -> Calls:
        """Specs in Redis, as the API would put them, and the URLs it would answer."""
        calls = []
        async with Redis.from_url(house.redis_url) as redis:
            for call in _next(number):
                spec = make(call)
                await redis.set(f"yingda:session:{spec.session_id}", spec.model_dump_json(), ex=600)
                claims = {"kind": "transport", "call": spec.call_id, "session": spec.session_id}
                token = tokens.sign(claims, SECRET.encode(), expires_at=time.time() + 600)
                calls.append((call, f"ws://127.0.0.1:{port}/{spec.call_id}/transport?token={token}"))
        return calls

    with running([sys.executable, "-m", *module], environment, core=0) as process:
        until_answering(port, process, READY_S)
        yield System("yingda", process.pid, new_calls)


@contextlib.contextmanager
def pipecat(python: Path, plan: Plan, vendors: int) -> Iterator[System]:
    """A Pipecat server in the environment of `python`."""
    port = free_port()

    async def new_calls(number: int) -> Calls:
        return [(call, f"ws://127.0.0.1:{port}/call/{call}") for call in _next(number)]

    server = Path(__file__).with_name("pipecat_server.py")
    command = [str(python), str(server), str(port), str(vendors), str(plan.rate), str(plan.endpoint)]
    with running(command, {"PYTHONPATH": ""}, core=0) as process:
        until_answering(port, process, READY_S)
        yield System("pipecat", process.pid, new_calls)


def _next(number: int) -> list[int]:
    return [next(_numbers) for _ in range(number)]


def _spec(plan: Plan, call: int) -> SessionSpec:
    turn = TurnPlan(
        finished_s=plan.endpoint,
        undecided_s=plan.endpoint,
        unfinished_s=plan.endpoint,
        learn_pauses=False,
        speculate=plan.speculate,
    )
    assistant = AssistantSpec(
        model=ModelSpec(provider="openai", model=str(call)),
        transcriber=TranscriberSpec(provider="loopback", language="zh"),
        voice=VoiceSpec(provider="loopback", language="zh"),
        turn=turn,
        idle=IdlePlan(times=0),  # nobody is asked whether they are still there
        silence_timeout_s=3600,
        max_duration_s=3600,
    )
    return _session(assistant, TransportSpec(sample_rate=plan.rate))


def leg_spec(rate: int) -> SessionSpec:
    """A µ-law call whose agent begins to speak at once."""
    assistant = AssistantSpec(
        model=ModelSpec(provider="none"),
        transcriber=TranscriberSpec(provider="none"),
        voice=VoiceSpec(provider="none", language="zh"),
        first_message="您好。",
        recording=False,
        silence_timeout_s=3600,
        max_duration_s=3600,
    )
    return _session(assistant, TransportSpec(sample_rate=rate, encoding="mulaw"))


def _session(assistant: AssistantSpec, transport: TransportSpec) -> SessionSpec:
    return SessionSpec(
        session_id=new_id(),
        call_id=new_id(),
        org_id=new_id(),
        created_at_ms=round(time.time() * 1000),
        transport=transport,
        assistant=assistant,
    )
