"""Yes, no, or neither."""

import pytest

from voice_engine.listen.assent import assents


@pytest.mark.parametrize(
    "said",
    [
        "同意",
        "嗯，同意。",
        "可以的",
        "好的",
        "好",
        "行",
        "没问题",
        "我不介意",
        "是的",
        "OK",
        "Yes, I agree.",
        "no problem",
        "sure",
    ],
)
def test_a_yes(said: str):
    assert assents(said) is True


@pytest.mark.parametrize(
    "said",
    [
        "不同意",
        "不可以",
        "不行",
        "不要录音",
        "别录了",
        "好的，但是不要录音",
        "没同意",
        "算了",
        "No.",
        "I don't agree",
        "I do not consent",
    ],
)
def test_a_no(said: str):
    assert assents(said) is False


@pytest.mark.parametrize("said", ["什么意思？", "你们是哪里的", "", "喂", "what is this about", "know"])
def test_neither(said: str):
    assert assents(said) is None
