"""The model sees what the caller heard."""

from hypothesis import given
from hypothesis import strategies as st

from voice_engine.providers.base import Message, ToolCall
from voice_engine.think.history import History, tokens
from voice_engine.think.tools.arguments import arguments


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
    history = History([])
    history.tool_round("请稍等。", [ToolCall("1", "f", "")], ["晴"])

    history.reply_over("请稍等。 今天晴。", interrupted=False)

    assert [m.content for m in history.messages()] == ["请稍等。", "晴", "今天晴。"]


def test_an_interruption_in_the_text_before_a_tool_round_cuts_that_text():
    history = History([])
    history.tool_round("请稍等，我查一下。", [ToolCall("1", "f", "")], ["晴"])

    history.reply_over("请稍等，", interrupted=True)

    assert [m.content for m in history.messages()] == ["请稍等，…—", "晴"]


def test_what_is_said_between_two_rounds_belongs_to_the_second():
    history = History([])
    history.tool_round("好的。", [ToolCall("1", "f", "")], ["a"])
    history.tool_round("再查一下。", [ToolCall("2", "g", "")], ["b"])

    history.reply_over("好的。我看看。再查一下。查到了，", interrupted=True)

    assert [m.content for m in history.messages()] == ["好的。", "a", "我看看。再查一下。", "b", "查到了，…—"]


def test_the_next_reply_knows_nothing_of_the_rounds_before():
    history = History([])
    history.tool_round("好的。", [ToolCall("1", "f", "")], ["a"])
    history.reply_over("好的。晴。", interrupted=False)

    history.reply_over("好的。", interrupted=False)

    assert [m.content for m in history.messages()][-1] == "好的。"


def test_the_window_keeps_the_prompt_and_the_newest_messages():
    history = History(["你是助手。"], max_messages=3)
    for n in range(5):
        history.user(f"问{n}")
        history.assistant(f"答{n}")

    assert contents(history) == [
        ("system", "你是助手。"),
        ("assistant", "答3"),
        ("user", "问4"),
        ("assistant", "答4"),
    ]


def test_the_window_counts_tokens_too():
    history = History([], max_tokens=40)
    for text in ("一" * 20, "二" * 20, "三" * 10):
        history.user(text)
        history.assistant("好")

    assert [m.content[0] for m in history.messages()] == ["好", "三", "好"]


def test_a_result_is_never_sent_without_its_call():
    history = History([], max_messages=2)
    history.user("甲")
    history.tool_round("", [ToolCall("1", "f", ""), ToolCall("2", "f", "")], ["a", "b"])
    history.assistant("乙")
    history.user("丙")

    assert [m.role for m in history.messages()] == ["assistant", "user"]


def test_what_came_since_the_caller_spoke_is_never_left_out():
    history = History([], max_tokens=10)
    history.user("查一下")
    history.tool_round("", [ToolCall("1", "f", "")], ["很长" * 500])

    assert [m.role for m in history.messages()] == ["user", "assistant", "tool"]


def test_tokens_are_counted_by_script():
    assert (tokens("你好吗"), tokens("four"), tokens("你好 ok"), tokens("")) == (3, 1, 3, 0)


def test_a_history_is_loaded_whole():
    history = History(["旧"])
    history.user("旧话")

    history.load([Message("system", "新"), Message("user", "问"), Message("system", "交接")])

    assert contents(history) == [("system", "新"), ("user", "问"), ("system", "交接")]


@given(
    st.lists(st.sampled_from(["user", "assistant", "tools"]), max_size=30),
    st.integers(1, 12),
    st.integers(1, 60),
)
def test_whatever_the_window_calls_and_results_come_in_pairs(steps: list[str], messages: int, size: int):
    history = History(["p"], max_messages=messages, max_tokens=size)
    for n, step in enumerate(steps):
        if step == "tools":
            history.tool_round("", [ToolCall(f"{n}a", "f", ""), ToolCall(f"{n}b", "f", "")], ["x", "y"])
        else:
            history.add(step, "字" * (n % 7 + 1))

    sent = history.messages("问")

    open_calls: list[str] = []
    for message in sent:
        if message.role == "tool":
            assert message.tool_call_id == open_calls.pop(0)
        else:
            assert not open_calls
            open_calls = [call.id for call in message.tool_calls]
    assert not open_calls
    assert sent[0].role == "system"
    assert sent[-1].content.endswith("问")


def test_arguments_that_are_no_object_are_an_empty_one():
    assert arguments(ToolCall("1", "f", "[1]")) == {}
    assert arguments(ToolCall("1", "f", "{")) == {}
    assert arguments(ToolCall("1", "f", '{"a": 1}')) == {"a": 1}
