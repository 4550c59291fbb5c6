"""What a handoff passes on."""

from tests.voice_engine.think.squads import member
from voice_engine.providers.base import Message, ToolCall
from voice_engine.spec import DestinationSpec
from voice_engine.think import handoff as rules
from voice_engine.think.handoff import Handoff, Summary

FRONT, BILLING = member("前台", "账务"), member("账务")
PROMPTS = frozenset({"I am 前台.", "I am 账务."})
TRANSFER = ToolCall("t1", "handoff_to_member_2", "{}")
LOOKUP = ToolCall("t2", "lookup", "{}")
HISTORY = [
    Message("system", "I am 前台."),
    Message("user", "我要退款，订单号SF20261120001"),
    Message("assistant", "", tool_calls=(LOOKUP,)),
    Message("tool", "found", tool_call_id="t2"),
    Message("system", "The caller is a VIP."),
    Message("assistant", "好的，我会帮您登记。请稍等", tool_calls=(TRANSFER,)),
    Message("tool", "Transferring.", tool_call_id="t1"),
]


def passed(mode: str | None = None, history: list[Message] | None = None, **fields: object) -> list[Message]:
    chosen = {"mode": mode} if mode else {}
    destination = DestinationSpec.model_validate({"member": "账务", **chosen, **fields})
    return rules.passed_on(history or HISTORY, destination, BILLING, "【交接】…", PROMPTS)


def shape(messages: list[Message]) -> list[str]:
    return [m.role + ("+" if m.tool_calls else "") for m in messages]


def test_by_default_the_prompt_is_swapped_and_the_transfer_itself_is_left_out():
    messages = passed()

    assert [m.content for m in messages[:2]] == ["I am 账务.", "【交接】…"]
    assert shape(messages) == ["system", "system", "user", "assistant+", "tool", "system", "assistant"]
    assert messages[5].content == "The caller is a VIP."
    assert messages[-1].content == "好的，我会帮您登记。请稍等"


def test_swapping_keeps_the_transfers_messages_if_it_was_asked_for():
    messages = passed("swap-system-message-in-history")

    assert shape(messages)[-2:] == ["assistant+", "tool"]
    assert "I am 前台." not in [m.content for m in messages]


def test_rolling_history_keeps_everything_and_appends_the_new_prompt():
    messages = passed("rolling-history")

    assert messages[: len(HISTORY)] == HISTORY
    assert [m.content for m in messages[len(HISTORY) :]] == ["I am 账务.", "【交接】…"]


def test_deleting_the_history_starts_clean():
    assert passed("delete-history") == [Message("system", "I am 账务.")]


def test_the_last_messages_can_be_kept_alone():
    assert [m.content for m in passed(keep_messages=1)] == [
        "I am 账务.", "【交接】…", "The caller is a VIP.", "好的，我会帮您登记。请稍等",
    ]  # fmt: skip
    assert shape(passed(keep_messages=0)) == ["system", "system", "system"]
    assert passed(keep_messages=99) == passed()


def test_calls_without_an_answer_are_not_passed_on():
    dangling = [
        *HISTORY[:2],
        Message("assistant", "稍等", tool_calls=(LOOKUP,)),
        Message("tool", "x", tool_call_id="?"),
    ]

    assert passed("rolling-history", dangling)[:3] == [*HISTORY[:2], Message("assistant", "稍等")]


def test_notes_of_earlier_handoffs_are_replaced():
    noted = [HISTORY[0], Message("system", "【交接】你刚从“大堂”接过这通对话。"), *HISTORY[1:]]

    assert passed(history=noted) == passed()


def test_the_announcement_itself_is_not_passed_on():
    announced = [*HISTORY, Message("assistant", "正在为您转接账务…")]

    assert rules.without_announcement(announced, "正在为您转接账务…") == HISTORY
    assert rules.without_announcement(announced, "") == announced
    assert rules.without_announcement([], "x") == []


def test_what_the_model_did_not_say_is_quoted_from_the_conversation():
    summary = rules.completed(Summary("前台"), HISTORY)

    assert summary == Summary(
        "前台", "我要退款，订单号SF20261120001", ("number: SF20261120001",), ("好的，我会帮您登记",)
    )


def test_what_the_model_said_counts():
    said = rules.stated("前台", {"user_intent": "退款", "key_facts": ["姓王"], "pending_tasks": "查订单"})

    assert rules.completed(said, HISTORY) == Summary("前台", "退款", ("姓王",), ("查订单",))


def test_arguments_of_the_wrong_kind_are_left_out():
    said = rules.stated("前台", {"user_intent": 5, "key_facts": [1, "", "x" * 300], "pending_tasks": {}})

    assert said == Summary("前台", "", ("x" * 199 + "…",), ())


def test_an_empty_conversation_has_an_empty_summary():
    assert rules.completed(Summary("前台"), []) == Summary("前台")


def decided(**fields: object) -> Handoff:
    return Handoff("前台", DestinationSpec(member="账务"), Summary("前台"), "", **fields)  # type: ignore[arg-type]


def test_the_note_tells_what_is_known_in_the_members_language():
    summary = Summary("前台", "退款", ("姓王", "电话 138"), ("查订单。",))

    assert rules.note(decided(), summary, "zh") == (
        "【交接】你刚从“前台”接过这通对话。对方的需求：退款。已知信息：姓王；电话 138。还没办完：查订单。"
        "请接着往下聊，不要让对方重复已经说过的内容，也不要提起这条说明。"
    )
    assert rules.note(decided(), Summary("前台"), "en") == (
        '[Handover] You have just taken over this conversation from "前台". Carry on from here; do not ask '
        "for what has been said already, and do not mention this note."
    )


def test_a_refusal_tells_why_the_caller_is_back():
    told = rules.note(decided(returned=True, reason="不归我管。"), Summary("前台"), "zh")

    assert told.startswith("【交接】“前台”没有接手，对话回到你这里，原因：不归我管。")


def test_the_caller_is_told_in_the_language_of_who_is_speaking():
    plain, own = DestinationSpec(member="账务"), DestinationSpec(member="账务", message="马上接{name}")

    assert rules.announcement(plain, "zh") == "正在为您转接账务…"
    assert rules.announcement(plain, "en") == "Transferring you to 账务…"
    assert rules.announcement(own, "zh") == "马上接账务"
    assert rules.announcement(DestinationSpec(member="账务", message=""), "zh") == ""


def test_tools_are_named_in_ascii_and_never_alike():
    members = [member("Front desk"), member("账务"), member("Front-desk"), member("  ")]

    assert rules.tool_names(members) == {
        "handoff_to_Front_desk": "Front desk",
        "handoff_to_member_2": "账务",
        "handoff_to_Front_desk_3": "Front-desk",
        "handoff_to_member_4": "  ",
    }
