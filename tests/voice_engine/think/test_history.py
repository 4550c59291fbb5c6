"""The model sees what the caller heard."""

from voice_engine.providers.base import ToolCall
from voice_engine.spec import ModelSpec
from voice_engine.think.history import History
from voice_engine.think.thinker import Thinker, arguments


def contents(history: History) -> list[tuple[str, str]]:
    return [(m.role, m.content) for m in history.messages()]


def test_system_messages_come_first_and_empty_ones_not_at_all():
    history = History(["你是助手。", ""])
    history.user("你好")

    assert contents(history) == [("system", "你是助手。"), ("user", "你好")]


def test_two_turns_in_a_row_become_one_message():
    history = History([])
    history.user("我要订位。")
    history.user("明天。")

    assert contents(history) == [("user", "我要订位。\n明天。")]


def test_an_interrupted_reply_is_marked_and_an_unheard_one_left_out():
    history = History([])
    history.cut_off("今天的特价有")
    history.cut_off("")

    assert contents(history) == [("assistant", "今天的特价有…—")]


def test_text_before_a_tool_round_is_not_recorded_twice():
    thinker = Thinker(ModelSpec(provider="x"), None, None)
    thinker.history.tool_round("请稍等。", [ToolCall("1", "f", "")], ["晴"])
    thinker._recorded = "请稍等。"

    thinker.said("请稍等。今天晴。", interrupted=False)

    assert [m.content for m in thinker.history.messages()] == ["请稍等。", "晴", "今天晴。"]


def test_arguments_that_are_no_object_are_an_empty_one():
    assert arguments(ToolCall("1", "f", "[1]")) == {}
    assert arguments(ToolCall("1", "f", "{")) == {}
    assert arguments(ToolCall("1", "f", '{"a": 1}')) == {"a": 1}
