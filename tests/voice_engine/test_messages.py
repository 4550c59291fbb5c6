"""Events in Vapi's and seed 001's words."""

from typing import Any

import pytest

from voice_engine.kernel.events import Event, EventType
from voice_engine.messages import (
    CLIENT_DEFAULT,
    ClientFeed,
    client_message,
    end_of_call_report,
    openai_formatted,
    seed_message,
    server_message,
    tool_call_item,
)

CALL = {"id": "c1", "orgId": "o1", "assistant": {"name": "Ann"}, "customer": {"number": "+86"}}
SUPERSET = {
    "id": "t1",
    "type": "function",
    "function": {"name": "lookup", "arguments": {"city": "北京"}},
    "name": "lookup",
    "arguments": {"city": "北京"},
    "parameters": {"city": "北京"},
}


def event(kind: EventType, **data: Any) -> Event:
    return Event(kind, "o1", "c1", "s1", 1, 1_000, 0.5, data)


def test_a_started_session_is_a_status_and_an_assistant_to_the_client():
    started = event(EventType.SESSION_STARTED, assistantName="Ann")

    assert client_message(started) == [
        {"type": "status-update", "status": "in-progress", "timestamp": 1_000},
        {"type": "assistant.started", "newAssistant": {"name": "Ann"}, "timestamp": 1_000},
    ]


def test_an_ended_session_names_its_reason():
    [message] = client_message(event(EventType.SESSION_ENDED, endedReason="customer-ended-call", durationS=3))

    assert (message["status"], message["endedReason"]) == ("ended", "customer-ended-call")


def test_a_client_that_lists_types_gets_only_those():
    spoken = event(EventType.SPEECH_STARTED, role="user", turn=1, atS=0.5)

    assert client_message(spoken, ("transcript",)) == []
    assert client_message(spoken, ("speech-update",))[0]["status"] == "started"


def test_where_the_waiting_time_went_is_told_to_clients_that_list_it():
    segments = {"endpointingMs": 250, "sttMs": 50}
    answered = event(EventType.TURN_ENDED, turn=2, segments=segments, mouthToEarMs=300)
    typed = event(EventType.TURN_ENDED, turn=3, segments={}, mouthToEarMs=None)

    [message] = client_message(answered, ("turn-metrics",))

    assert (message["turnId"], message["segments"], message["mouthToEarMs"]) == ("2", segments, 300)
    assert client_message(answered) == client_message(typed, ("turn-metrics",)) == []


def test_a_partial_transcript_reaches_the_client_but_not_a_server_with_the_default_set():
    partial = event(EventType.TRANSCRIPT, role="user", final=False, text="查一", turn=1)

    assert client_message(partial)[0]["transcriptType"] == "partial"
    assert server_message(partial, CALL) == []


def test_a_server_may_ask_for_final_transcripts_only():
    wanted = ('transcript[transcriptType="final"]',)
    final = event(EventType.TRANSCRIPT, role="user", final=True, text="查一下", turn=1, confidence=0.9)
    partial = event(EventType.TRANSCRIPT, role="user", final=False, text="查一", turn=1)

    [message] = server_message(final, CALL, wanted=wanted)

    assert (message["type"], message["transcript"], message["confidence"]) == ("transcript", "查一下", 0.9)
    assert server_message(partial, CALL, wanted=wanted) == []


def test_a_server_message_carries_the_call_with_the_assistant_beside_it():
    [message] = server_message(event(EventType.USER_INTERRUPTED, turn=2, heard="您的"), CALL)

    assert message["call"] == {"id": "c1", "orgId": "o1", "customer": {"number": "+86"}}
    assert message["assistant"] == {"name": "Ann"}
    assert (message["turnId"], message["timestamp"]) == ("2", 1_000)


def test_conversation_updates_grow_with_every_message():
    feed = ClientFeed(("conversation-update",))
    feed.messages(event(EventType.MESSAGE, role="bot", message="你好", time=1, secondsFromStart=0.1))

    [update] = feed.messages(
        event(EventType.MESSAGE, role="user", message="余额", time=2, secondsFromStart=1)
    )

    assert [m["role"] for m in update["messages"]] == ["bot", "user"]
    assert update["messagesOpenAIFormatted"] == [
        {"role": "assistant", "content": "你好"},
        {"role": "user", "content": "余额"},
    ]


def test_tools_are_part_of_the_conversation():
    feed = ClientFeed(("conversation-update",))
    feed.messages(event(EventType.TOOL_CALLS, toolCalls=[{"id": "t1", "name": "f", "arguments": {"a": 1}}]))

    [update] = feed.messages(
        event(EventType.TOOL_RESULTS, results=[{"toolCallId": "t1", "result": {"b": 2}}])
    )

    assert [m["role"] for m in update["messages"]] == ["tool_calls", "tool_call_result"]
    assert update["messages"][1]["result"] == '{"b":2}'
    assert update["messages"][0]["time"] == 1_000
    assert update["messagesOpenAIFormatted"][0]["tool_calls"][0]["function"]["arguments"] == '{"a":1}'


def test_without_a_conversation_there_is_no_conversation_update():
    assert client_message(event(EventType.MESSAGE, role="user", message="余额")) == []


def test_what_the_agent_said_becomes_its_final_transcript():
    [message] = client_message(event(EventType.MESSAGE, role="bot", message="您的余额是"))

    assert (message["type"], message["role"], message["transcriptType"]) == (
        "transcript",
        "assistant",
        "final",
    )
    assert message["transcript"] == "您的余额是"


@pytest.mark.parametrize(
    "call",
    [
        {"id": "t1", "name": "lookup", "arguments": {"city": "北京"}},
        {"id": "t1", "name": "lookup", "arguments": '{"city": "北京"}'},
        {"id": "t1", "type": "function", "function": {"name": "lookup", "arguments": '{"city":"北京"}'}},
    ],
)
def test_a_tool_call_of_any_shape_becomes_the_superset(call: dict[str, Any]):
    assert tool_call_item(call) == SUPERSET


@pytest.mark.parametrize("text", ["{broken", "[1]", '"word"'])
def test_arguments_that_are_no_object_are_kept(text: str):
    assert tool_call_item({"id": "t1", "name": "lookup", "arguments": text})["arguments"] == {"_raw": text}


def test_tool_calls_come_with_the_definition_of_their_tool():
    tool = {"type": "function", "function": {"name": "lookup", "description": "d"}, "server": {"url": "u"}}
    calls = event(EventType.TOOL_CALLS, turn=1, toolCalls=[{**SUPERSET}])

    [message] = server_message(calls, CALL, tools=[tool])

    assert message["toolCallList"] == message["toolCalls"] == [SUPERSET]
    assert message["toolWithToolCallList"] == [{**tool, "name": "lookup", "toolCall": SUPERSET}]


def test_openai_formatting_turns_arguments_into_text_and_results_into_tool_messages():
    formatted = openai_formatted(
        [
            {
                "role": "tool_calls",
                "message": "",
                "toolCalls": [{"id": "t1", "name": "f", "arguments": {"a": 1}}],
            },
            {"role": "tool_call_result", "toolCallId": "t1", "name": "f", "result": "42"},
        ]
    )

    assert formatted[0]["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a":1}'}
    assert formatted[1] == {"role": "tool", "content": "42", "tool_call_id": "t1"}


def test_a_model_that_answers_too_late_is_a_hang_and_other_errors_are_not():
    late = event(EventType.ERROR, code="openai.timeout", message="m", component="llm", fatal=False)
    broken = event(EventType.ERROR, code="openai.auth", message="m", component="llm", fatal=True)

    assert [m["type"] for m in client_message(late)] == ["hang"]
    assert client_message(broken) == []


def test_tool_results_reach_a_client_that_asks_for_them():
    results = event(
        EventType.TOOL_RESULTS, turn=1, results=[{"toolCallId": "t1", "name": "f", "result": "1"}]
    )

    assert "tool-calls-result" not in CLIENT_DEFAULT
    assert client_message(results, ("tool-calls-result",))[0]["toolCallResult"]["result"] == "1"
    assert server_message(results, CALL, wanted=("tool-calls-result",)) == []


def test_the_report_shows_what_clients_read_at_both_levels():
    call = {
        **CALL,
        "endedReason": "silence-timed-out",
        "cost": 0.02,
        "costs": [],
        "artifact": {"transcript": "AI: 你好\n", "messages": [], "stereoRecordingUrl": "https://x/s.wav"},
        "analysis": {"summary": "Nothing was said."},
    }

    report = end_of_call_report(call, 9_000)

    assert report["type"] == "end-of-call-report"
    assert report["transcript"] == report["artifact"]["transcript"]
    assert report["summary"] == "Nothing was said."
    assert report["stereoRecordingUrl"] == "https://x/s.wav"
    assert "recordingUrl" not in report
    assert report["timestamp"] == 9_000


SEED = [
    (EventType.SESSION_STARTED, {}, {"type": "status", "status": "connected"}),
    (EventType.SPEECH_STARTED, {"role": "user"}, {"type": "status", "status": "listening"}),
    (EventType.TURN_STARTED, {"turn": 1, "text": "余额"}, {"type": "status", "status": "thinking"}),
    (EventType.SPEECH_STARTED, {"role": "assistant"}, {"type": "status", "status": "speaking"}),
    (EventType.SPEECH_STOPPED, {"role": "assistant"}, {"type": "status", "status": "listening"}),
    (EventType.SESSION_ENDED, {"endedReason": "x"}, {"type": "status", "status": "ended"}),
    (
        EventType.TRANSCRIPT,
        {"role": "user", "final": False, "text": "余"},
        {"type": "transcript", "text": "余", "is_final": False},
    ),
    (
        EventType.MODEL_OUTPUT,
        {"turn": 1, "text": "十元"},
        {"type": "response", "text": "十元", "audio_url": ""},
    ),
    (EventType.ERROR, {"message": "No key."}, {"type": "error", "message": "No key."}),
    (
        EventType.TOOL_CALLS,
        {"toolCalls": [{"id": "t1", "name": "f", "arguments": '{"a": 1}'}]},
        {"type": "function_call", "function_name": "f", "arguments": {"a": 1}, "call_id": "t1"},
    ),
]


@pytest.mark.parametrize(("kind", "data", "expected"), SEED)
def test_seed_001_hears_each_event_in_its_own_words(kind: EventType, data: dict[str, Any], expected: Any):
    assert seed_message(event(kind, **data)) == [expected]


def test_seed_001_is_not_told_about_money_or_files():
    assert seed_message(event(EventType.USAGE, usageId="u")) == []
    assert seed_message(event(EventType.RECORDING_READY, key="k")) == []
    assert seed_message(event(EventType.SPEECH_STOPPED, role="user")) == []
    assert seed_message(event(EventType.MESSAGE, role="bot", message="十元")) == []


def test_a_handoff_is_a_transfer_and_a_new_assistant():
    handoff = event(EventType.HANDOFF, **{"from": "Front", "to": "Billing", "message": "One moment."})

    transfer, started = client_message(handoff)

    assert transfer["type"] == "transfer-update"
    assert transfer["destination"] == {
        "type": "assistant",
        "assistantName": "Billing",
        "message": "One moment.",
    }
    assert (transfer["fromAssistant"], transfer["toAssistant"]) == ({"name": "Front"}, {"name": "Billing"})
    assert (started["type"], started["newAssistant"]) == ("assistant.started", {"name": "Billing"})
    assert [m["type"] for m in server_message(handoff, CALL)] == ["assistant.started"]


def test_a_client_that_lists_it_is_told_that_a_tool_is_done():
    results = [
        {"toolCallId": "t1", "name": "a", "result": "ok"},
        {"toolCallId": "t2", "name": "b", "error": "no"},
    ]
    event = Event(EventType.TOOL_RESULTS, "o", "c", "s", 1, 7, 0.0, {"turn": 1, "results": results})

    told = client_message(event, ["tool.completed"])

    assert told == [
        {"type": "tool.completed", "toolCallId": "t1", "name": "a", "success": True, "timestamp": 7},
        {"type": "tool.completed", "toolCallId": "t2", "name": "b", "success": False, "timestamp": 7},
    ]
