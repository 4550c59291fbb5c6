"""Conversations nobody thought of: whatever the caller does and whatever fails, the promises hold."""

import random
from typing import Any

import pytest

from voice_engine.simulate.lanes import drawn
from voice_engine.simulate.run import play
from voice_engine.simulate.scenario import Scenario

Json = dict[str, Any]
SAYINGS = [
    "你们几点开门？", "我想问一下那个", "嗯", "等一下我有个问题。", "停，别说了。", "好的", "哦",
    "帮我查一下余额。",
    "我叫王小明", "因为 [0.7] 我忘了", "一三八 [1.0] 零零一三 [1.2] 八零零零", "谢谢，再见。",
    "我要查账单 [0.4] 不对，查余额。",
]  # fmt: skip
ANSWERS = [
    "我们早上九点开门，晚上六点关门。",
    "好的。",
    "请说一下您的手机号码。",
    "您的余额是三百元，请放心。还有什么可以帮您？",
    "今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃，您想要哪一种呢？",
]
FAULTS = {
    "recogniser": ("hang", "cut", "break", "error", "lost", "duplicated", "garbage"),
    "model": ("late", "hang", "stall", "cut", "break", "error", "429", "lost", "garbage"),
    "voice": ("late", "hang", "stall", "break", "error", "lost"),  # a cut one lies about what it said
    "tool": ("late", "hang", "error", "lost", "garbage"),
}


def anything(dice: random.Random) -> Scenario:
    """A conversation by chance."""
    standing_by = dice.choice((1, 1, 2))
    answers: list[Any] = [dice.choice(ANSWERS) for _ in range(3)]
    model = {
        "first_after_s": round(dice.uniform(0.05, 1.0), 2),
        "chars_per_s": dice.choice((15, 30, 100)),
        "answers": [*answers, {"when": "余额", "call": {"name": "balance"}}],
    }
    voice = {"first_after_s": round(dice.uniform(0.05, 0.5), 2), "char_s": dice.choice((0.16, 0.2, 0.26))}
    hearing = {"final_after_s": round(dice.uniform(0.1, 0.6), 2)}
    return Scenario.model_validate(
        {
            "assistant": {"first_message": dice.choice(("", "您好，这里是应答。"))},
            "caller": [_line(dice) for _ in range(dice.randint(1, 5))],
            "faults": [_fault(dice) for _ in range(dice.choice((0, 1, 1, 2)))],
            "model": [model] * standing_by,
            "voice": [voice | {"word_times": dice.random() < 0.3}] * standing_by,
            "recogniser": [hearing] * standing_by,
            "tools": {"balance": {"answer": "三百", "after_s": round(dice.uniform(0.1, 4), 1)}},
            "until": 40,
        }
    )


def _line(dice: random.Random) -> Json:
    when = dice.choice(("after", "after_agent", "while_agent"))
    deeds: list[Json] = [
        {"say": dice.choice(SAYINGS)},
        {"noise": round(dice.uniform(0.1, 1), 2)},
        {"digits": str(dice.randint(0, 99))},
        {"type": "几点开门？"},
        {"drop": round(dice.uniform(0.5, 6), 1)},
        {"command": {"type": "say", "content": "插播一句话。"}},
    ]
    return {when: round(dice.uniform(0, 3), 2)} | dice.choices(deeds, (10, 2, 1, 1, 1, 1))[0]


def _fault(dice: random.Random) -> Json:
    vendor = dice.choice(sorted(FAULTS))
    fault: Json = {"of": vendor, "what": dice.choice(FAULTS[vendor]), "after": round(dice.uniform(0, 8), 1)}
    return fault | ({"request": dice.randint(1, 4)} if dice.random() < 0.7 else {})


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_the_promises_hold(seed: int):
    scenario = anything(random.Random(seed))

    result = play(scenario)

    assert result.broken == [], f"\n{scenario.model_dump(exclude_unset=True)}\n{drawn(result.seen)}"
