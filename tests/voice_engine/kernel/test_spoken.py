"""Personal numbers as recognisers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.kernel.spoken import mask_data, mask_keys, mask_spoken


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的电话是13800138000。", "我的电话是138****8000。"),
        ("138 0013 8000", "138****8000"),
        ("一三八零零一三八零零零", "138****8000"),
        ("幺三八，零零幺三，八零零零，谢谢", "138****8000，谢谢"),
        ("身份证 11010519491231002X", "身份证 110105********002X"),
        ("一一零一零五一九四九一二三一零零二X", "110105********002X"),
        ("卡号 6222 0212 3456 7890 128 对吗", "卡号 6222***********0128 对吗"),
        ("邮箱 wang@example.com", "邮箱 w***@example.com"),
    ],
)
def test_a_personal_number_is_starred_however_it_is_written(said: str, kept: str):
    assert mask_spoken(said) == kept


@pytest.mark.parametrize(
    "said",
    ["订单号 12345678901", "二零二六年十一月二十日", "一二三四五", "100 元", "12345678901234567890123"],
)
def test_other_numbers_stay(said: str):
    assert mask_spoken(said) == said


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing_more(text: str):
    once = mask_spoken(text)

    assert mask_spoken(once) == once


def test_ids_and_names_are_left_alone_inside_json_but_not_in_what_others_wrote():
    call = {"id": "13800138000", "name": "13800138000", "arguments": {"id": "13800138000"}}

    assert mask_data({"toolCalls": [call]})["toolCalls"] == [{**call, "arguments": {"id": "138****8000"}}]


def test_of_many_keys_only_their_number_is_told():
    assert (mask_keys("12#"), mask_keys("123456")) == ("12#", "******")
