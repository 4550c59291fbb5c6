"""Models in a pool: whoever fails or is late, the caller hears one answer, each word once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice_engine.providers.pool.vendors import HANG, Diary, ScriptedLlm, broken, member, nobody_is_busy
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Delta, Message, ToolCall, Usage
from voice_engine.providers.pool.breaker import State
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.simulate.loop import run_virtual

ASKED = (Message("user", "你好吗？"),)
CALL = ToolCall("1", "book", "{}")
DONE = Delta(usage=Usage({"promptTokens": 3.0, "completionTokens": 2.0}), finish_reason="stop")


class Ran:
    """One reply of a pool of models that follow scripts, in virtual time."""

    def __init__(self, *scripts: Sequence[Any], again: Sequence[Any] = (), stop_after: int | None = None):
        self.diary = Diary()
        self.models = [
            ScriptedLlm([script, again] if again else [script], name)
            for script, name in zip(scripts, "abcd", strict=False)
        ]
        self.deltas: list[Delta] = []
        self.error: ProviderError | None = None
        self.first_s: float | None = None
        run_virtual(self._run(stop_after))

    async def _run(self, stop_after: int | None) -> None:
        loop = asyncio.get_running_loop()
        members = [member(model, "llm") for model in self.models]
        pool = PoolLlm(members, self.diary.troubles)
        reply = pool.reply(ASKED)
        try:
            async for delta in reply:
                if delta.text and self.first_s is None:
                    self.first_s = loop.time()
                self.deltas.append(delta)
                if len(self.deltas) == stop_after:
                    break
        except ProviderError as error:
            self.error = error
        await reply.aclose()
        self.seconds = loop.time()
        assert [model.open for model in self.models] == [0] * len(self.models)
        assert nobody_is_busy(members)
        assert len(asyncio.all_tasks()) == 1

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.deltas)

    @property
    def calls(self) -> list[ToolCall]:
        return [call for delta in self.deltas for call in delta.tool_calls]


def test_a_healthy_model_answers_alone():
    ran = Ran([0.1, "好的。", DONE], ["不该说"])

    assert ran.text == "好的。"
    assert [len(model.asked) for model in ran.models] == [1, 0]
    assert ran.diary.story == []


def test_usage_names_who_did_the_work():
    ran = Ran([broken()], ["好", DONE])

    used = [delta.usage for delta in ran.deltas if delta.usage]
    assert [(u.provider, u.model, u.quantities["promptTokens"]) for u in used] == [("b", "m", 3.0)]


def test_a_late_model_is_hedged_and_the_first_to_speak_wins():
    ran = Ran([1.5, "慢"], [0.1, "快"])

    assert ran.text == "快"
    assert ran.first_s == pytest.approx(0.8)
    assert ran.diary.story == ["hedged a b", "lost a"]
    assert ran.diary.pages[1].usage.quantities["promptTokens"] > 0


def test_a_late_model_that_speaks_before_its_hedge_goes_on():
    ran = Ran([0.75, "慢"], [0.3, "快"])

    assert ran.text == "慢"
    assert ran.diary.story == ["hedged a b", "lost b"]


def test_a_model_that_is_alone_is_asked_a_second_time():
    ran = Ran([HANG], again=[0.1, "好"])

    assert ran.text == "好"
    assert ran.first_s == pytest.approx(0.8)


def test_a_model_that_thinks_aloud_is_not_late():
    ran = Ran([0.5, Delta(), 0.5, Delta(), 0.5, "想好了"], ["急"])

    assert ran.text == "想好了"
    assert len(ran.models[1].asked) == 0


@pytest.mark.parametrize("kind", ["server", "network", "auth", "quota", "rate_limit", "bad_request"])
def test_a_model_that_refuses_is_replaced_at_once(kind: Any):
    ran = Ran([0.05, broken(kind)], [0.1, "好"])

    assert ran.text == "好"
    assert ran.first_s == pytest.approx(0.15)
    assert ran.diary.story[0] == "failed a"
    assert ran.diary.story[-1] == "failed-over a b"


def test_what_one_vendor_refuses_to_say_is_not_asked_of_another():
    ran = Ran([broken("moderation")], ["好"])

    assert ran.error is not None
    assert ran.error.kind == "moderation"
    assert ran.models[1].asked == []


def test_when_all_refuse_the_last_one_is_heard():
    ran = Ran([broken("server")], [broken("quota")])

    assert ran.error is not None
    assert ran.error.kind == "quota"


def test_a_refused_key_is_not_tried_twice():
    ran = Ran([broken("auth")])

    assert ran.error is not None
    assert ran.error.kind == "auth"
    assert len(ran.models[0].asked) == 1


def test_a_hedge_that_fails_does_not_disturb_the_first():
    ran = Ran([1.0, "慢"], [0.1, broken()])

    assert ran.text == "慢"


def test_after_two_late_ones_the_third_is_asked():
    ran = Ran([HANG], [HANG], [0.1, "终于"])

    assert ran.text == "终于"
    assert ran.diary.story[:2] == ["hedged a b", "hedged b c"]


def test_when_everybody_hangs_the_call_hears_of_it_in_time():
    ran = Ran([HANG], [HANG])

    assert ran.error is not None
    assert ran.error.kind == "timeout"
    assert ran.seconds == pytest.approx(20.0)


def test_an_answer_that_breaks_off_is_continued_by_the_next_model():
    ran = Ran(["我帮您查一下，", broken("network")], ["请稍等。", DONE])

    assert ran.text == "我帮您查一下，请稍等。"
    asked = ran.models[1].asked[0]
    assert asked[-2] == Message("assistant", "我帮您查一下，")
    assert asked[-1].role == "user"


def test_an_answer_that_stalls_is_continued_by_the_next_model():
    ran = Ran(["我帮您查一下，", HANG], [0.1, "请稍等。"])

    assert ran.text == "我帮您查一下，请稍等。"
    assert ran.seconds < 3.0


def test_a_model_that_is_alone_continues_itself():
    ran = Ran(["今天天气", broken("network")], again=["很好。"])

    assert ran.text == "今天天气很好。"


def test_a_successor_that_starts_over_is_heard_from_where_the_first_stopped():
    ran = Ran(["好的，我帮您查", HANG], ["好的！我帮您查一下余额。", DONE])

    assert ran.text == "好的，我帮您查一下余额。"


def test_tool_calls_come_from_one_model_only():
    ran = Ran([0.69, HANG], [0.02, Delta(tool_calls=(CALL,)), 0.5, DONE])

    assert ran.calls == [CALL]


def test_a_failure_after_the_tool_calls_changes_nothing():
    ran = Ran(["查", Delta(tool_calls=(CALL,)), broken()], [Delta(tool_calls=(CALL,))])

    assert (ran.calls, ran.text, ran.error) == ([CALL], "查", None)
    assert ran.models[1].asked == []


def test_a_reply_that_is_broken_off_before_its_tool_call_gets_it_from_the_next_model():
    ran = Ran(["我查一下。", broken()], [Delta(tool_calls=(CALL,)), DONE])

    assert (ran.calls, ran.text) == ([CALL], "我查一下。")


@pytest.mark.parametrize("stop_after", [1, 2])
def test_closing_a_reply_in_the_middle_of_a_hedge_leaves_nothing(stop_after: int):
    Ran([0.9, "一二三四", HANG], [0.1, "五六七八"], stop_after=stop_after)


def test_an_open_breaker_is_passed_over():
    async def run() -> list[int]:
        models = [ScriptedLlm([[broken("auth")]], "a"), ScriptedLlm([["好"]], "b")]
        pool = PoolLlm([member(model, "llm") for model in models])
        for _ in range(3):
            async for _ in pool.reply(ASKED):
                pass
        return [len(model.asked) for model in models]

    assert run_virtual(run()) == [1, 3]


def test_a_limit_with_a_time_is_kept():
    async def run() -> tuple[int, int]:
        models = [
            ScriptedLlm([[broken("rate_limit", retry_after=5)], ["甲"]], "a"),
            ScriptedLlm([["乙"]], "b"),
        ]
        pool = PoolLlm([member(model, "llm") for model in models])
        for pause in (0.0, 4.0, 1.1):
            await asyncio.sleep(pause)
            async for _ in pool.reply(ASKED):
                pass
        return len(models[0].asked), len(models[1].asked)

    assert run_virtual(run()) == (2, 2)


SENTENCES = st.lists(
    st.sampled_from(["好的", "我帮您", "查一下", "余额", "您的户头", "there is", "a room", "at nine", "3.5"]),
    min_size=2, unique=True,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(words=SENTENCES, data=st.data())
def test_no_word_is_spoken_twice(words: list[str], data: st.DataObject):
    """Wherever it breaks, and whether the successor goes on, repeats a little or starts over."""
    whole = " ".join(words)
    cut = data.draw(st.integers(0, len(whole) - 1))
    at = data.draw(st.sampled_from(["start", "cut"]))
    fault = data.draw(st.sampled_from([HANG, broken("network")]))
    said = whole[:cut]
    while said and said[-1].isascii() and said[-1].isalnum():
        said = said[:-1]
    rest = whole.replace(" ", "，") if at == "start" else whole[len(said) :]

    ran = Ran([whole[:cut], fault], [rest])

    assert letters(ran.text) == letters(whole)


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def test_a_hedge_that_refuses_to_say_it_does_not_silence_the_first():
    ran = Ran([1.0, "慢"], [0.1, broken("moderation")], ["c"])

    assert ran.text == "慢"
    assert ran.models[2].asked == []


def test_a_reply_that_was_interrupted_speaks_for_its_model():
    """A caller who interrupts the probe of a breaker that is half open must not keep the model shut out."""

    async def run() -> tuple[State, bool]:
        first = member(ScriptedLlm([["好的", HANG]], "a"), "llm")
        first.standing.failed(broken("auth"), 0.0)
        await asyncio.sleep(61)
        reply = PoolLlm([first]).reply(ASKED)
        await anext(reply)
        await reply.aclose()
        state = first.standing.breaker.state(62.0)

        second = member(ScriptedLlm([[HANG]], "b"), "llm")
        second.standing.failed(broken("auth"), 0.0)
        waiting = asyncio.ensure_future(anext(PoolLlm([second]).reply(ASKED)))
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.wait([waiting])
        return state, second.standing.breaker.allows(62.0)

    assert run_virtual(run()) == (State.CLOSED, True)
