"""Written text as a voice should say it: hand-written cases and what must hold for any text."""

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_engine.speak.chinese import CHINESE_RULES
from voice_engine.speak.english import ENGLISH_RULES
from voice_engine.speak.normalize import normalize

TABLE: dict[str, dict[str, list[tuple[str, str]]]] = yaml.safe_load(
    (Path(__file__).parent / "normalize_cases.yaml").read_text("utf-8")
)
TOPICS = [
    pytest.param(language, cases, id=f"{language}: {topic}")
    for language, topics in TABLE.items()
    for topic, cases in topics.items()
]

SIGNS = "0123456789.,:-/%¥$€+=×~～*_#|()[]<>@&°℃，。：！？（）“”、 \n\t`^①Ⅱ½１％—…"
WORDS = """
    你好 个 元 年 月 日 号 点 第 二 两 分之 电话 验证码 订单号 折 后 hello iPhone kg km/h pm www. .com http://
    ** ``` [1] - # 1. 2 13800138000 2026-11-20
    15:30 3-5 50% ¥1,299.00 <think> </think> <b> &amp; → 😊 京A12345 G.711 $5 周一
"""
TEXTS = st.lists(st.sampled_from([*SIGNS, *WORDS.split()]), max_size=25).map("".join) | st.text(max_size=50)


@pytest.mark.parametrize(("language", "cases"), TOPICS)
def test_it_is_said_as_people_say_it(language: str, cases: list[tuple[str, str]]):
    heard = {written: normalize(written, language) for written, _ in cases}

    assert heard == dict(cases)


@pytest.mark.parametrize(("language", "cases"), TOPICS)
def test_what_is_said_stays_as_it_is(language: str, cases: list[tuple[str, str]]):
    heard = [normalize(said, language) for _, said in cases]

    assert heard == [said for _, said in cases]


@pytest.mark.slow
@given(TEXTS, st.sampled_from(["zh", "en"]))
@settings(max_examples=1500, deadline=None)
def test_normalising_twice_changes_nothing(text: str, language: str):
    said = normalize(text, language)

    assert normalize(said, language) == said


@pytest.mark.slow
@given(TEXTS.map(lambda text: text + "好"))
@settings(max_examples=800, deadline=None)
def test_chinese_leaves_no_digit_and_no_markup(text: str):
    said = normalize(text, "zh")

    assert not re.search(r"[0-9*#`|\[\]{}<>\\^_~]", said)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_what_has_nothing_to_say_is_empty(text: str):
    said = normalize(text, "zh")

    assert said == "" or any(char.isalnum() for char in said)


@given(st.integers(0, 10**13), st.sampled_from(["人", "个订单", "元"]))
@settings(max_examples=400, deadline=None)
def test_every_amount_can_be_heard_back(number: int, unit: str):
    said = normalize(f"{number}{unit}")

    assert value_of(said.removesuffix(unit)) == number


def value_of(spoken: str) -> int:
    """The number that `spoken` Chinese names."""
    total = section = digit = 0
    for char in spoken.replace("零", ""):
        if char in "一二三四五六七八九两":
            digit = "_一二三四五六七八九两".index(char) if char != "两" else 2
        elif char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        else:
            total = (total + section + digit) * 10**8
            section = digit = 0
    return total + section + digit


@pytest.mark.parametrize(
    ("language", "said"), [("zh-CN", "三个"), ("ZH", "三个"), ("yue", "三个"), ("", "三个"), ("ko", "3个")]
)
def test_the_language_tag_decides(language: str, said: str):
    assert normalize("3个", language) == said


def test_a_chinese_voice_leaves_the_numbers_of_an_english_sentence():
    assert normalize("Your balance is $105.", "zh") == "Your balance is 105 dollars."


def test_an_open_code_fence_hides_nothing_but_its_mark():
    assert normalize("```\n好的，没问题。") == "好的，没问题。"


def test_every_rule_has_its_own_name():
    for rules in (CHINESE_RULES, ENGLISH_RULES):
        names = [rule.name for rule in rules]

        assert len(names) == len(set(names))


# What a careless pattern would look at again and again.
RUNS = """
    1 a A 好 . - / : , ~ ( [ < > * _ ` # | @ + % ¥ = 【 （ “ 两 第 & ① 😊
    1. 1, 1- 1: 1/ 1x 1%
    a. a@ a- 1a A1 a_ [1 [a]( ]( <b 12: 2026- ￥1 **a ``` |- http:// <think> &amp; （， 电话 13800
"""


def seconds_for(text: str, language: str) -> float:
    """Processor seconds, so that a busy machine does not count."""
    started = time.process_time()
    normalize(text, language)
    return time.process_time() - started


@pytest.mark.slow
@pytest.mark.parametrize("run", [*RUNS.split(), " ", "\n", " \n", "| ", "> ", "# ", "- ", "1 ", "“ "])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_pattern_looks_back_over_long_runs(run: str, language: str):
    text = run * (15_000 // len(run))

    assert seconds_for(text, language) < 1.5


@pytest.mark.slow
@pytest.mark.parametrize(
    "run", ["①", "a", "1.", "（，", "电话13800 ", "您的余额是¥1,250.50，有效期到2026-12-31。"]
)
def test_a_hundred_kilobytes_take_seconds(run: str):
    text = run * (100_000 // len(run))

    assert seconds_for(text, "zh") < 8


def test_an_ordinary_reply_takes_a_few_milliseconds_at_most():
    text = "您好，您的订单A20261120001已于2026-11-20 15:30发货，预计3-5天送达，运费¥12.50，电话400-800-8820。"
    seconds = []

    for _ in range(10):
        started = time.perf_counter()
        normalize(text)
        seconds.append(time.perf_counter() - started)

    assert min(seconds) < 0.005
