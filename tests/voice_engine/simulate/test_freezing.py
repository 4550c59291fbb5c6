"""Whatever hangs, at whatever point, alone or with another standing by: nobody waits in silence."""

from pathlib import Path

import pytest

from voice_engine.kernel.events import EventType
from voice_engine.simulate.lanes import drawn
from voice_engine.simulate.read import parse
from voice_engine.simulate.run import play

TALK = """
assistant: {first_message: 您好，这里是应答。}
caller:
  - {at: 3, say: 查一下我的订单。}
  - {at: 16, say: 喂？几点开门？}
model: %s
recogniser: %s
voice: %s
tools: {find_order: {answer: 已发货, after_s: 0.5}}
until: 24
faults: [%s]
"""
MODEL = (
    "{answers: [{when: 已发货, say: 您的订单昨天已经发货，预计明天下午送到，请您保持电话畅通。},"
    " {when: 订单, say: 我来查一下。, call: {name: find_order}}, {when: 几点, say: 九点开门。}]}"
)
EMPTY = "of: model, what: lost, request: 3"  # no fault of a vendor's: an empty answer is apologised for
FREEZES = [
    *[
        f"of: recogniser, what: {what}, request: {n}"
        for what in ("hang", "lost", "break", "cut")
        for n in (1, 2)
    ],
    "of: recogniser, what: hang",
    *[f"of: model, what: {what}, request: {n}" for what in ("hang", "lost", "break") for n in (1, 2, 3)],
    *[f"of: model, what: stall, after: {after}" for after in (0, 2, 6, 12, 30)],
    "of: model, what: hang",
    *[
        f"of: voice, what: {what}, between: [{span}]"
        for what in ("hang", "break", "lost")
        for span in ("0, 4", "4, 9", "4, 45")
    ],
    *[f"of: voice, what: stall, after: {after}, between: [4, 45]" for after in (0, 0.4, 1, 2.5)],
    "of: voice, what: hang",
    *[f"of: tool, what: {what}" for what in ("hang", "lost", "error", "garbage")],
    "of: tool, what: late, by: 9",
]


@pytest.mark.slow
@pytest.mark.parametrize("spare", [False, True], ids=["alone", "another-stands-by"])
@pytest.mark.parametrize("fault", FREEZES)
def test_nobody_waits_in_silence(fault: str, spare: bool):
    text = TALK % (f"[{MODEL}, {MODEL}]", "[{}, {}]", "[{}, {}]", f"{{{fault}}}")
    alone = TALK % (MODEL, "{}", "{}", f"{{{fault}}}")

    result = play(parse(text if spare else alone, Path("x.yaml")))

    assert [why for why in result.broken if why.startswith("dead_air")] == [], drawn(result.seen)
    assert len(result.seen.of(EventType.SESSION_ENDED)) == 1
    if spare and "of: tool" not in fault and fault != EMPTY:
        assert "九点开门。" in "".join(result.seen.outcome.said("bot")), drawn(result.seen)
