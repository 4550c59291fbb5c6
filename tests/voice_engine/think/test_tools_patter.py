"""What a caller hears while tools work."""

from typing import Any

import pytest

from tests.voice_engine.think.conversation import Heard, Server, asked, toolbox
from voice_engine.kernel.errors import Unavailable
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import ConditionSpec, ToolMessageSpec, ToolSpec
from voice_engine.think.tools.base import Answer, Round
from voice_engine.think.tools.sentences import choose, read_message, words


def message(at: Any, *text: str, **fields: Any) -> ToolMessageSpec:
    return ToolMessageSpec(at=at, texts={"": text[0]} if text else {}, **fields)


def tool(*messages: ToolMessageSpec, name: str = "f") -> ToolSpec:
    return ToolSpec(name=name, server_url="https://example.com", messages=messages)


def run(
    specs: list[ToolSpec], rounds: Round, *, delay_s: float = 0.0, answer: Answer | str = "晴", **server: Any
) -> Heard:
    heard = Heard()
    served = Server({spec.name: answer for spec in specs}, delay_s=delay_s, **server)
    run_virtual(toolbox(*specs, heard=heard, server=served).run(rounds))
    return heard


START = message("request-start", "我查一下。")
SECOND = message("request-response-delayed", "还在查。", after_s=3)
THIRD = message("request-response-delayed", "马上就好。", after_s=6)


def test_the_announcement_comes_at_once_and_excuses_at_their_times():
    heard = run([tool(THIRD, START, SECOND)], asked("f"), delay_s=7)

    assert heard.said == [(0, "我查一下。"), (3, "还在查。"), (6, "马上就好。")]


def test_a_quick_tool_needs_no_excuse():
    assert run([tool(START, SECOND)], asked("f"), delay_s=1).said == [(0, "我查一下。")]
    assert run([tool()], asked("f"), delay_s=1).said == []


def test_an_empty_announcement_is_silence():
    assert run([tool(message("request-start", ""))], asked("f"), delay_s=3).said == []


def test_a_blocking_announcement_is_heard_before_the_tool_begins():
    heard = run([tool(message("request-start", "现在扣款。", blocking=True))], asked("f"), delay_s=0.5)

    assert heard.results()[0]["durationMs"] == 1500


def test_the_same_sentence_is_said_once_for_two_calls():
    heard = run([tool(START), tool(START, name="g")], asked("f", "g"), delay_s=1)

    assert heard.said == [(0, "我查一下。")]


def test_nothing_is_said_once_the_reply_is_over():
    rounds = asked("f")
    rounds.abandoned = True

    assert run([tool(START, SECOND)], rounds, delay_s=5).said == []


# ── in the model's place ─────────────────────────────────────────────────────────────────────────────


def test_a_completion_is_said_in_the_models_place():
    rounds = asked("f")

    run([tool(message("request-complete", "订好了。"))], rounds)

    assert rounds.closing == "订好了。"


def test_without_a_completion_the_model_goes_on():
    rounds = asked("f", "g", said="我查一下。")

    run([tool(message("request-complete", "订好了。")), tool(name="g")], rounds)

    assert rounds.closing is None


def test_a_system_completion_is_a_hint_for_the_model():
    rounds = asked("f")

    run([tool(message("request-complete", "只说结果。", role="system"))], rounds)

    assert (rounds.closing, rounds.hints) == (None, ["只说结果。"])


def test_a_failure_has_its_own_words():
    rounds = asked("f")
    messages = (message("request-complete", "好了。"), message("request-failed", "没成。", end_call=True))

    heard = run([tool(*messages)], rounds, error=Unavailable("x", "no"))

    assert (rounds.closing, heard.ended) == ("没成。", 1)


def test_what_the_server_wants_said_comes_before_what_we_were_told():
    rounds = asked("f")

    run(
        [tool(message("request-complete", "好了。"))],
        rounds,
        answer=Answer("x", message=read_message("共三晚。")),
    )

    assert rounds.closing == "共三晚。"


# ── the choice ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "given", "holds"),
    [
        (("size", "gt", "2"), {"size": 3}, True),
        (("size", "gt", "2"), {"size": "2"}, False),
        (("size", "gte", 2), {"size": 2}, True),
        (("size", "lt", 2), {"size": 1.5}, True),
        (("size", "lte", 2), {"size": 3}, False),
        (("size", "lt", 2), {}, False),
        (("city", "eq", "杭州"), {"city": "杭州"}, True),
        (("city", "eq", "杭州"), {}, False),
        (("city", "neq", "杭州"), {"city": "宁波"}, True),
        (("vip", "eq", "true"), {"vip": True}, True),
        (("vip", "eq", "1"), {"vip": True}, False),
        (("n", "eq", "2.0"), {"n": 2}, True),
        (("city", "gt", "a"), {"city": "b"}, False),
    ],
)
def test_conditions_compare_arguments(condition: tuple[Any, ...], given: dict[str, Any], holds: bool):
    param, operator, value = condition
    special = message(
        "request-start", "special", conditions=(ConditionSpec(param=param, operator=operator, value=value),)
    )
    plain = message("request-start", "plain")

    chosen = choose([plain, special], "request-start", given)

    assert chosen is (special if holds else plain)


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "您好"), ("en", "Hello"), ("zh-TW", "您好"), ("ja", "…"), ("", "…")]
)
def test_words_are_in_the_language_of_the_call(language: str, text: str):
    spoken = ToolMessageSpec(at="request-start", texts={"": "…", "zh-CN": "您好", "en": "Hello"})

    assert words(spoken, language) == text


def test_a_message_without_words_for_everybody_says_the_first():
    assert words(ToolMessageSpec(at="request-start", texts={"ja": "はい"}), "zh") == "はい"
    assert words(ToolMessageSpec(at="request-start"), "zh") == ""


@pytest.mark.parametrize("raw", [None, 7, [], {}, {"content": 3}, {"contents": [{"text": 1}]}])
def test_what_is_no_message_is_not_taken_for_one(raw: Any):
    assert read_message(raw) is None


def test_a_servers_message_is_read_in_vapis_shape():
    raw = {
        "type": "request-complete",
        "role": "system",
        "contents": [{"type": "text", "text": "hi", "language": "en"}],
        "endCallAfterSpokenEnabled": True,
    }

    assert read_message(raw) == ToolMessageSpec(
        at="request-complete", texts={"en": "hi"}, role="system", end_call=True
    )
