"""What the words say about the turn, measured on a labelled corpus."""

import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from voice_engine.listen.lexicon import classify, is_backchannel, is_stop_phrase, speech_units

HERE = Path(__file__).parent
CASES: dict[str, list[str]] = yaml.safe_load((HERE / "lexicon_cases.yaml").read_text("utf-8"))
PHRASES: dict[str, list[str]] = yaml.safe_load((HERE / "lexicon_phrases.yaml").read_text("utf-8"))
WANTED = {"finished": 0.95, "unfinished": 0.90, "wait": 0.90, "undecided": 0.80}


def confusion() -> str:
    """Every wrong verdict, by kind, for the person whose change made it wrong."""
    wrong = [(label, classify(text), text) for label, texts in CASES.items() for text in texts]
    wrong = [row for row in wrong if row[0] != row[1]]
    counts = Counter((label, verdict) for label, verdict, _ in wrong)
    table = [
        f"{label:>10} taken for {verdict:<10} {count}" for (label, verdict), count in sorted(counts.items())
    ]
    return "\n".join(table + [f"  {label} → {verdict}: {text}" for label, verdict, text in wrong])


@pytest.mark.parametrize("label", WANTED)
def test_verdicts_agree_with_a_careful_listener(label: str):
    texts = CASES[label]

    right = sum(classify(text) == label for text in texts)

    assert right / len(texts) >= WANTED[label], "\n" + confusion()


def test_an_unfinished_turn_is_almost_never_taken_for_a_finished_one():
    texts = CASES["unfinished"]

    cut_off = [text for text in texts if classify(text) == "finished"]

    assert len(cut_off) <= len(texts) * 0.02, cut_off


def test_the_corpus_is_large_and_half_chinese():
    texts = [text for group in CASES.values() for text in group]

    chinese = sum(any("\u4e00" <= char <= "\u9fff" for char in text) for text in texts)

    assert len(texts) == len(set(texts)) >= 400
    assert 0.4 <= chinese / len(texts) <= 0.65


@pytest.mark.parametrize("text", ["", " ", "。", "？！"])
def test_nothing_said_decides_nothing(text: str):
    assert classify(text) == "undecided"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("因为我昨天生病了", "unfinished"),
        ("因为我昨天生病了。", "undecided"),
        ("我想。", "unfinished"),
        ("我的电话是1380013", "unfinished"),
        ("我的电话是13800138000", "finished"),
        ("我 的 电 话 是", "unfinished"),
        ("那你们几点开门，", "unfinished"),
        ("I want to.", "unfinished"),
        ("Where are you FROM", "finished"),
        ("can you", "unfinished"),
        ("I can’t", "finished"),
    ],
)
def test_punctuation_blanks_and_case_are_hints_only(text: str, verdict: str):
    assert classify(text) == verdict


@pytest.mark.parametrize("text", PHRASES["backchannel"])
def test_listening_noises_are_backchannels(text: str):
    assert is_backchannel(text)


@pytest.mark.parametrize("text", PHRASES["content"])
def test_anything_with_content_is_no_backchannel(text: str):
    assert not is_backchannel(text)


@pytest.mark.parametrize("text", PHRASES["stop"])
def test_asking_for_silence_is_a_stop_phrase(text: str):
    assert is_stop_phrase(text)


@pytest.mark.parametrize("text", PHRASES["no stop"])
def test_words_that_only_look_like_stop_are_not(text: str):
    assert not is_stop_phrase(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("你好", 2),
        ("我用iPhone 15", 4),
        ("what's up", 2),
        ("12:30 在well-known的地方", 6),
        ("嗯，好的。", 3),
        ("3.14", 1),
    ],
)
def test_units_are_characters_words_and_numbers(text: str, units: int):
    assert speech_units(text) == units


@pytest.mark.parametrize("judge", [classify, is_backchannel, is_stop_phrase, speech_units])
@pytest.mark.parametrize(
    "text", ["嗯", "好的", "等一下", "a ", "138 ", "我想", "，", "hold on ", "因为", "1", "嗯 "]
)
def test_every_judgement_takes_less_than_a_millisecond(judge, text: str):
    utterance = (text * 100)[:200]
    seconds = []

    for _ in range(5):
        started = time.perf_counter()
        judge(utterance)
        seconds.append(time.perf_counter() - started)

    assert min(seconds) < 0.001
