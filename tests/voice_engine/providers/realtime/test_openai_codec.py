"""OpenAI's realtime protocol, message by message."""

import json
from typing import Any

import pytest

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import ToolCall
from voice_engine.providers.base_realtime import (
    Briefing,
    CallerWords,
    Cancel,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Respond,
    Truncate,
)
from voice_engine.providers.duplex.codec import Send
from voice_engine.providers.failures import Failures
from voice_engine.providers.realtime.openai_codec import OpenAiCodec
from voice_engine.providers.realtime.openai_says import Plan

SOUND = "AAABAAIAAwA="  # four samples


@pytest.fixture
def codec() -> OpenAiCodec:
    codec = OpenAiCodec(Plan("ga", 24000, vad={"type": "server_vad"}), Failures("openai", "OpenAI"))
    list(codec.begin(Briefing(())))
    return codec


def told(codec: OpenAiCodec, kind: str, **fields: Any) -> list[Any]:
    return list(codec.receive(json.dumps({"type": kind, **fields})))


def begun(codec: OpenAiCodec) -> None:
    told(codec, "response.created", response={"id": "r"})


@pytest.mark.parametrize("name", ["response.audio.delta", "response.output_audio.delta"])
def test_both_generations_of_names_bring_sound(codec: OpenAiCodec, name: str):
    begun(codec)

    (sound,) = told(codec, name, response_id="r", item_id="i", delta=SOUND)

    assert sound == ReplySound("r", AudioFrame(b"\0\0\1\0\2\0\3\0", 24000, 0))


@pytest.mark.parametrize(
    "name", ["response.audio_transcript.delta", "response.output_audio_transcript.delta"]
)
def test_both_generations_of_names_bring_words(codec: OpenAiCodec, name: str):
    begun(codec)

    assert told(codec, name, response_id="r", item_id="i", delta="你好") == [ReplyText("r", "你好")]


def test_partials_are_added_up_for_each_turn_and_finals_may_overtake_each_other(codec: OpenAiCodec):
    name = "conversation.item.input_audio_transcription"
    partials = [
        told(codec, f"{name}.delta", item_id=item, delta=text)[0].text
        for item, text in (("a", "一"), ("b", "三"), ("a", "二"))
    ]
    finals = [
        told(codec, f"{name}.completed", item_id=i, transcript=t)[0]
        for i, t in (("b", "三四"), ("a", "一二"))
    ]

    assert partials == ["一", "三", "一二"]
    assert finals == [CallerWords("b", "三四", True), CallerWords("a", "一二", True)]


def test_a_tool_call_without_a_name_in_its_arguments_is_taken_from_its_item(codec: OpenAiCodec):
    begun(codec)
    told(codec, "response.function_call_arguments.done", response_id="r", call_id="c", arguments="{}")
    item = {"type": "function_call", "call_id": "c", "name": "hours", "arguments": '{"day": 1}'}
    told(codec, "response.output_item.done", response_id="r", item=item)

    (ended,) = told(codec, "response.done", response={"id": "r", "status": "completed", "output": []})

    assert ended == ReplyEnded("r", "done", (ToolCall("c", "hours", '{"day": 1}'),))


def test_a_reply_that_is_asked_for_too_early_is_asked_for_again_when_the_running_one_is_over(
    codec: OpenAiCodec,
):
    begun(codec)

    now = list(codec.tell(Respond()))
    ended, again = told(codec, "response.done", response={"id": "r", "status": "completed"})

    assert now == []
    assert isinstance(ended, ReplyEnded)
    assert isinstance(again, Send)
    assert json.loads(again.message)["type"] == "response.create"


def test_what_was_heard_is_told_item_by_item_and_never_more_than_there_was(codec: OpenAiCodec):
    begun(codec)
    second = "AAAA" * 8000 * 2  # one second of silence
    for item in ("first", "second"):
        told(codec, "response.output_audio.delta", response_id="r", item_id=item, delta=second)

    cuts = [json.loads(m) for m in codec.tell(Truncate("r", 1.25))]

    assert [(cut["item_id"], cut["audio_end_ms"]) for cut in cuts] == [("second", 250)]
    assert list(codec.tell(Truncate("r", 9.0))) == []


def test_a_cancellation_that_comes_too_late_is_no_failure(codec: OpenAiCodec):
    begun(codec)
    (cancel,) = codec.tell(Cancel("r"))
    error = {"code": "response_cancel_not_active", "event_id": json.loads(cancel)["event_id"]}

    assert told(codec, "error", error=error) == []
    assert list(codec.tell(Cancel("r"))) == []


def test_any_other_error_is_a_failure_with_the_vendors_code(codec: OpenAiCodec):
    with pytest.raises(ProviderError) as failure:
        told(codec, "error", error={"code": "rate_limit_exceeded", "message": "slow down"})

    assert (failure.value.kind, failure.value.vendor_code) == ("rate_limit", "rate_limit_exceeded")


def test_a_failed_response_is_a_failure(codec: OpenAiCodec):
    begun(codec)
    details = {"type": "failed", "error": {"code": "insufficient_quota", "message": "top up"}}

    with pytest.raises(ProviderError) as failure:
        told(codec, "response.done", response={"id": "r", "status": "failed", "status_details": details})

    assert failure.value.kind == "quota"


def test_unknown_events_are_ignored(codec: OpenAiCodec):
    assert told(codec, "rate_limits.updated", rate_limits=[]) == []
    assert told(codec, "response.created", response={"id": "r"}) == [ReplyBegan("r")]
