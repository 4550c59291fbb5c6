"""Every type of server message with the fields that Vapi gives it, from the event that makes it."""

from typing import Any

import pytest

from api.v1.calls.model import CallRow
from api.v1.calls.story import Story, told
from api.v1.webhooks import payload
from api.v1.webhooks.words import about_call, assistant_request, call_event, chat_event, session_event
from tests.api.jobs.world import START_MS
from voice_engine.kernel.events import Event, EventType
from voice_engine.messages import end_of_call_report
from voice_engine.simulate.world import assistant
from voice_engine.spec import MemberSpec, SessionSpec, SquadSpec

EVERYTHING = [
    "assistant.started", "assistant.speechStarted", "conversation-update", "hang", "model-output",
    "language-change-detected", "speech-update", "status-update", "transcript", "transfer-update",
    "user-interrupted", "voice-input", "call.artifact.upload",
]  # fmt: skip
COMMON = {"type", "timestamp", "call", "assistant", "customer", "phoneNumber", "assistantVersion"}
BOT = {"role": "bot", "message": "你好。", "time": START_MS, "secondsFromStart": 0.1}


def row() -> CallRow:
    ann = assistant().model_copy(update={"id": "a1", "name": "Ann", "first_message": "你好。"})
    bob = ann.model_copy(update={"id": "a2", "name": "Bob"})
    members = (MemberSpec(name="Ann", assistant=ann), MemberSpec(name="Bob", assistant=bob))
    spec = SessionSpec(
        session_id="s1", call_id="c1", org_id="o1", assistant=ann, created_at_ms=0,
        squad=SquadSpec(members=members), told={"phoneNumber": {"id": "p1", "number": "+86571"}},
    )  # fmt: skip
    return CallRow(
        id="c1", org_id="o1", type="inboundPhoneCall", session_id="s1", engine_id="e", assistant_id="a1",
        assistant_version="v3", customer={"number": "+86138"}, phone_number_id="p1",
        spec=spec.model_dump(mode="json"), server={"url": "https://example.cn/hook"},
        server_messages=EVERYTHING, created_at=payload.moment(0), updated_at=payload.moment(0),
    )  # fmt: skip


def messages(kind: EventType, *before: tuple[EventType, dict[str, Any]], **data: Any) -> list[dict[str, Any]]:
    """What one event makes, after others."""
    said = [*before, (kind, data)]
    events = [
        Event(each, "o1", "c1", "s1", number, START_MS + number * 1000, float(number), fields)
        for number, (each, fields) in enumerate(said, 1)
    ]

    def story() -> Story:
        return told(events)

    return payload.messages(events[-1], row(), story)


def only(kind: EventType, type: str, **data: Any) -> dict[str, Any]:
    """The message of this type."""
    [found] = [message for message in messages(kind, **data) if message["type"] == type]
    return found


def own(message: dict[str, Any]) -> dict[str, Any]:
    """The fields beyond the common ones."""
    return {name: value for name, value in message.items() if name not in COMMON}


# ── common to all ────────────────────────────────────────────────────────────────────────────────────


def test_every_message_has_the_call_and_who_talks_in_it():
    message = only(EventType.USER_INTERRUPTED, "user-interrupted", turn=2, heard="您")

    assert message["timestamp"] == START_MS + 1000
    assert message["customer"] == {"number": "+86138"}
    assert message["phoneNumber"] == {"id": "p1", "number": "+86571"}
    assert message["assistantVersion"] == "v3"
    assert message["assistant"] == {"id": "a1", "name": "Ann"}
    call = message["call"]
    assert (call["id"], call["orgId"], call["type"]) == ("c1", "o1", "inboundPhoneCall")
    assert (call["phoneNumberId"], call["assistantId"], call["status"]) == ("p1", "a1", "in-progress")


@pytest.mark.parametrize("listed", [[], ["hang"]])
def test_what_is_not_listed_is_not_told(listed: list[str]):
    call = row()
    call.server_messages = listed
    event = Event(EventType.USER_INTERRUPTED, "o1", "c1", "s1", 1, START_MS, 1.0, {"turn": 1, "heard": ""})

    assert payload.messages(event, call, Story) == []


# ── a call's life ────────────────────────────────────────────────────────────────────────────────────


def test_a_telephone_rings():
    message = only(EventType.LEG_STATUS, "status-update", status="ringing")

    assert own(message) == {"status": "ringing"}
    assert message["call"]["status"] == "ringing"
    assert messages(EventType.LEG_STATUS, status="answered") == []


def test_a_call_begins_with_its_assistant_in_full():
    update, started = messages(EventType.SESSION_STARTED, assistantName="Ann")

    assert own(update) == {"status": "in-progress"}
    new = started["newAssistant"]
    assert (started["type"], new["id"], new["name"], new["firstMessage"]) == (
        "assistant.started", "a1", "Ann", "你好。",
    )  # fmt: skip
    assert {"provider", "messages"} <= set(new["model"])
    assert new["voice"]["provider"]
    assert new["transcriber"]["provider"]


def test_a_call_that_is_forwarded_says_where_to_and_what_was_said():
    to = {"type": "number", "number": "+8657188880000"}

    found = messages(EventType.TRANSFER_REQUESTED, (EventType.MESSAGE, BOT), turn=1, destination=to)

    status, update = found
    assert (status["status"], status["destination"]) == ("forwarding", to)
    assert (status["messages"], status["transcript"]) == ([BOT], "AI: 你好。\n")
    assert status["call"]["status"] == "forwarding"
    assert own(update) == {"destination": to}


def test_a_call_ends_with_its_reason_and_all_that_was_said():
    [message] = messages(
        EventType.SESSION_ENDED, (EventType.MESSAGE, BOT), endedReason="customer-ended-call", durationS=3
    )

    assert (message["status"], message["endedReason"]) == ("ended", "customer-ended-call")
    assert message["artifact"]["messages"] == message["messages"] == [BOT]
    assert message["artifact"]["messagesOpenAIFormatted"] == [{"role": "assistant", "content": "你好。"}]
    assert (message["call"]["status"], message["call"]["endedReason"]) == ("ended", "customer-ended-call")


def test_a_report_has_everything_at_both_levels():
    artifact = {
        "messages": [BOT],
        "transcript": "AI: 你好。\n",
        "recordingUrl": "u",
        "stereoRecordingUrl": "s",
    }
    call = {
        "id": "c1", "endedReason": "customer-ended-call", "artifact": artifact, "cost": 0.5,
        "analysis": {"summary": "Kurz."}, "costs": [{"type": "model"}], "costBreakdown": {"total": 0.5},
        "startedAt": "a", "endedAt": "b", "durationSeconds": 3, "destination": {"type": "number"},
        "compliance": {"recordingConsent": {"type": "verbal"}}, "assistant": {"name": "Ann"},
        "assistantVersion": "v3", "customer": {"number": "+86"},
    }  # fmt: skip

    report = end_of_call_report(call, 5)

    for name in (
        "endedReason", "artifact", "analysis", "cost", "costs", "costBreakdown", "startedAt", "endedAt",
        "durationSeconds", "destination", "compliance",
    ):  # fmt: skip
        assert report[name] == call[name]
    assert (report["transcript"], report["messages"], report["summary"]) == ("AI: 你好。\n", [BOT], "Kurz.")
    assert (report["recordingUrl"], report["stereoRecordingUrl"]) == ("u", "s")
    assert (report["assistant"], report["assistantVersion"], report["timestamp"]) == (
        {"name": "Ann"},
        "v3",
        5,
    )


def test_a_recording_that_is_stored_is_told_of():
    message = only(EventType.RECORDING_READY, "call.artifact.upload", key="k", seconds=3)

    assert own(message) == {"artifacts": [{"type": "recording-stereo", "success": True}]}


# ── what is said ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [EventType.SPEECH_STARTED, EventType.SPEECH_STOPPED])
@pytest.mark.parametrize("role", ["user", "assistant"])
def test_speech_begins_and_ends(kind: EventType, role: str):
    message = only(kind, "speech-update", role=role, turn=3, atS=1.0)

    status = "started" if kind is EventType.SPEECH_STARTED else "stopped"
    assert own(message) == {"status": status, "role": role, "turn": 3}


@pytest.mark.parametrize(("source", "told"), [("model", "model"), ("say", "force-say")])
def test_the_assistants_speech_comes_with_its_words(source: str, told: str):
    message = only(
        EventType.SPEECH_STARTED, "assistant.speechStarted",
        role="assistant", turn=3, atS=1.0, text="好的。", source=source,
    )  # fmt: skip

    assert own(message) == {"text": "好的。", "turn": 3, "source": told}


def test_transcripts_are_partial_or_final_with_what_the_recogniser_knows():
    partial = only(EventType.TRANSCRIPT, "transcript", role="user", final=False, text="查", turn=1)
    final = only(
        EventType.TRANSCRIPT, "transcript", role="user", final=True, text="查", turn=1, confidence=0.9,
        isFiltered=True, detectedThreats=["xss"], originalTranscript="<b>",
    )  # fmt: skip

    assert own(partial) == {
        "role": "user", "transcriptType": "partial", "transcript": "查", "isFiltered": False,
    }  # fmt: skip
    assert own(final) == {
        "role": "user", "transcriptType": "final", "transcript": "查", "isFiltered": True,
        "detectedThreats": ["xss"], "originalTranscript": "<b>",
        "confidence": 0.9, "confidenceSource": "provider",
    }  # fmt: skip


def test_what_the_assistant_said_is_its_transcript_and_a_new_conversation():
    transcript, update = messages(EventType.MESSAGE, **BOT, assistantName="Ann")

    assert own(transcript) == {
        "role": "assistant", "transcriptType": "final", "transcript": "你好。", "isFiltered": False,
        "assistantName": "Ann",
    }  # fmt: skip
    assert set(own(update)) == {"messages", "messagesOpenAIFormatted"}


def test_another_language_is_told_only_where_it_was_heard():
    heard = {"role": "user", "final": True, "text": "hello", "turn": 1, "language": "en"}

    message = only(EventType.TRANSCRIPT, "language-change-detected", **heard, languageBefore="zh")

    assert own(message) == {"language": "en"}
    assert [m["type"] for m in messages(EventType.TRANSCRIPT, **heard)] == ["transcript"]


def test_the_models_words_the_callers_turn_an_interruption_and_a_hang():
    output = only(EventType.MODEL_OUTPUT, "model-output", turn=2, text="好的。")
    turn = only(EventType.TURN_STARTED, "voice-input", turn=2, text="查余额")
    interrupted = only(EventType.USER_INTERRUPTED, "user-interrupted", turn=2, heard="好")
    hang = only(EventType.ERROR, "hang", code="provider_timeout", message="m", component="llm", fatal=False)

    assert own(output) == {"output": "好的。", "turnId": "2"}
    assert own(turn) == {"input": "查余额"}
    assert own(interrupted) == {"turnId": "2"}
    assert own(hang) == {}


def test_tools_that_are_called_change_the_conversation_and_are_not_asked_twice():
    calls = [{"id": "t1", "name": "look", "arguments": {"a": 1}}]

    [update] = messages(EventType.TOOL_CALLS, turn=1, toolCalls=calls)

    assert update["type"] == "conversation-update"
    assert update["messages"][0]["role"] == "tool_calls"


def test_a_handoff_names_both_assistants_in_full():
    update, started = messages(
        EventType.HANDOFF, **{"from": "Ann", "to": "Bob"}, reason="", message="稍等", silent=False
    )

    assert update["destination"] == {"type": "assistant", "assistantName": "Bob", "message": "稍等"}
    assert (update["fromAssistant"]["id"], update["toAssistant"]["id"]) == ("a1", "a2")
    assert started["newAssistant"]["id"] == "a2"
    assert started["newAssistant"]["model"]


def test_an_assistant_that_is_not_in_the_spec_keeps_its_name():
    assert payload.running(row().spec, "Eve") == {"name": "Eve"}


# ── beside events ────────────────────────────────────────────────────────────────────────────────────


def test_messages_beside_events_have_the_common_fields():
    call = {"id": "c1", "assistant": {"name": "A"}, "customer": {"number": "1"}, "phoneNumber": {"id": "p"}}
    common = about_call(call, 7)

    assert common == {
        "timestamp": 7, "assistant": {"name": "A"}, "customer": {"number": "1"}, "phoneNumber": {"id": "p"},
        "call": {name: value for name, value in call.items() if name != "assistant"},
    }  # fmt: skip
    assert assistant_request(call, 7) == {"type": "assistant-request", **common}
    assert call_event("call.deleted", call, 7) == {"type": "call.deleted", **common}
    assert chat_event("chat.created", {"id": "h"}, 7) == {
        "type": "chat.created", "timestamp": 7, "chat": {"id": "h"},
    }  # fmt: skip
    assert session_event("session.deleted", {"id": "s"}, 7)["session"] == {"id": "s"}
