"""Clauses from a stream: early, whole, and the same however the stream is cut."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_engine.speak.sentences import Clauses, Cut, is_code


def clauses_of(text: str, size: int = 1, cut: Cut | None = None) -> list[str]:
    clauses = Clauses(cut)
    released = [clause for at in range(0, len(text), size) for clause in clauses.feed(text[at : at + size])]
    return released + clauses.end()


# What language models write, in pieces that meet in awkward places.
MARKS = '，。！？；、：…\n ,.!?;:"”）)（~—*-<>'
WORDS = """
    好 我们的 今天天气很好 二〇二六年 hello it's Mr e.g No 3 14 1,000 3.14 12:30 2026-11-20 a.b@c.cn 😊 ``
    https://a.com/x?y=1,2
"""
TAGS = "<flush />|<FLUSH/>|<think>|</think>|</|<thi|fl|ush|/>"
PIECES = st.sampled_from([*MARKS, *WORDS.split(), *TAGS.split("|"), " a"])
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60)


@st.composite
def streams(draw: st.DrawFn) -> tuple[str, list[str]]:
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return text, [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


CUTS = st.sampled_from([Cut(), Cut(early=False), Cut(least=20), Cut(marks=frozenset("，,|"))])


@given(streams(), CUTS)
@settings(max_examples=800, deadline=None)
def test_chunking_never_changes_the_clauses(stream: tuple[str, list[str]], cut: Cut):
    text, chunks = stream
    clauses = Clauses(cut)

    released = [clause for chunk in chunks for clause in clauses.feed(chunk)] + clauses.end()

    assert released == clauses_of(text, cut=cut)


# What must never be torn apart, however the text around it looks and however it arrives.
WHOLE = """
    3.14 1,000 1,250.50 12:30 2026-11-20 2026.11.20 hello don't iPhone Node.js v1.2.3 13800138000 +86
    ¥1,299.00 https://a.cn/x?y=1,2;z wang.li@example.com.cn 50% A20261120001 二〇二六年十一月二十日 三百五十万
"""
AROUND = st.sampled_from(
    ["，", "。", "、", "！", "我们今天要谈的就是", "好的", " and then ", ". ", ", ", "：", "\n", "（", "）"]
)


@pytest.mark.slow
@given(st.lists(st.tuples(AROUND, st.sampled_from(WHOLE.split()), AROUND), min_size=1, max_size=12), CUTS)
@settings(max_examples=400, deadline=None)
def test_numbers_words_dates_and_addresses_are_never_split(pieces: list[tuple[str, str, str]], cut: Cut):
    text = "".join(before + whole + after for before, whole, after in pieces)

    released = clauses_of(text, cut=cut)

    ends, at = {0}, len(text) - len(text.lstrip())
    for clause in released:
        at += len(clause)
        ends.add(at)
    place = 0
    for before, whole, after in pieces:
        inside = range(place + len(before) + 1, place + len(before) + len(whole))
        assert not ends & set(inside), (released, whole)
        place += len(before) + len(whole) + len(after)


@given(TEXTS.filter(lambda text: "<" not in text))
@settings(max_examples=400, deadline=None)
def test_clauses_joined_are_the_text_and_none_is_empty(text: str):
    released = clauses_of(text, 3)

    assert "".join(released).strip() == text.strip()
    assert all(clause.strip() for clause in released)


@given(st.lists(st.sampled_from(["好", "，", "。", "<think>想，吧。</think>", "<flush />", "< b", "ok "])))
@settings(max_examples=200, deadline=None)
def test_clauses_joined_are_the_text_without_its_tags(pieces: list[str]):
    released = clauses_of("".join(pieces), 2)

    assert "".join(released).strip() == "".join(p for p in pieces if not p.endswith(">")).strip()


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("您好，我是小应，很高兴为您服务。", ["您好，我是小应，", "很高兴为您服务。"]),
        ("好的没问题，我帮您查，稍等。再见", ["好的没问题，", "我帮您查，稍等。", "再见"]),
        ("好的。我帮您查一下，请稍等。", ["好的。", "我帮您查一下，请稍等。"]),
        ("第一，苹果、香蕉；第二，梨", ["第一，苹果、", "香蕉；", "第二，梨"]),
        ("他说“今天的会议改到明天下午”然后就走了。", ["他说“今天的会议改到明天下午”", "然后就走了。"]),
        ("Hello, I am Amy, nice to meet you. Bye", ["Hello, I am Amy,", " nice to meet you.", " Bye"]),
        ("嗯……好的。”真的！！！", ["嗯……", "好的。", "”真的！", "！！"]),
        ("标题\n第一行\n", ["标题\n", "第一行\n"]),
        ("你好吗?我很好!走吧", ["你好吗?", "我很好!", "走吧"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_the_first_clause_is_early_and_the_others_whole(text: str, clauses: list[str]):
    assert clauses_of(text) == clauses


@pytest.mark.parametrize(
    "kept",
    [
        "3.14",
        "1,000",
        "1，000",
        "12:30",
        "12：30",
        "2026-11-20",
        "2026.11.20",
        "https://example.com/a?b=1,2;c:d!e",
        "wang.li@example.com.cn",
        "Mr. Smith",
        "e.g. apples",
        "No. 5",
        "J. K. Rowling",
        "U.S. law",
        "Node.js",
        "don't",
        "v1.2.3",
    ],
)
@pytest.mark.parametrize("before", ["", "我们今天要谈的就是", "We will talk about "])
def test_numbers_names_and_addresses_stay_in_one_clause(before: str, kept: str):
    released = clauses_of(f"{before}{kept} 好的，谢谢您的来电，再见。")

    assert any(kept in clause for clause in released)


def test_a_latin_full_stop_waits_for_what_follows():
    clauses = Clauses()

    assert clauses.feed("Pi is about 3.") == []
    assert clauses.feed("14.") == []
    assert clauses.feed(" Yes") == ["Pi is about 3.14."]
    assert clauses.end() == [" Yes"]


@pytest.mark.parametrize("stop", "。！？；\n")
def test_a_chinese_full_stop_releases_at_once(stop: str):
    assert Clauses().feed(f"今天很好{stop}") == [f"今天很好{stop}"]


@pytest.mark.parametrize("comma", "，、")
def test_the_first_comma_releases_at_once(comma: str):
    assert Clauses().feed(f"今天很好{comma}") == [f"今天很好{comma}"]


@pytest.mark.parametrize(
    "named", ["您的验证码是：835216。", "订单号是： A2026。", "客服电话是: 95588。", "您的尾号是：8888。"]
)
def test_a_code_stays_with_its_name(named: str):
    assert clauses_of(named) == [named]


def test_a_colon_before_words_ends_the_first_clause():
    assert clauses_of("我来介绍一下：首先是价格。") == ["我来介绍一下：", "首先是价格。"]
    assert clauses_of("Here it is: the whole story") == ["Here it is:", " the whole story"]


def test_a_quoted_sentence_keeps_its_closing_mark():
    assert clauses_of('He said "Go." Then he left. Fine') == ['He said "Go."', " Then he left.", " Fine"]


def test_a_numbered_list_is_cut_at_its_lines():
    assert clauses_of("1. 苹果\n2. 香蕉\n") == ["1. 苹果\n", "2. 香蕉\n"]


def test_a_long_clause_is_cut_before_it_grows_past_forty():
    released = clauses_of("嗯。" + "我们今天要讨论一个非常重要的问题" * 8)

    assert all(len(clause) <= 40 for clause in released)
    assert len(released) <= 8


def test_a_long_english_clause_is_cut_between_words():
    released = clauses_of("Ok. " + "some words without any mark " * 12)

    assert all(len(clause.split()) <= 20 for clause in released)
    assert set(" ".join(released).split()) == {"Ok.", "some", "words", "without", "any", "mark"}


def test_a_number_is_not_cut_even_when_the_clause_is_too_long():
    number = "1234567890" * 6

    assert number in "".join(clause for clause in clauses_of(f"好。订单号是{number}没错") if number in clause)


@pytest.mark.parametrize("number", ["三百五十万零二百", "二〇二六年十一月二十日", "十二点三十五分二十秒"])
def test_numbers_in_characters_are_not_cut_by_the_length_either(number: str):
    released = clauses_of("嗯。" + f"我们说{number}行不行" * 12)

    assert len(released) > 3
    assert sum(clause.count(number) for clause in released) == 12


@pytest.mark.parametrize("tag", ["<flush />", "<flush/>", "<FLUSH />", "< flush / >"])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_flush_tag_releases_what_there_is(tag: str, size: int):
    assert clauses_of(f"好的{tag}马上", size) == ["好的", "马上"]


def test_a_flush_tag_releases_before_the_stream_ends():
    clauses = Clauses()

    assert clauses.feed("请稍等<flu") == []
    assert clauses.feed("sh />") == ["请稍等"]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>用户问天气。要查。</think>今天晴。", "今天晴。"),
        ("<THINK>a < b</Think>好", "好"),
        ("好<think>没有说完", "好"),
        ("想好了</think>好", "想好了好"),
        ("<think>a<flush />b</think>好", "好"),
        ("a < b 和 <b>粗</b>", "a < b 和 <b>粗</b>"),
        ("5 <", "5 <"),
    ],
)
def test_thoughts_never_come_out(text: str, said: str, size: int):
    assert "".join(clauses_of(text, size)) == said


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["好", "a", "a ", "1", ".", ". ", "，", "“", ")", "<", "<fl", "\n", "Mr. ", "https://a.b/"]
)
def test_a_hundred_thousand_characters_take_seconds_not_minutes(piece: str):
    text = piece * (100_000 // len(piece))

    started = time.process_time()
    clauses_of(text, 7)

    assert time.process_time() - started < 6


# ── code ─────────────────────────────────────────────────────────────────────────────────────────────

CODE = "```python\nprint('好。')\n# 一，二\n```"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_fenced_code_is_one_clause_however_long_it_is(size: int):
    released = clauses_of(f"您可以这样写：{CODE}\n就可以了。", size)

    assert released == ["您可以这样写：", CODE, "\n就可以了。"]
    assert [is_code(clause) for clause in released] == [False, True, False]


def test_code_that_never_ends_is_still_code():
    released = clauses_of("请看：```\nfor 一 in 二：\n  三。", 4)

    assert is_code(released[-1])
    assert len(released) == 2


def test_code_within_a_line_is_spoken():
    assert clauses_of("用`pip install`安装。") == ["用`pip install`安装。"]
    assert clauses_of("``两个``。", 1) == ["``两个``。"]


# ── other cuts ───────────────────────────────────────────────────────────────────────────────────────


def test_without_haste_the_first_clause_is_a_sentence():
    assert clauses_of("好的没问题，我帮您查。再见。", cut=Cut(early=False)) == [
        "好的没问题，我帮您查。",
        "再见。",
    ]


def test_short_clauses_wait_until_there_is_enough():
    released = clauses_of("好的。没问题。我现在就帮您查一下余额。再见。", cut=Cut(least=8))

    assert released == ["好的。没问题。我现在就帮您查一下余额。", "再见。"]


def test_a_flush_releases_even_less_than_enough():
    assert clauses_of("好的。<flush />没问题。", cut=Cut(least=8)) == ["好的。", "没问题。"]


def test_only_chosen_marks_end_a_clause():
    released = clauses_of("好的，没问题。我查一下|价格1,000元，再见", cut=Cut(marks=frozenset("，,|")))

    assert released == ["好的，", "没问题。我查一下|", "价格1,000元，", "再见"]
