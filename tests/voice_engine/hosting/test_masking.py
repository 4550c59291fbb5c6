"""What leaves the engine of a call whose personal numbers are masked."""

from typing import Any

import pytest

from voice_engine.hosting.masking import masked
from voice_engine.kernel.events import Event, EventType

PHONE, STARRED = "13800138000", "138****8000"


def event(kind: EventType, **data: Any) -> Event:
    return Event(kind, "o", "c", "s", 1, 0, 0.0, data)


@pytest.mark.parametrize(
    ("kind", "data", "kept"),
    [
        (EventType.MESSAGE, {"role": "user", "message": PHONE}, {"role": "user", "message": STARRED}),
        (EventType.TRANSCRIPT, {"text": f"我是{PHONE}"}, {"text": f"我是{STARRED}"}),
        (EventType.TOOL_RESULTS, {"results": [{"toolCallId": PHONE, "result": {"id": PHONE}}]},
         {"results": [{"toolCallId": PHONE, "result": {"id": STARRED}}]}),
        (EventType.DTMF_RECEIVED, {"digits": "6222021234567890128"}, {"digits": "*" * 19}),
        (EventType.USAGE, {"usageId": PHONE}, {"usageId": PHONE}),
    ],
)  # fmt: skip
def test_words_are_masked_and_names_are_not(kind: EventType, data: dict[str, Any], kept: dict[str, Any]):
    original = event(kind, **data)

    assert masked(original).data == kept
    assert original.data == data
