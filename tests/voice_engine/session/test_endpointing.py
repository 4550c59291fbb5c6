"""A server of the customer's says how long a silence ends the turn; without its answer the words decide."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.events import EventType
from voice_engine.session.parts import Parts
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, assistant, no_server
from voice_engine.spec import ToolSpec, TurnPlan

Json = dict[str, Any]
ASKED = ToolSpec(name="endpointing", server_url="https://example.com", timeout_s=1.0)
LINE = Says(1.0, "你们几点开门？", 1.6)


def play(ask: Callable[[ToolSpec, Json], Awaitable[Json]], *says: Says) -> Outcome:
    caller = says or (LINE,)
    spec = assistant(endpointing=ASKED, turn=TurnPlan(speculate=False))
    parts = Parts(SimStt([line.text for line in caller]), SimLlm(lambda _: "九点。"), SimTts(), SimVad())
    world = World(says=caller, until=12)
    return run_virtual(Stage(spec, parts, world, no_server, ask=ask).run())


def answering(found: Json, delay_s: float = 0.05) -> tuple[Callable[..., Awaitable[Json]], list[Json]]:
    got: list[Json] = []

    async def ask(_: ToolSpec, message: Json) -> Json:
        got.append(message)
        await asyncio.sleep(delay_s)
        return found

    return ask, got


def decided_after(outcome: Outcome) -> float:
    marks = outcome.of(EventType.TURN_ENDED)[0].data["marks"]
    return round(marks["turnDecidedS"] - marks["speechEndedS"], 2)


def test_the_servers_seconds_end_the_turn():
    ask, got = answering({"timeoutSeconds": 2.0})

    outcome = play(ask)

    assert decided_after(outcome) == 2.0
    assert got[0]["type"] == "call.endpointing.request"
    assert got[0]["messagesOpenAIFormatted"][-1]["content"].startswith("你们几点")


def test_a_server_that_is_late_fails_or_says_nonsense_leaves_it_to_the_words():
    async def fails(*_: Any) -> Json:
        raise Unavailable("tool_failed", "no")

    late, _ = answering({"timeoutSeconds": 0.1}, 5.0)
    nonsense, _ = answering({"timeoutSeconds": "soon"})

    assert decided_after(play(late)) <= 1.4
    assert decided_after(play(fails)) < 0.7
    assert decided_after(play(nonsense)) < 0.7


def test_it_is_asked_again_when_the_caller_goes_on():
    ask, got = answering({"timeoutSeconds": 1.5})

    outcome = play(ask, LINE, Says(3.4, "周末呢？", 0.8))

    assert outcome.said("user") == ["你们几点开门？周末呢？"]
    assert got[-1]["messages"][-1]["message"] == "你们几点开门？周末呢？"
