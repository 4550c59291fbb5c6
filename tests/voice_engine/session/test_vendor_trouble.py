"""Whole conversations while vendors fail: the caller hears one answer and is understood."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.voice_engine.providers.pool.vendors import HANG, ScriptedLlm, ScriptedTts, broken, member
from voice_engine import metrics
from voice_engine.kernel.events import Event, EventType
from voice_engine.providers.base import Delta, Transcript, Usage
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.session.session import Parts
from voice_engine.simulate.loop import run_virtual
from voice_engine.simulate.parts import SimLlm, SimStt, SimTts, SimVad
from voice_engine.simulate.stage import Outcome, Stage
from voice_engine.simulate.world import Says, World, assistant, no_server
from voice_engine.spec import VoiceSpec

SAYS = [Says(1.0, "我想查一下我的余额。", 1.6)]
DONE = Delta(usage=Usage({"promptTokens": 9.0, "completionTokens": 4.0}), finish_reason="stop")


def conversation(
    stt: Sequence[Any] = (), llm: Sequence[Any] = (), tts: Sequence[Any] = (), says: Sequence[Says] = SAYS
) -> Outcome:
    """One caller with pools of these vendors; where none is given, a good one."""
    voice = VoiceSpec(provider="sim", language="zh", caching=False)
    world, troubles = World(says=says, spec=assistant(voice=voice), until=9.0), Troubles()
    ears = stt or [SimStt([line.text for line in says])]
    parts = Parts(
        PoolStt([member(x, "stt", name=f"ear-{n}") for n, x in enumerate(ears)], troubles),
        PoolLlm(
            [member(x, "llm", name=f"mind-{n}") for n, x in enumerate(llm or [SimLlm(lambda _: "好的。")])],
            troubles,
        ),
        PoolTts([member(x, "tts", name=f"mouth-{n}") for n, x in enumerate(tts or [SimTts()])], troubles),
        SimVad(),
        troubles,
    )
    return run_virtual(Stage(world.spec, parts, world, no_server, None).run())


def usage(outcome: Outcome, component: str) -> list[tuple[str, bool]]:
    return [
        (event.data["provider"], event.data["wasted"])
        for event in outcome.of(EventType.USAGE)
        if event.data["component"] == component
    ]


def test_a_healthy_conversation_has_no_trouble():
    outcome = conversation()

    assert outcome.said("user") == ["我想查一下我的余额。"]
    assert outcome.said("bot") == ["好的。"]
    assert outcome.of(EventType.PROVIDER_SWITCHED) == outcome.of(EventType.ERROR) == []
    assert usage(outcome, "model") == [("mind-0", False)]


@pytest.mark.parametrize("fault", [HANG, broken("network")])
def test_an_answer_whose_model_breaks_off_is_finished_by_the_next_one(fault: Any):
    first = ScriptedLlm([[0.1, "您的余额是", fault]], "a")
    second = ScriptedLlm([[0.1, "您的余额是一百元。", DONE]], "b")

    outcome = conversation(llm=[first, second])

    (said,) = outcome.said("bot")
    assert said.removeprefix("我查一下，请稍等。") == "您的余额是一百元。"
    switched = [e.data["what"] for e in outcome.of(EventType.PROVIDER_SWITCHED)]
    assert switched == ["failed-over"]
    assert ("mind-1", False) in usage(outcome, "model")


def test_a_caller_is_understood_whole_although_the_recogniser_breaks_in_mid_sentence():
    outcome = conversation(stt=[_Breaking(["x"]), SimStt(["我想查一下我的余额。"])])

    assert outcome.said("user") == ["我想查一下我的余额。"]
    assert [e.data["provider"] for e in outcome.of(EventType.ERROR)] == ["vendor"]
    assert outcome.said("bot") == ["好的。"]


def test_a_sentence_whose_voice_breaks_off_is_finished_by_the_next_one():
    first = ScriptedTts([[0.1, "一二三四五六", broken("network")]], "a", per_char_s=0)
    outcome = conversation(
        llm=[SimLlm(lambda _: "您的余额是一百二十元整，请您放心。")], tts=[first, SimTts()]
    )

    assert outcome.said("bot") == ["您的余额是一百二十元整，请您放心。"]
    assert {provider for provider, _ in usage(outcome, "voice")} == {"mouth-0", "mouth-1"}
    assert outcome.reason == "customer-ended-call"


def test_a_key_that_is_refused_everywhere_ends_the_call_with_the_vendors_reason():
    outcome = conversation(tts=[ScriptedTts([[broken("auth")]], "a"), ScriptedTts([[broken("auth")]], "b")])

    assert outcome.reason != "customer-ended-call"
    assert "providerfault" in outcome.reason


def test_hedges_failovers_and_breakers_are_counted():
    def switched(what: str) -> None:
        data = {"what": what, "component": "llm", "provider": "p", "model": "m", "toProvider": "q"}
        metrics.observe(Event(EventType.PROVIDER_SWITCHED, "o", "c", "s", 1, 0, 0.0, data))

    hedges = metrics.HEDGES.labels("llm", "p")._value.get()
    failovers = metrics.FAILOVERS.labels("llm", "p", "q")._value.get()
    for what in ("hedged", "failed-over", "opened"):
        switched(what)

    assert metrics.HEDGES.labels("llm", "p")._value.get() == hedges + 1
    assert metrics.FAILOVERS.labels("llm", "p", "q")._value.get() == failovers + 1
    assert metrics.BREAKERS.labels("llm", "p", "m")._value.get() == 1
    switched("closed")
    assert metrics.BREAKERS.labels("llm", "p", "m")._value.get() == 0


class _Breaking(SimStt):
    """Fails after 0.7 s of sound."""

    async def transcribe(self, frames: Any) -> Any:
        heard_s = 0.0
        async for item in frames:
            yield Transcript("我想", final=False)
            heard_s += getattr(item, "seconds", 0.0)
            if heard_s > 0.7:
                raise broken("network")
